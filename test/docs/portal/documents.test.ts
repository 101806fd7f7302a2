import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Cause } from '../../../core/journal/cause.ts';
import type { ChangesFile } from '../../../core/journal/changes-file.ts';
import type { HistoryFile, HistoryMoment } from '../../../core/journal/history-file.ts';
import type { InstanceSummary } from '../../../core/journal/instance-summary.ts';
import type { RouteSummary, RoutesFile, RuleSummary } from '../../../core/journal/routes-file.ts';
import type { StatusFile } from '../../../core/journal/status-file.ts';
import type { Problem } from '../../../core/problem.ts';
import type { LastRequests } from '../../../core/traffic/last-requests.ts';
import type { TrafficFile } from '../../../core/traffic/traffic-file.ts';

const PAGE = readFileSync(new URL('../../../docs/inside/portal-documents.md', import.meta.url), 'utf8');

/** The compiler finds a member of the type that is missing here, and one that the type does not have. */
type Every<T> = Record<keyof Required<T>, true>;

/** Their parsers take it off. */
interface Head {
  version: 1;
  deployment: string;
}

const LIST: Every<RoutesFile> = {
  ...{ version: true, deployment: true, baseDomain: true, signIn: true, detail: true, updatedAt: true },
  ...{ routes: true, instances: true, problems: true },
};
const ROUTE: Every<RouteSummary> = {
  ...{ hostname: true, state: true, since: true, cause: true, instances: true, rules: true },
  ...{ expiresAt: true, access: true },
};
const RULE: Every<RuleSummary> = {
  ...{ path: true, to: true, conditions: true, strip: true, certName: true, sticky: true, timeout: true },
};
const CAUSE: Every<Cause> = { kind: true, at: true, by: true };
const INSTANCE: Every<InstanceSummary> = {
  ...{ id: true, name: true, tags: true, group: true, type: true, region: true, zone: true, account: true },
  ...{ via: true, state: true, launchedAt: true, launchedBy: true },
  closing: true,
};
const PROBLEM: Every<Problem> = {
  ...{ code: true, instance: true, tag: true, hostnames: true, found: true, remedy: true, message: true },
  mend: true,
};
const CHANGES: Every<ChangesFile> = {
  ...{ version: true, updatedAt: true, follows: true, routes: true, gone: true, instances: true },
  problems: true,
};
const HISTORY: Every<HistoryFile> = { version: true, hostname: true, moments: true };
const MOMENT: Every<HistoryMoment> = {
  ...{ at: true, state: true, instances: true, expiresAt: true, how: true, causes: true },
};
const STATUS: Every<StatusFile> = {
  ...{ version: true, deployment: true, updatedAt: true, lastSweep: true, drift: true, store: true },
  writes: true,
};

const TRAFFIC: Every<TrafficFile & Head> = {
  ...{ version: true, deployment: true, since: true, logs: true, apps: true, lags: true },
};
const LAST: Every<Head & { lastRequests: LastRequests }> = {
  ...{ version: true, deployment: true, lastRequests: true },
};

/** The members in the first column of each table of members, in the order of the page. */
const TABLES = PAGE.split('| member | meaning |\n')
  .slice(1)
  .map((rest) => {
    const rows = rest.split('\n\n')[0]?.split('\n').slice(1) ?? [];
    return rows.flatMap((row) =>
      [...(row.split(' | ')[0] ?? '').matchAll(/`(\w+)`/g)].map(([, name]) => name),
    );
  });

test('the page has every member of every document, and no other', () => {
  const types = [
    LIST,
    ROUTE,
    RULE,
    CAUSE,
    INSTANCE,
    PROBLEM,
    CHANGES,
    HISTORY,
    MOMENT,
    STATUS,
    TRAFFIC,
    LAST,
  ];
  expect(TABLES.map((names) => [...names].sort())).toEqual(types.map((type) => Object.keys(type).sort()));
});
