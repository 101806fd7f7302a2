import { type Asked, type NameFacts, reportName } from '../../core/explain/names/name-report.ts';
import { buildHistory, type Moment } from '../../core/journal/history.ts';
import { readDecisions } from '../journal/journal.ts';
import { nearest } from '../nearest.ts';
import type { NameSource } from './deployed.ts';

/** The facts about a name that no app answers, with the journal's. */
export interface NameReport extends NameFacts {
  /** The last change of the name. */
  last?: Moment;
  /** How far back the journal was read. */
  days: number;
}

/** Collects the facts about a name. */
export async function readNameReport(
  asked: Asked,
  { baseDomain, days, readLists, journal }: NameSource,
  now: number,
): Promise<NameReport> {
  const facts = reportName(asked, { baseDomain, ...(await readLists()) }, nearest);
  const { records } = await readDecisions(journal, now - days * 86_400_000, now);
  const last = buildHistory(records, asked.hostname).at(-1);
  return { ...facts, days, ...(last === undefined ? {} : { last }) };
}
