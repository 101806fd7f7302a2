import { type AskedName, type NameFacts, reportName } from '../../core/explain/names/report.ts';
import { buildHistory, type Moment } from '../../core/journal/history.ts';
import { DAY_MS, readDecisions } from '../journal/journal.ts';
import { distance } from '../nearest.ts';
import type { NameSource } from './deployed.ts';

/** The facts about a name that no app answers. */
export interface NameReport extends NameFacts {
  /** The last change of the name. */
  last?: Moment;
  /** How far back the journal was read. */
  days: number;
  /** True if the deployment publishes no problems, so that there may be some. */
  isWithoutProblems?: true;
}

/** Reads the facts about a name. */
export async function readName(
  asked: AskedName,
  { baseDomain, days, readLists, journal }: NameSource,
  now: number,
): Promise<NameReport> {
  const { detail, routes, problems, instances } = await readLists();
  const { records } = await readDecisions(journal, {
    since: now - days * DAY_MS,
    until: Number.POSITIVE_INFINITY,
  });
  const last = buildHistory(records, asked.hostname).at(-1);
  const hostnames = routes.map(({ hostname }) => hostname);
  return {
    ...reportName(asked, { baseDomain, hostnames, problems, instances, distance }),
    ...(last === undefined ? {} : { last }),
    days,
    ...(detail === 'names' ? { isWithoutProblems: true } : {}),
  };
}
