import type { DecisionRecord } from '../../core/journal/journal-record.ts';
import { isWorthKeeping } from './record.ts';

/** Names that one line of the log holds; the record in the journal holds all. */
const NAMES_LOGGED = 20;

/** What the log says of a run: counts of what came in, names of what was changed. Nothing of what an event holds. */
export function buildLogLine(record: DecisionRecord): Record<string, unknown> {
  const { requestId, attempt, outcome, causes, puts, deletes, problems, durations, store, error } = record;
  const changed = [
    ...puts.map(({ hostname, state }) => `${hostname} ${state}`),
    ...deletes.map((name) => `${name} gone`),
  ];
  return {
    level: levelOf(record),
    message: 'run',
    ...{ requestId, attempt, outcome, causes: causes.length, changes: changed.length },
    ...(changed.length === 0 ? {} : { changed: changed.slice(0, NAMES_LOGGED) }),
    ...{ problems: problems.length, durations },
    ...(store ? { store } : {}),
    ...(error === undefined ? {} : { error }),
  };
}

function levelOf(record: DecisionRecord): 'DEBUG' | 'INFO' | 'WARN' | 'ERROR' {
  if (record.outcome === 'failed' || record.outcome === 'conflict') return 'ERROR';
  if (record.error !== undefined) return 'WARN';
  return isWorthKeeping(record) ? 'INFO' : 'DEBUG';
}
