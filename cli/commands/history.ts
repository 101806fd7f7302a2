import { buildHistory, hostnamesIn, momentAt } from '../../core/journal/history.ts';
import { type Command, UsageError } from '../command.ts';
import { InputError } from '../input.ts';
import { DAY_MS, LATE, readDecisions } from '../journal/journal.ts';
import { printHistory, printMoment } from '../journal/moments.ts';
import { JOURNAL, selectJournal } from '../journal/select-journal.ts';
import { formatPeriod, isWithin, type Period, parsePeriod } from '../journal/times.ts';
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
    since: {
      value: 'TIME',
      text: 'show changes from this time on, such as 24h (ago); default 31 days before --until, or --at',
    },
    until: { value: 'TIME', text: 'show changes up to this time; default now' },
    ...JOURNAL,
  },
  async run(given, terminal) {
    const [word = ''] = given.words;
    const isMoment = given.text('at') !== undefined;
    if (isMoment && given.text('until') !== undefined)
      throw new UsageError('--at and --until exclude each other; give one of them');
    const period = parsePeriod(given, isMoment ? 'at' : 'until', USUAL_DAYS * DAY_MS);
    const place = selectJournal(given);
    // The store may have accepted a change of the period that an earlier run had decided. A name that came later that day is known.
    const wider = { since: period.since - LATE, until: Math.ceil(period.until / DAY_MS) * DAY_MS };
    const { records, unreadable } = await readDecisions(place, wider);
    for (const { key, fault } of unreadable.slice(0, SHOWN))
      terminal.err(`! this version cannot read the decision ${place.name}/${key}: ${fault}`);
    const hidden = unreadable.length - SHOWN;
    if (hidden > 0) terminal.err(`! and ${hidden} more that it cannot read`);
    const hostname = findHostname(word, hostnamesIn(records), place, period);
    const moments = buildHistory(records, hostname);
    const changes = moments.filter(({ at }) => isWithin(at, period));
    if (isMoment) printMoment(hostname, momentAt(moments, period.until), period.until, terminal);
    else printHistory(hostname, changes, period, terminal);
    return 0;
  },
};

/** The default of --since. */
const USUAL_DAYS = 31;

/** Damaged records, or known names, that a message lists at most. */
const SHOWN = 10;

/** `shop` stands for the only name that begins with this label. */
function findHostname(word: string, known: readonly string[], place: ObjectPlace, period: Period): string {
  const name = word.toLowerCase().replace(/\.$/, '');
  if (known.includes(name)) return name;
  const [only, ...others] = known.filter((hostname) => hostname.startsWith(`${name}.`));
  if (only !== undefined && others.length === 0) return only;
  if (only !== undefined)
    throw new InputError(`"${word}" is ambiguous: ${[only, ...others].join(' or ')}; give the full name`);
  const names = known.length > SHOWN ? [...known.slice(0, SHOWN), '…'] : known;
  const there = known.length === 0 ? 'it records no change at all' : `it records ${names.join(', ')}`;
  throw new InputError(
    `no change of "${word}" found in ${place.name} ${formatPeriod(period)}; ${there}. Use --since to look further back`,
  );
}
