import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { hostCrtBinary } from '../../../build/crt.ts';
import { decodeEntry, isServing } from '../../../core/entry/entry.ts';
import { isTombstone } from '../../../core/entry/tombstone.ts';
import type { DecisionRecord } from '../../../core/journal/journal-record.ts';
import { LocalLambda } from '../../../local/lambda/lambda.ts';
import { batchOf } from '../stands/batches.ts';
import { type RemoteAws, startRemoteAws } from '../stands/remote-aws.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { threadUpdater } from '../thread-updater.ts';
import { nameIn } from '../values/instances.ts';

/** The built updater in a warm environment with a remote AWS of its own; both end after the test. */
export async function startBundle(variables: Readonly<Record<string, string>> = {}) {
  const aws = await startRemoteAws(await temporaryFolder());
  onTestFinished(() => aws.close());
  const lines: string[] = [];
  const lambda = new LocalLambda({
    file: threadUpdater(),
    env: { ...aws.variables, ...hostCrtBinary(), ...variables },
    print: (line) => lines.push(line),
  });
  onTestFinished(() => lambda.dispose());
  await lambda.warm();
  return {
    ...{ aws, lines, lambda },
    /** Sends one batch as the queue does; `age` is its time in the queue in milliseconds. */
    send: (events: readonly unknown[], age = 0) => lambda.invoke(batchOf(events, age)),
    /** The same for a batch that has failed before. */
    sendAgain: (events: readonly unknown[], received: number) => lambda.invoke(batchOf(events, 0, received)),
    sweep: () => lambda.invoke(batchOf([{ action: 'reconcile' }])),
    /** Name below the base domain → state in the store. */
    states: () => statesIn(aws),
    /** Addresses behind a name. */
    addresses: (label: string) => addressesIn(aws, label),
    /** Objects of the journal below a prefix. */
    journal: (prefix: string) => objectsIn(join(aws.buckets, 'journal'), prefix),
    /** The decisions, oldest first. */
    decisions: () => decisionsIn(aws),
    /** The problems in the last decision. */
    problems: () =>
      decisionsIn(aws)
        .at(-1)
        ?.problems.map(({ message }) => message),
  };
}

function statesIn({ store }: RemoteAws): Record<string, string | undefined> {
  const states = [...store.entries]
    .filter(([, value]) => !isTombstone(value))
    .map(([key, value]) => [key.replace('.dev.example.com', ''), decodeEntry(value)?.state]);
  return Object.fromEntries(states);
}

function addressesIn({ store }: RemoteAws, label: string): string[] {
  const entry = decodeEntry(store.get(`${label}.dev.example.com`) ?? '');
  return entry && isServing(entry) ? entry.instances.map(({ address }) => nameIn(address)) : [];
}

function decisionsIn({ buckets }: RemoteAws): DecisionRecord[] {
  const texts = objectsIn(join(buckets, 'journal'), 'decisions/');
  const records = texts.map((text) => JSON.parse(text) as DecisionRecord);
  return records.sort((a, b) => a.at.localeCompare(b.at));
}

function objectsIn(bucket: string, prefix: string): string[] {
  const files = readdirSync(bucket, { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile())
    .map((file) => join(file.parentPath, file.name))
    .filter((path) => path.startsWith(join(bucket, prefix)));
  return files.sort().map((path) => readFileSync(path, 'utf8'));
}
