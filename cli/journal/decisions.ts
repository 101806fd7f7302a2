import { join } from 'node:path';
import type { DecisionRecord } from '../../core/journal/journal-record.ts';
import type { Milliseconds } from '../../core/wire/brands.ts';
import { folderPlace } from '../object-place.ts';
import { readDecisions } from './journal.ts';

/** Reads the decisions of a local cloud's updater from `since` on, oldest first. */
export async function readDecisionsSince(
  stateFolder: string,
  since: Milliseconds,
): Promise<DecisionRecord[]> {
  const journal = folderPlace(join(stateFolder, 's3/journal'));
  const { records } = await readDecisions(journal, { since, until: Number.POSITIVE_INFINITY });
  return records
    .filter((record) => Date.parse(record.at) >= since)
    .sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

/** `2 events → applied: shop.localhost asleep, chat.localhost gone`. */
export function formatDecision({ causes, outcome, puts, deletes, problems, error }: DecisionRecord): string {
  const changes = [
    ...puts.map(({ hostname, state }) => `${hostname} ${state}`),
    ...deletes.map((hostname) => `${hostname} gone`),
  ];
  const events = causes.length === 1 ? '1 event' : `${causes.length} events`;
  const told = [`${events} → ${outcome}`, changes.join(', '), error ?? ''].filter((part) => part !== '');
  const line = told.join(': ');
  return problems.length === 0
    ? line
    : `${line} (${problems.length === 1 ? '1 problem' : `${problems.length} problems`}, see \`dynamic-edge-proxy list\`)`;
}
