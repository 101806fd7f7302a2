import { setTimeout } from 'node:timers/promises';
import type { Milliseconds } from '../../core/wire/brands.ts';
import { type Command, type Terminal, UsageError } from '../command.ts';
import type { ObjectPlace } from '../object-place.ts';
import { formatEvents } from './event-lines.ts';
import { LATE, readDecisions } from './journal.ts';
import { JOURNAL, selectJournal } from './select-journal.ts';
import { formatPeriod, formatTime, isWithin, type Period, parsePeriod } from './times.ts';

/** Shows the events of the journal, one a line, with their effects. */
export const events: Command = {
  name: 'events',
  summary:
    'Show the events of the last hour or of a period, one a line, with their effects; or all as they come.',
  options: {
    follow: { text: 'go on, and show each event when its decision is in the journal, until Ctrl-C' },
    since: {
      value: 'TIME',
      text: 'show events from this time on, such as 2026-11-23T14:03Z, 14:03Z (today) or 30m (ago); default an hour before --until',
    },
    until: { value: 'TIME', text: 'show events up to this time; default now' },
    ...JOURNAL,
  },
  async run(given, terminal) {
    const period = parsePeriod(given, 'until', HOUR);
    const isFollowed = given.flag('follow');
    if (isFollowed && given.text('until') !== undefined)
      throw new UsageError('--follow and --until exclude each other; give one of them');
    const place = selectJournal(given);
    const pause = place.name.startsWith('s3://') ? BUCKET_PAUSE : FOLDER_PAUSE;
    const count = await showEvents(place, period, terminal, async () => {
      if (isFollowed) await setTimeout(pause);
      return isFollowed;
    });
    if (count === 0) terminal.err(`no event ${formatPeriod(period)}`);
    return 0;
  },
};

const HOUR: Milliseconds = 3_600_000;

/** A listing of a bucket costs money, one of a folder does not. */
const BUCKET_PAUSE: Milliseconds = 5_000;
const FOLDER_PAUSE: Milliseconds = 500;

/**
 * Prints the events of the decisions of a period, oldest first, and returns their number.
 *
 * @param isNext waits, and says whether to read again
 */
export async function showEvents(
  place: ObjectPlace,
  period: Period,
  { out, err }: Terminal,
  isNext: () => Promise<boolean>,
): Promise<number> {
  const seen = new Set<string>();
  let { since } = period;
  const hasDay = dayOf(period.since) !== dayOf(Date.now());
  let hasRead = false;
  let count = 0;
  do {
    const now = Date.now();
    const decisions = await readDecisions(place, { ...period, since }, seen).catch((error: unknown) => {
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
    const wanted = records.filter(({ at }) => isWithin(Date.parse(at), period));
    const lines = wanted
      .sort((a, b) => Date.parse(a.at) - Date.parse(b.at))
      .flatMap((record) => formatEvents(record, hasDay));
    for (const line of lines) out(line);
    count += lines.length;
    since = Math.max(period.since, now - LATE);
  } while (await isNext());
  return count;
}

/** The day in UTC. */
const dayOf = (time: Milliseconds) => formatTime(time).slice(0, 10);

/** An error of S3, of the network or of a file. */
function isRefusal(error: unknown): error is Error {
  return error instanceof Error && ('$metadata' in error || 'code' in error);
}
