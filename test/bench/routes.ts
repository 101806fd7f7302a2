import type { Instance } from '../../core/instance.ts';
import { buildRoutes } from '../../core/routes/route.ts';
import { completeSettings } from '../../core/settings/settings.ts';
import { runningApp } from '../support/stands/batches.ts';
import { median } from './figures/spread.ts';
import { thousands } from './report.ts';

/** Median processor time, in milliseconds, to make the routes of this many instances. */
export interface RoutesRow {
  instances: number;
  /** All instances in one group behind one name; its value has room for only a few. */
  group: number;
  /** Each instance behind a name of its own. */
  apps: number;
}

const SIZES = [100, 1_000, 5_000] as const;
const RUNS = 5;

/** Measures the domain alone, without calls and without a store. */
export function benchRoutes(): { rows: RoutesRow[] } {
  const rows = SIZES.map((instances) => ({
    instances,
    group: timeOf(fleetOf(instances, () => ({ 'proxy:host': 'shop', 'proxy:group': 'shop' }))),
    apps: timeOf(fleetOf(instances, (n) => ({ 'proxy:host': `app-${n}` }))),
  }));
  return { rows };
}

function fleetOf(count: number, tagsOf: (n: number) => Record<string, string>): Instance[] {
  return Array.from({ length: count }, (_, n) => runningApp(n + 1, '', { tags: tagsOf(n) }));
}

function timeOf(fleet: readonly Instance[]): number {
  const settings = completeSettings({ deployment: 'main', baseDomain: 'dev.example.com' });
  const around = { settings, incumbents: new Map(), now: Math.floor(Date.now() / 1000), tokenOf: () => '' };
  const once = () => {
    const before = process.cpuUsage();
    buildRoutes(fleet, around);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  };
  // The first run is slower, because nothing is compiled yet.
  once();
  return median(Array.from({ length: RUNS }, once));
}

export function routesPart({ rows }: { rows: RoutesRow[] }): string {
  return [
    `Processor time to make routes from the tags of this many instances, in milliseconds, medians of ${RUNS}. A group may have far more instances than a value of 1 KB`,
    'can hold; each further instance must cost no more than a separate app.',
    '',
    '| instances | one group | an app each |',
    '| ---: | ---: | ---: |',
    ...rows.map(
      ({ instances, group, apps }) =>
        `| ${thousands(instances)} | ${group.toFixed(1)} | ${apps.toFixed(1)} |`,
    ),
  ].join('\n');
}
