import { buildEdge, buildSiteRouter } from '../../../build/edge.ts';
import { type Entry, encodeEntry, type ServingEntry, type Target } from '../../../core/entry/entry.ts';
import type { Condition } from '../../../core/entry/rule.ts';
import { SCOPE } from '../../support/values/session/session-values.ts';
import { DOMAIN, FEATURE_CASES, GOAL_CASES, overIpv6, type RouterBenchCase } from './router-cases.ts';
import type { Shape } from './shape.ts';
import { SIGN_IN_STORE, SIGN_IN_WORST, SITE_WORST, type SignInWorstEntry } from './sign-in/sign-in-worst.ts';

/** An entry for which the bench searches the most expensive request. */
export interface WorstEntry {
  name: string;
  host: string;
  entries: Readonly<Record<string, Entry>>;
  /** With sign-in: how a viewer who may open it asks for it. */
  ask?: SignInWorstEntry['ask'];
}

const CONDITIONS: readonly Condition[] = [
  { on: 'method', value: 'GET' },
  { on: 'header', name: 'x-env', value: 'canary' },
  { on: 'query', name: 'debug', value: 'a b c' },
];
const instance = (n: number): Target => ({
  id: `i-0123456789abc000${n}`,
  launchedAt: 1_795_436_239,
  address: { via: 'ipv4', name: `ec2-203-0-113-${n}.eu-west-1.compute.amazonaws.com` },
});
const both = [
  { instance: 0, port: 3000, weight: 1 },
  { instance: 1, port: 3000, weight: 5 },
];

/** All options of tags at once. */
const EVERYTHING: ServingEntry = {
  access: 'public',
  deployment: 'main',
  sequence: 42,
  state: 'live',
  expiresAt: 4_102_444_800,
  token: 'AbCdEfGhIjKlMnOp',
  instances: [instance(0), overIpv6(instance(1))],
  rules: [
    { path: '=/healthz', to: both, conditions: [], strip: false },
    {
      ...{ path: '/api/v1', to: both, conditions: CONDITIONS, strip: true },
      ...{ sticky: 'session', certName: 'origin.example.com' },
    },
    { path: '/api', to: both, conditions: CONDITIONS.slice(2), strip: true, sticky: 'session' },
    { path: '/api', to: 'asleep', conditions: [], strip: false },
    { path: '/', to: both, conditions: CONDITIONS.slice(1), strip: false, sticky: 'session' },
    { path: '/', to: both, conditions: [], strip: false, sticky: 'session' },
  ],
};

/** Every entry of the bench, once, and one with all options. */
const WORST_ENTRIES: readonly WorstEntry[] = distinct([
  ...GOAL_CASES,
  ...FEATURE_CASES,
  { name: 'all options at once', host: 'shop', entries: { shop: EVERYTHING } },
]);

function distinct(cases: readonly RouterBenchCase[]): WorstEntry[] {
  const byValue = new Map<string, WorstEntry>();
  for (const { name, host, entries } of cases) {
    const [key = ''] = Object.keys(entries);
    // One wildcard host is enough for entries that differ only in their host.
    const value = `${key.startsWith('*') ? '*' : ''} ${JSON.stringify(Object.values(entries))}`;
    if (!byValue.has(value)) byValue.set(value, { name, host, entries });
  }
  return [...byValue.values()];
}

const SIGN_IN = { baseDomain: DOMAIN, signIn: { deployment: SCOPE.deployment } };

/** The routers, as the build makes them. */
export const BUILDS = {
  'base domain': () => buildEdge({ baseDomain: DOMAIN }),
  'bare domain': () => buildEdge({ baseDomain: '' }),
  'with sign-in': () => buildEdge(SIGN_IN),
  'site router': () => buildSiteRouter(SIGN_IN),
} as const;
export type Build = keyof typeof BUILDS;

/** The entries of a router. On the bare domain there are no wildcards. */
export function entriesOf(build: Build): readonly WorstEntry[] {
  switch (build) {
    case 'base domain':
      return WORST_ENTRIES;
    case 'bare domain':
      return WORST_ENTRIES.filter(
        ({ entries }) => !Object.keys(entries).some((name) => name.startsWith('*')),
      );
    case 'with sign-in':
      return SIGN_IN_WORST;
    case 'site router':
      return SITE_WORST;
    default:
      return build satisfies never;
  }
}

/** The store's content for an entry. */
export function storeOf({ entries, ask }: WorstEntry, build: Build): Record<string, string> {
  const suffix = build === 'bare domain' ? '' : `.${DOMAIN}`;
  const values = Object.entries(entries).map(([name, entry]) => [`${name}${suffix}`, encodeEntry(entry)]);
  return { ...Object.fromEntries(values), ...(ask && SIGN_IN_STORE) };
}

/** A plain browser request from which the search starts. */
export function plainShape({ host, ask }: WorstEntry, build: Build): Shape {
  const isBare = build === 'bare domain';
  return {
    method: 'GET',
    host: [[isBare ? 'd111111abcdef8.cloudfront.net' : [host, DOMAIN].filter(Boolean).join('.'), 1]],
    path: [],
    query: [],
    headers: [['accept', [['text/html', 1]]]],
    cookie: isBare ? [[`__Host-proxy-app=${host}.Nj0dcyFz8xgk`, 1]] : [],
    ...ask,
  };
}
