import type { EntryState } from '../../../core/entry/rule.ts';
import type { InstanceSummary } from '../../../core/journal/instance-summary.ts';
import type { RouteSummary, RoutesFile } from '../../../core/journal/routes-file.ts';
import type { Problem } from '../../../core/problem.ts';
import { printLastRequests } from '../../../core/traffic/last-requests.ts';
import { route, routesFile, rulesOf } from '../site.ts';

const DOMAIN = 'dev.example.com';
const NAMES = [
  'shop',
  'api',
  'cart',
  'docs',
  'admin',
  'search',
  'billing',
  'wiki',
  'mail',
  'chat',
  'grafana',
];
const OWNERS = ['ann', 'bob', 'chen', 'dana', 'emeka'];
/** States of eighteen apps. */
const STATES: readonly EntryState[] = [
  ...Array<EntryState>(11).fill('live'),
  ...(['asleep', 'live', 'asleep', 'live', 'asleep', 'starting', 'maintenance'] as const),
];

/** The time at which made lists are shown. */
export const NOW = Date.parse('2026-11-23T12:00:00Z');

/** A list as a team of that size would have: most apps live, some asleep, some problems. The same for each call. */
export function madeList(count: number): RoutesFile {
  const routes = Array.from({ length: count }, (_, n) => madeRoute(n));
  routes.sort((a, b) => (a.hostname < b.hostname ? -1 : 1));
  const problems = madeProblems(count);
  const ids = [...routes.flatMap(({ instances }) => instances), ...problems.map(({ instance }) => instance)];
  return routesFile(routes, {
    ...{ problems, updatedAt: new Date(NOW - 3_000).toISOString() },
    instances: [...new Set(ids)].sort().map(madeInstance),
  });
}

function madeRoute(n: number): RouteSummary {
  const name = NAMES[n % NAMES.length] ?? '';
  const label = n < NAMES.length ? name : `${name}-${Math.floor(n / NAMES.length)}`;
  const state = STATES[n % STATES.length] ?? 'live';
  const since = new Date(NOW - (state === 'starting' ? 40_000 : (n + 1) * (n + 1) * 47_000)).toISOString();
  return route(`${label}.${DOMAIN}`, {
    state,
    instances: [instanceId(n), ...(n % 13 === 5 ? [instanceId(n + 100_000)] : [])],
    rules: state !== 'live' ? [] : n % 7 === 3 ? rulesOf('/', '=/healthz') : rulesOf('/'),
    since,
    cause: {
      ...{ kind: 'RunInstances', at: since },
      by: `Developer/${ownerOf(n)}`,
    },
    ...(n % 6 === 2 ? { expiresAt: new Date(NOW + (n + 1) * 1_800_000).toISOString() } : {}),
  });
}

/** `last-requests.json` of a made list: a live app gets requests now, another one got its last before it changed. */
export function madeLastRequests({ deployment, routes }: RoutesFile): string {
  const times = routes.map(({ hostname, state, since = '' }, n): [string, number] => [
    hostname,
    state === 'live' ? NOW - ((n * n * 31_000) % 7_200_000) : Date.parse(since) - 600_000,
  ]);
  return printLastRequests(deployment, new Map(times));
}

function madeProblems(count: number): Problem[] {
  const port = {
    ...{ code: 'bad-value', instance: instanceId(7_001), tag: 'proxy:port', found: '80a' },
    mend: { set: { key: 'proxy:port', value: '80' } },
    hostnames: [`payments.${DOMAIN}`],
    remedy: 'fix the tag and the next event picks it up',
  };
  const taken = {
    ...{ code: 'name-taken', instance: instanceId(7_002), tag: 'proxy:host', found: instanceId(0) },
    mend: { set: { key: 'proxy:host', value: 'shop-2' } },
    hostnames: [`shop.${DOMAIN}`],
    remedy: 'choose another name, or give both the same proxy:group in one account',
  };
  const unknown = {
    ...{ code: 'unknown-tag', instance: instanceId(7_003), tag: 'proxy:prot', found: '3000' },
    mend: { set: { key: 'proxy:port', value: '3000' }, remove: 'proxy:prot' },
    remedy: 'fix the tag and the next event picks it up',
  };
  const what = [
    `${port.instance}: \`proxy:port\` is "80a", expected 80, 443 or 1024–65535`,
    `${taken.instance} claims shop.${DOMAIN}, which already belongs to ${taken.found}`,
    `${unknown.instance}: \`proxy:prot\` is "3000", but the proxy has no tag of that name; its tags are proxy:host, proxy:port`,
  ];
  const all = [port, taken, unknown].map((each, n) => ({ ...each, message: `${what[n]}; ${each.remedy}` }));
  return count < 10 ? all.slice(0, 1) : all;
}

function instanceId(n: number): string {
  return `i-${(0x0a1b2c3d4e + n * 7_919).toString(16).padStart(17, '0')}`;
}

function madeInstance(id: string, n: number): InstanceSummary {
  return {
    ...{
      id,
      name: `web-${n}`,
      type: 't4g.small',
      region: 'eu-west-1',
      zone: 'eu-west-1a',
    },
    ...{
      account: '111122223333',
      via: 'ipv4',
      state: 'running',
      launchedAt: new Date(NOW - n * 900_000).toISOString(),
    },
    ...(n % 4 === 0 ? { launchedBy: `Developer/${ownerOf(n)}` } : { tags: { owner: ownerOf(n) } }),
  };
}

/** The owner of an instance. */
function ownerOf(n: number): string {
  return OWNERS[n % OWNERS.length] ?? '';
}
