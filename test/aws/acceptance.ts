import { parseRecord } from '../../core/journal/journal-record.ts';
import { Fault } from '../../core/schema.ts';
import type { Label, Run } from './run.ts';

/** The record of a run comes a moment after its write. */
const PATIENCE_MS = 60_000;

/** S3 tells the times of its objects in whole seconds. */
const SECOND_MS = 1_000;

/**
 * The time at which the store had accepted a state of an app, by the journal, in epoch milliseconds. The clocks of this machine and of
 * Lambda must agree.
 */
export async function findAcceptance(run: Run, label: Label, state: string, since: number): Promise<number> {
  const { world, interrupted } = run;
  const bucket = run.deployment.updater.environment['JOURNAL_BUCKET'] ?? '';
  const read = new Set<string>();
  for (const until = world.now() + PATIENCE_MS; world.now() <= until; ) {
    interrupted.throwIfAborted();
    const objects = await world.objects(bucket, 'decisions/');
    for (const { key } of objects.filter(({ key, at }) => at >= since - SECOND_MS && !read.has(key))) {
      read.add(key);
      const accepted = await readAcceptance(run, `s3://${bucket}/${key}`, label, state);
      if (accepted !== undefined) return accepted;
    }
    await world.sleep(SECOND_MS);
  }
  throw new Error(`the journal has no record that the store accepted ${state} of ${label}`);
}

async function readAcceptance(
  run: Run,
  object: string,
  label: Label,
  state: string,
): Promise<number | undefined> {
  const { world, options } = run;
  const record = parseRecord(await world.aws(['s3', 'cp', '--region', options.region, object, '-']));
  if (record instanceof Fault) throw new Error(`${object} is not a record: ${record}`);
  const { puts, acceptedAt } = record;
  const isIt = puts.some((put) => put.hostname === run.to(label).host && put.state === state);
  return isIt && acceptedAt !== undefined ? Date.parse(acceptedAt) : undefined;
}
