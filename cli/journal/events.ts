import { setTimeout } from 'node:timers/promises';
import type { Milliseconds } from '../../core/wire/brands.ts';
import { type Command, type Terminal, UsageError } from '../command.ts';
import type { ObjectPlace } from '../object-place.ts';
import { formatEvents } from './event-lines.ts';
import { readDecisions } from './journal.ts';
import { JOURNAL, selectJournal } from './select-journal.ts';
import { parseTime } from './times.ts';

/** Shows the events of the journal, one a line, with their effects. */
export const events: Command = {
  name: 'events',
  summary: 'Show the events of the last hour, one a line, with their effects; or all as they come.',
  options: {
    follow: { text: 'go on, and show each event when its decision is in the journal, until Ctrl-C' },
    since: { value: 'TIME', text: 'show events from this time on; default an hour ago' },
    ...JOURNAL,
  },
  async run(given, terminal) {
    const now = Date.now();
    const text = given.text('since');
    const since = text === undefined ? now - HOUR : parseTime('since', text);
    if (since > now) throw new UsageError(`--since is "${text}", which is in the future`);
    const place = selectJournal(given);
    const pause = place.name.startsWith('s3://') ? BUCKET_PAUSE : FOLDER_PAUSE;
    await showEvents(place, since, terminal, async () => {
      if (given.flag('follow')) await setTimeout(pause);
      return given.flag('follow');
    });
    return 0;
  },
};

const HOUR: Milliseconds = 3_600_000;

/** A listing of a bucket costs money, one of a folder does not. */
const BUCKET_PAUSE: Milliseconds = 5_000;
const FOLDER_PAUSE: Milliseconds = 500;

/** How long a decision may be on its way after its time: a run, and the write of its record. */
const LATE: Milliseconds = 120_000;

/**
 * Prints the events of decisions from `since` on, oldest first.
 *
 * @param isNext waits, and says whether to read again
 */
export async function showEvents(
  place: ObjectPlace,
  since: Milliseconds,
  { out, err }: Terminal,
  isNext: () => Promise<boolean>,
): Promise<void> {
  const seen = new Set<string>();
  let from = since;
  let hasRead = false;
  do {
    const now = Date.now();
    const decisions = await readDecisions(place, from, now, seen).catch((error: unknown) => {
      // The first reading says whether the journal can be read at all. Later ones may fail with the network.
      if (!hasRead || !isRefusal(error)) throw error;
      err(`! cannot read the journal, trying again: ${error.message}`);
      return undefined;
    });
    if (decisions === undefined) continue;
    hasRead = true;
    const { records, unreadable } = decisions;
    for (const { key, fault } of unreadable)
      err(`! this version cannot read the decision ${place.name}/${key}: ${fault}`);
    const recent = records.filter(({ at }) => Date.parse(at) >= since);
    for (const record of recent.sort((a, b) => Date.parse(a.at) - Date.parse(b.at)))
      for (const line of formatEvents(record)) out(line);
    from = Math.max(since, now - LATE);
  } while (await isNext());
}

/** An error of S3, of the network or of a file. */
function isRefusal(error: unknown): error is Error {
  return error instanceof Error && ('$metadata' in error || 'code' in error);
}
