import type { HistoryFile } from '../../../core/journal/history-file.ts';
import type { InstanceSummary } from '../../../core/journal/instance-summary.ts';
import type { RouteSummary, RoutesFile } from '../../../core/journal/routes-file.ts';
import type { StatusFile } from '../../../core/journal/status-file.ts';
import { HOURS, printTraffic } from '../../../core/traffic/traffic-file.ts';
import { PortalSite } from '../site.ts';

/** The time of the example: noon of a day of its own. */
export const NOON = '2026-11-30T12:00:00Z';

const DOMAIN = 'dev.example.com';
const HOUR_MS = 3_600_000;

/** A time before noon. */
export const ago = (hours: number) => new Date(Date.parse(NOON) - hours * HOUR_MS).toISOString();

const [ONE, TWO, THREE] = ['i-0aaaaaaaaaaaaaaa1', 'i-0bbbbbbbbbbbbbbb2', 'i-0ccccccccccccccc3'] as const;

function instance(id: string, rest: Partial<InstanceSummary> = {}): InstanceSummary {
  return {
    ...{
      id,
      region: 'eu-west-1',
      zone: 'eu-west-1a',
      account: '111122223333',
      type: 't4g.small',
      via: 'ipv4',
    },
    ...{
      state: 'running',
      launchedAt: ago(26),
      launchedBy: 'Developer/ada',
      tags: { owner: 'ada', team: 'shop' },
    },
    ...rest,
  };
}

const launch = { kind: 'RunInstances', at: ago(2.05), by: 'Developer/ada' };

/** A pool with rules, conditions, a lease and an access rule; a sleeping app; a name that two instances want. */
export function exampleList(rest: Partial<RoutesFile> = {}): RoutesFile {
  const shop: RouteSummary = {
    ...{ hostname: `shop.${DOMAIN}`, state: 'live', since: ago(2), cause: launch, instances: [ONE, TWO] },
    rules: [
      {
        ...{ path: '/api', to: [{ instance: 1, port: 8080, weight: 1 }], strip: true, timeout: 30 },
        conditions: [{ on: 'header', name: 'x-canary', value: '1' }],
      },
      {
        path: '/',
        to: [0, 1].map((each) => ({ instance: each, port: 80, weight: 3 - 2 * each })),
        sticky: 'sid',
      },
    ],
    ...{ expiresAt: ago(-6.5), access: 'named' },
  };
  const docs: RouteSummary = {
    ...{ hostname: `docs.${DOMAIN}`, state: 'asleep', since: ago(14), instances: [THREE], rules: [] },
    cause: { kind: 'state-change: stopped', at: ago(14) },
  };
  return {
    ...{
      version: 2,
      deployment: 'main',
      baseDomain: DOMAIN,
      signIn: true,
      detail: 'full',
      updatedAt: ago(0.01),
    },
    routes: [docs, shop],
    instances: [
      instance(ONE, { name: 'shop-1' }),
      instance(TWO, { name: 'shop-2', via: 'ipv6', zone: 'eu-west-1b' }),
      instance(THREE, { name: 'docs', state: 'stopped', region: 'us-gov-west-1', zone: 'us-gov-west-1a' }),
    ],
    problems: [
      {
        ...{ code: 'name-taken', instance: THREE, tag: 'proxy:host', hostnames: [`shop.${DOMAIN}`] },
        message: `${THREE} claims shop.${DOMAIN}, which already belongs to ${ONE}; choose another name, or give both the same \`proxy:group\` in one account`,
        remedy: 'choose another name, or give both the same `proxy:group` in one account',
        mend: { set: { key: 'proxy:host', value: 'shop-2' } },
      },
      {
        ...{ code: 'unknown-tag', instance: THREE, tag: 'proxy:hsot', found: 'cart' },
        message: `${THREE}: \`proxy:hsot\` is "cart", but the proxy has no tag of that name; fix the tag and the next event picks it up`,
        remedy: 'fix the tag and the next event picks it up',
        mend: { set: { key: 'proxy:host', value: 'cart' }, remove: 'proxy:hsot' },
      },
    ],
    ...rest,
  };
}

/** The changes of shop. */
export function exampleHistory(): HistoryFile {
  const moment = (
    hours: number,
    state: HistoryFile['moments'][number]['state'],
    causes: HistoryFile['moments'][number]['causes'],
  ) => ({
    at: ago(hours),
    state,
    instances: state === 'gone' ? [] : [ONE, TWO],
    how: 'written' as const,
    causes,
  });
  return {
    version: 1,
    hostname: `shop.${DOMAIN}`,
    moments: [
      moment(60, 'live', [{ kind: 'RunInstances', at: ago(60), by: 'Developer/ada' }]),
      moment(16, 'asleep', [{ kind: 'state-change: stopped', at: ago(16) }]),
      moment(8, 'maintenance', [{ kind: 'CreateTags', at: ago(8), by: 'Developer/grace' }]),
      moment(5, 'gone', [{ kind: 'TerminateInstances', at: ago(5), by: 'Developer/ada' }]),
      moment(2.05, 'starting', [launch]),
      moment(2, 'live', [
        { kind: 'state-change: running', at: ago(2) },
        { kind: 'sweep', at: ago(2) },
      ]),
    ],
  };
}

/** Traffic that grows in the morning, with some errors, and edges that were behind. */
export function exampleTraffic(): string {
  const requests = Array.from({ length: HOURS }, (_, hour) => Math.round(400 + 380 * Math.sin(hour / 4)));
  const every = (nth: number, count: number) => requests.map((_, hour) => (hour % nth === 0 ? count : 0));
  const apps = new Map([
    [`shop.${DOMAIN}`, { requests, clientErrors: every(3, 40), serverErrors: every(7, 90) }],
    [`docs.${DOMAIN}`, { requests: every(2, 3), clientErrors: every(50, 0), serverErrors: every(50, 0) }],
  ]);
  const since = Date.parse(NOON) - (HOURS - 1) * HOUR_MS;
  const lags = new Map(
    Array.from({ length: 24 }, (_, n) => [
      Math.floor(Date.parse(ago(20 - n / 1.5)) / 1_000),
      2_000 + ((n * 7_919) % 9_000) + (n % 9 === 0 ? 14_000 : 0),
    ]),
  );
  return printTraffic('main', { since, logs: requests.map(() => 4), apps, lags });
}

/** A quiet updater with a drift of the morning. */
export function exampleStatus(rest: Partial<StatusFile> = {}): StatusFile {
  return {
    ...{ version: 1, deployment: 'main', updatedAt: ago(0.02), lastSweep: ago(0.03) },
    drift: { at: ago(3), hostnames: [`docs.${DOMAIN}`], count: 1 },
    store: { keys: 1_204, bytes: 1_234_000, limit: 5_242_880, writesToday: 37 },
    writes: Array.from({ length: 60 }, (_, n) => ({
      at: ago(20 - n / 3),
      milliseconds: 900 + ((n * 7_919) % 2_400) + (n % 13 === 0 ? 5_000 : 0),
    })),
    ...rest,
  };
}

/** A portal with all documents of the example. */
export async function openExample(): Promise<PortalSite> {
  const site = await PortalSite.open(exampleList());
  site.documents.set(`history/shop.${DOMAIN}.json`, JSON.stringify(exampleHistory()));
  site.documents.set('traffic.json', exampleTraffic());
  site.documents.set('status.json', JSON.stringify(exampleStatus()));
  return site;
}
