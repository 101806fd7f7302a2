import { buildHistory, hostnamesIn, momentAt } from '../../core/journal/history.ts';
import type { Milliseconds } from '../../core/wire/brands.ts';
import { type Command, UsageError } from '../command.ts';
import { InputError } from '../input.ts';
import { readDecisions } from '../journal/journal.ts';
import { formatTime, printHistory, printMoment } from '../journal/moments.ts';
import { JOURNAL, selectJournal } from '../journal/select-journal.ts';
import { parseTime } from '../journal/times.ts';
import type { ObjectPlace } from '../object-place.ts';

/** Shows which instance served a hostname at which time, and the event that caused it. Reads only the journal. */
export const history: Command = {
  name: 'history',
  summary: 'Show which instance served a name at which time, and the event behind each change.',
  words: {
    usage: 'NAME',
    missing: 'the name is missing; for example: dynamic-edge-proxy history shop',
    most: 1,
  },
  options: {
    at: { value: 'TIME', text: 'show only the state at this time, such as 2026-11-23T14:03Z' },
    since: { value: 'TIME', text: 'show changes from this time on; default 31 days ago' },
    ...JOURNAL,
  },
  async run(given, terminal) {
    const [word = ''] = given.words;
    const at = parsePastTime('at', given.text('at'));
    const until = at ?? Date.now();
    const since = parsePastTime('since', given.text('since')) ?? until - USUAL_DAYS * 86_400_000;
    if (since > until) throw new UsageError(`--since is later than ${at === undefined ? 'now' : '--at'}`);
    const place = selectJournal(given);
    const { records, unreadable } = await readDecisions(place, since, until);
    for (const { key, fault } of unreadable.slice(0, SHOWN))
      terminal.err(`! this version cannot read the decision ${place.name}/${key}: ${fault}`);
    const hidden = unreadable.length - SHOWN;
    if (hidden > 0) terminal.err(`! and ${hidden} more that it cannot read`);
    const hostname = findHostname(word, hostnamesIn(records), { place, since, until });
    const moments = buildHistory(records, hostname);
    if (at === undefined) printHistory(hostname, moments, terminal);
    else printMoment(hostname, momentAt(moments, at), at, terminal);
    return 0;
  },
};

/** The default of --since. */
const USUAL_DAYS = 31;

function parsePastTime(option: string, text: string | undefined): Milliseconds | undefined {
  if (text === undefined) return undefined;
  const time = parseTime(option, text);
  if (time > Date.now()) throw new UsageError(`--${option} is "${text}", which is in the future`);
  return time;
}

/** Damaged records, or known names, that a message lists at most. */
const SHOWN = 10;

/** `shop` stands for the only name that begins with this label. */
function findHostname(
  word: string,
  known: readonly string[],
  { place, since, until }: { place: ObjectPlace; since: Milliseconds; until: Milliseconds },
): string {
  const name = word.toLowerCase().replace(/\.$/, '');
  if (known.includes(name)) return name;
  const [only, ...others] = known.filter((hostname) => hostname.startsWith(`${name}.`));
  if (only !== undefined && others.length === 0) return only;
  if (only !== undefined)
    throw new InputError(`"${word}" is ambiguous: ${[only, ...others].join(' or ')}; give the full name`);
  const period = `between ${formatTime(since)} and ${formatTime(until)}`;
  const names = known.length > SHOWN ? [...known.slice(0, SHOWN), '…'] : known;
  const there = known.length === 0 ? 'it records no change at all' : `it records ${names.join(', ')}`;
  throw new InputError(
    `no change of "${word}" found in ${place.name} ${period}; ${there}. Use --since to look further back`,
  );
}
