import type { DecisionRecord } from '../../core/journal/journal-record.ts';
import { isWorthKeeping } from './record.ts';

/** Most names in one log line; the journal's record has all. */
const NAMES_LOGGED = 20;

/** Builds a run's log line: counts of events and names of changes, but no content of any event. */
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
