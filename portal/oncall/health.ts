import { isSilent, STATUS_MS, type StatusFile, type StoreUse } from '../../core/journal/status-file.ts';
import type { Milliseconds } from '../../core/wire/brands.ts';
import { describeAge, describeSpan } from '../words/spans.ts';
import type { Tone } from '../words/states.ts';
import { type Delays, delaysOf, type Percentiles, printSeconds } from './delays.ts';

/** One fact for the engineer on call. */
export interface Sign {
  name: string;
  /** One or two sentences. */
  words: string;
  /** `good` needs no attention, `care` some, `bad` now; `calm` says nothing about it. */
  tone: Tone;
}

/** The state of the updater and the store. */
export interface Health {
  signs: Sign[];
  /** From an event to the store. Absent if no event changed it in the last 24 hours. */
  delays?: Delays;
  /** The names that the last drift concerned. */
  drifted: readonly string[];
}

const DAY_MS: Milliseconds = 86_400_000;

/** Two clocks that are right differ by less. */
const AHEAD_MS: Milliseconds = 60_000;

/** Sweeps come each minute, and one may fail. */
const SWEPT_MS: Milliseconds = 180_000;

/** Describes the status of the updater. */
export function describeHealth(status: StatusFile, now: Milliseconds): Health {
  const writes = status.writes.map(({ at, milliseconds }) => ({ at: Date.parse(at), milliseconds }));
  const delays = delaysOf(writes, now, describeWrites);
  return {
    signs: [
      describeStatus(status, now),
      describeSweep(status, now),
      describeDrift(status, now),
      ...(status.store === undefined ? [NO_STORE] : describeStore(status.store)),
      {
        name: 'Event to store',
        words: delays?.summary ?? 'No event changed the store in the last 24 hours.',
        tone: 'calm',
      },
    ],
    ...(delays === undefined ? {} : { delays }),
    drifted: status.drift?.hostnames ?? [],
  };
}

function describeStatus(status: StatusFile, now: Milliseconds): Sign {
  const writtenAt = Date.parse(status.updatedAt);
  if (writtenAt > now + AHEAD_MS)
    return {
      name: 'Updater',
      words: `The status is dated ${describeSpan(writtenAt - now)} ahead: a clock is wrong, and the ages on this page are, too.`,
      tone: 'care',
    };
  const words = `The updater wrote its status ${describeAge(writtenAt, now)}.`;
  if (!isSilent(status, now)) return { name: 'Updater', words, tone: 'good' };
  return {
    name: 'Updater',
    words: `${words} It writes it every ${describeSpan(STATUS_MS)}, so it does not run, or cannot write: all facts on this page may be out of date. Run \`dynamic-edge-proxy doctor\`.`,
    tone: 'bad',
  };
}

/** The status is written less often than the fleet is swept, so its own time is the measure. */
function describeSweep({ lastSweep, updatedAt }: StatusFile, now: Milliseconds): Sign {
  const name = 'Last sweep';
  if (lastSweep === undefined) return { name, words: 'No sweep has ended yet.', tone: 'care' };
  const end = Date.parse(lastSweep);
  const words = `The last complete sweep ended ${describeAge(end, now)}.`;
  if (Date.parse(updatedAt) - end <= SWEPT_MS) return { name, words, tone: 'good' };
  return {
    name,
    words: `${words} One comes each minute, so sweeps fail: a lost event is not repaired. The log of the updater has the reason.`,
    tone: 'bad',
  };
}

function describeDrift({ drift }: StatusFile, now: Milliseconds): Sign {
  const name = 'Drift';
  if (drift === undefined) return { name, words: 'No sweep had to repair a name.', tone: 'good' };
  const { at, count } = drift;
  const names = count === 1 ? '1 name' : `${count} names`;
  const isRecent = now - Date.parse(at) < DAY_MS;
  return {
    name,
    words: `A sweep repaired ${names} ${describeAge(Date.parse(at), now)}: an event was lost, or another writer wrote.`,
    tone: isRecent ? 'care' : 'calm',
  };
}

const NO_STORE: Sign = { name: 'Store', words: 'The updater has not read the store yet.', tone: 'care' };

function describeStore({ keys, bytes, limit, writesToday }: StoreUse): Sign[] {
  const share = bytes / limit;
  const use = `${print(keys)} ${keys === 1 ? 'key' : 'keys'}, ${printBytes(bytes)} of ${printBytes(limit)} (${Math.round(share * 100)} %).`;
  const full = share < 0.8 ? '' : ' A full store refuses new names: remove apps, or split the deployment.';
  return [
    { name: 'Store', words: use + full, tone: share < 0.8 ? 'good' : share < 0.95 ? 'care' : 'bad' },
    { name: 'Writes today', words: `${print(writesToday)} since 00:00 UTC.`, tone: 'calm' },
  ];
}

function describeWrites(count: number, { p50, p95 }: Percentiles): string {
  return `${count === 1 ? '1 event' : `${print(count)} events`} changed the store in 24 hours: half within ${printSeconds(p50)}, 95 % within ${printSeconds(p95)}.`;
}

const print = (count: number) => count.toLocaleString('en');

function printBytes(bytes: number): string {
  if (bytes < 1_000_000) return `${(bytes / 1_000).toFixed(bytes < 10_000 ? 1 : 0)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
