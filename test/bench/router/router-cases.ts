import type { ViewerRequestEvent } from 'cloudfront';
import { encodeIpAwsName } from '../../../core/ec2/ip-aws.ts';
import { type Entry, encodeEntry, type ServingEntry, type Target } from '../../../core/entry/entry.ts';
import type { Rule } from '../../../core/entry/rule.ts';
import type { NjsCase } from '../../support/tools/njs.ts';
import { viewerRequestEvent } from '../../support/values/viewer-event.ts';

export const DOMAIN = 'dev.example.com';

const named = (digits: number, n: number) => String(n).padStart(digits, '0');
const target = (n: number): Target => ({
  id: `i-0123456789abc${named(4, n)}`,
  launchedAt: 1_795_436_239,
  address: { via: 'ipv4', name: `ec2-203-0-113-${100 + (n % 100)}.eu-west-1.compute.amazonaws.com` },
});
/** The same instance, reached over IPv6. */
export function overIpv6(instance: Target): Target {
  const name = encodeIpAwsName({ ipv6: 0x2a05d014089973003469778ac29fe148n }, 'eu-west-1');
  return { ...instance, address: { via: 'ipv6', name } };
}

const one = [{ instance: 0, port: 80, weight: 1 }];
const all = (instances: number, weight: number) =>
  Array.from({ length: instances }, (_, instance) => ({ instance, port: 3000, weight }));

/** A rule that leads to the only instance on port 80 by default. */
const rule = (path: string, more: Partial<Rule> = {}): Rule => ({
  path,
  to: one,
  conditions: [],
  strip: false,
  ...more,
});

function serving(instances: number, rules: readonly Rule[], more: Partial<ServingEntry> = {}): ServingEntry {
  const targets = Array.from({ length: instances }, (_, n) => target(n));
  const entry = {
    access: 'public',
    deployment: 'main',
    sequence: 42,
    state: 'live',
    token: 'AbCdEfGhIjKlMnOp',
  } as const;
  return { ...entry, instances: targets, rules, ...more };
}

/** One request and its entry. */
export interface RouterBenchCase {
  name: string;
  host: string;
  entries: Readonly<Record<string, Entry>>;
  request?: { uri?: string; headers?: Readonly<Record<string, string>> };
}

/** The plainest entry. */
export const PLAIN = serving(1, [rule('/')]);
const OVER_IPV6 = { ...PLAIN, instances: [overIpv6(target(0))] };
const SECTIONS = Array.from({ length: 7 }, (_, n) => rule(`/section-${n}`));

/** The requests of the router's goals. */
export const GOAL_CASES: readonly RouterBenchCase[] = [
  { name: 'exact host, one instance', host: 'shop', entries: { shop: PLAIN } },
  {
    name: 'exact host, the last of 8 path rules',
    host: 'paths',
    entries: { paths: serving(1, [...SECTIONS, rule('/')]) },
  },
  {
    name: '8 instances, rendezvous hash of the viewer',
    host: 'pool',
    entries: { pool: serving(8, [rule('/', { to: all(8, 1) })]) },
  },
  { name: 'wildcard of one label', host: 'a.wild', entries: { '*.wild': PLAIN } },
  { name: 'unknown host, page', host: 'nobody', entries: {} },
];

const shop = (name: string, entry: Entry, request: RouterBenchCase['request'] = {}): RouterBenchCase => ({
  name,
  host: 'shop',
  entries: { shop: entry },
  request,
});
const LEASED = serving(1, [rule('/')], { expiresAt: 4_102_444_800 });
const CONDITION = { on: 'header', name: 'x-env', value: 'canary' } as const;

/** One request for each feature. The cost of the feature is the difference from the plainest request. */
export const FEATURE_CASES: readonly RouterBenchCase[] = [
  shop('a port in the Host header', PLAIN, { headers: { host: `shop.${DOMAIN}:8443` } }),
  shop('an instance over IPv6', OVER_IPV6),
  shop('a lease', LEASED),
  shop('two paths', serving(1, [rule('/api'), rule('/')])),
  shop('an exact path that matches', serving(1, [rule('=/healthz'), rule('/')]), { uri: '/healthz' }),
  shop('a prefix that is stripped', serving(1, [rule('/api', { strip: true })]), { uri: '/api/v1' }),
  shop('a path with an escape, checked twice', serving(1, [rule('/api'), rule('/')]), { uri: '/a%2Fb' }),
  shop('https to the instance', serving(1, [rule('/', { certName: 'origin.example.com' })])),
  shop('a condition on a header', serving(1, [rule('/', { conditions: [CONDITION] }), rule('/')]), {
    headers: { 'x-env': 'canary' },
  }),
  shop('a group of two', serving(2, [rule('/', { to: all(2, 1) })])),
  shop('a group of two with weights', serving(2, [rule('/', { to: all(2, 3) })])),
  { name: 'a wildcard of three labels', host: 'a.b.c.wild', entries: { '*.wild': PLAIN } },
  shop('asleep, page', { ...PLAIN, state: 'asleep' }),
  shop('asleep, problem+json', { ...PLAIN, state: 'asleep' }, { headers: { accept: 'application/json' } }),
];

/** Parts of the built code that each forwarded request runs, and that can be left out. */
export const PARTS: readonly (readonly [what: string, code: RegExp])[] = [
  ['removal of names that a viewer may forge', /(?<!:)delete [\w$]+(?:\.\w+|\["[\w-]+"\]),/g],
  [
    'port, viewer and request id in headers',
    /[\w$]+\["x-(?:forwarded-port|proxy-viewer|request-id)"\]=\{value:[^}]+\},/g,
  ],
  ['the `forwarded` header', /,[\w$]+\.forwarded=\{value:[^}]+\}/g],
  ['the pick in the access log', /,[\w$]+\.logCustomData&&[\w$]+\.logCustomData\((?:[^()]|\([^)]*\))+\)/g],
];

/** A browser's request as CloudFront passes it on. */
export function eventFor({
  host,
  request = {},
}: Pick<RouterBenchCase, 'host' | 'request'>): ViewerRequestEvent {
  const headers = {
    host: `${host}.${DOMAIN}`,
    accept: 'text/html,application/xhtml+xml',
    'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)',
    'accept-language': 'en',
    ...request.headers,
  };
  return viewerRequestEvent({
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, { value }])),
    cookies: {},
    querystring: {},
    ...(request.uri === undefined ? {} : { uri: request.uri }),
  });
}

/** The case with this many further entries in the store. */
export function njsCase(one: RouterBenchCase, size: number): NjsCase {
  const kvs: Record<string, string> = {};
  for (let n = 0; n < size; n++) kvs[`app-${named(6, n)}.${DOMAIN}`] = encodeEntry(PLAIN);
  for (const [name, entry] of Object.entries(one.entries)) kvs[`${name}.${DOMAIN}`] = encodeEntry(entry);
  return { kvs, event: eventFor(one) };
}
