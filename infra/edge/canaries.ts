import type { Address } from '../../core/address.ts';
import { type Entry, encodeEntry, type Target } from '../../core/entry/entry.ts';
import type { Rule } from '../../core/entry/rule.ts';
import { encodeTombstone } from '../../core/entry/tombstone.ts';
import type { CanaryCase, Expected } from '../custom-resources/publisher/canary-case.ts';

/** Test entries and test events that prove a function before it is published. */
export interface Canaries {
  /** Keys and values that the publisher writes into the function's store. */
  store: Readonly<Record<string, string>>;
  cases: readonly CanaryCase[];
}

/** No deployment can have this id (infra/settings/schema.ts), so no updater changes the canaries. */
const CANARY_DEPLOYMENT = '-canary';

/** `.invalid` never resolves (RFC 6761), so a viewer who requests a canary reaches no server. */
const TARGET = 'canary.invalid';

const EVERYTHING: Rule = {
  path: '/',
  to: [{ instance: 0, port: 80, weight: 1 }],
  conditions: [],
  strip: false,
};

function target(index: number, address: Address = { via: 'ipv4', name: TARGET }): Target {
  return {
    id: `i-${String(index).padStart(17, '0')}`,
    launchedAt: 1,
    address,
  };
}

const LIVE = {
  access: 'public',
  deployment: CANARY_DEPLOYMENT,
  sequence: 1,
  state: 'live',
  instances: [target(0)],
  rules: [EVERYTHING],
  token: '',
} as const satisfies Entry;

/** The most expensive entry for the router: a pool that is matched by path, header and cookie. */
const POOL: Entry = {
  ...LIVE,
  instances: Array.from({ length: 8 }, (_, index) => target(index)),
  rules: [
    {
      path: '/api',
      to: Array.from({ length: 8 }, (_, instance) => ({ instance, port: 8080, weight: instance + 1 })),
      conditions: [{ on: 'header', name: 'x-env', value: 'canary' }],
      strip: true,
      sticky: 'session',
      timeout: 120,
    },
    { path: '/api', to: 'asleep', conditions: [], strip: false },
    EVERYTHING,
  ],
};

const ENTRIES = {
  live: encodeEntry(LIVE),
  pool: encodeEntry(POOL),
  asleep: encodeEntry({
    access: 'public',
    deployment: CANARY_DEPLOYMENT,
    sequence: 1,
    state: 'asleep',
    instances: [target(0)],
  }),
  expired: encodeEntry({ ...LIVE, expiresAt: 1 }),
  gone: encodeTombstone({ access: 'public', deployment: CANARY_DEPLOYMENT, sequence: 1, goneAt: 1 }),
  unreadable: 'written by hand',
  // A later release may write this one and the last one, and this router must not follow them.
  gated: encodeEntry({ ...LIVE, access: { since: 1 } }),
  ipv6: encodeEntry({ ...LIVE, instances: [target(0, { via: 'ipv6', name: TARGET })] }),
  vpc: encodeEntry({ ...LIVE, instances: [target(0, { via: 'vpc', origin: 'vo_canary' })] }),
} as const;

/** The parts of a request that differ between cases. */
interface Asked {
  host: string;
  uri?: string;
  headers?: Readonly<Record<string, string>>;
}

function buildEvent({ host, uri = '/', headers = {} }: Asked): CanaryCase['event'] {
  const all = Object.entries({ host, 'user-agent': 'canary', ...headers });
  return {
    version: '1.0',
    context: { eventType: 'viewer-request', requestId: 'canary' },
    viewer: { ip: '192.0.2.1' },
    request: {
      method: 'GET',
      uri,
      querystring: {},
      headers: Object.fromEntries(all.map(([name, value]) => [name, { value }])),
      cookies: { session: { value: 'canary' } },
    },
  };
}

/**
 * The keys of canaries and the requests that select them. No tag can claim these keys. With a base domain they are outside of it,
 * and viewers cannot request them because the distribution serves its aliases only. On the bare domain they begin with a hyphen,
 * which no label may.
 */
function addressing(baseDomain: string) {
  return baseDomain === ''
    ? {
        home: 'd111111abcdef8.cloudfront.net',
        key: (name: string) => `-canary-${name}`,
        asked: (name: string) => ({
          host: 'd111111abcdef8.cloudfront.net',
          headers: { 'x-proxy-app': `-canary-${name}` },
        }),
        // A reserved label (core/settings/settings.ts), which no instance can claim.
        nobody: { host: 'd111111abcdef8.cloudfront.net', headers: { 'x-proxy-app': 'auth' } },
      }
    : {
        home: baseDomain,
        key: (name: string) => `${name}.${TARGET}`,
        asked: (name: string) => ({ host: `${name}.${TARGET}`, headers: {} }),
        nobody: { host: `nobody.${TARGET}` },
      };
}

/** The canaries of a deployment: entries for its store, and requests with the answers that its router must give. */
export function buildCanaries(baseDomain: string): Canaries {
  const { home, key, asked, nobody } = addressing(baseDomain);
  const one = (name: string, ask: Asked, expected: Expected): CanaryCase => ({
    name,
    event: buildEvent(ask),
    expected,
  });
  const answered = (status: number, state: string) => ({ status, headers: { 'x-proxy-state': state } });
  const live = asked('live');
  const pool = asked('pool');
  const canary = { ...pool.headers, 'x-env': 'canary' };
  return {
    store: Object.fromEntries(Object.entries(ENTRIES).map(([name, value]) => [key(name), value])),
    cases: [
      one(
        'live, with a forged token',
        { ...live, uri: '/cart', headers: { ...live.headers, 'x-proxy-token': 'forged' } },
        {
          uri: '/cart',
          headers: {
            'x-forwarded-host': live.host,
            'x-proxy-viewer': '192.0.2.1',
            'x-proxy-token': null,
            'x-proxy-app': null,
          },
        },
      ),
      one(
        'a pool by path, header and cookie',
        { ...pool, uri: '/api/v1', headers: canary },
        { uri: '/v1', headers: { 'x-forwarded-prefix': '/api' } },
      ),
      one('a path whose instances sleep', { ...pool, uri: '/api/v1' }, answered(503, 'asleep')),
      one('asleep', asked('asleep'), answered(503, 'asleep')),
      one('expired', asked('expired'), answered(404, 'expired')),
      one('gone', asked('gone'), answered(404, 'unknown')),
      one('unreadable', asked('unreadable'), answered(503, 'unreadable')),
      one('gated', asked('gated'), answered(503, 'unreadable')),
      one('an IPv6 address', { ...asked('ipv6'), uri: '/cart' }, { uri: '/cart' }),
      one('a VPC origin', asked('vpc'), answered(503, 'unreadable')),
      one('nobody', nobody, answered(404, 'unknown')),
      one('a host that cannot exist', { host: 'a_b/..%00' }, answered(400, 'invalid host')),
      one('the apex', { host: home }, { status: 302, headers: { location: '/_proxy/' } }),
      one('the portal', { host: home, uri: '/_proxy/' }, { uri: '/_proxy/index.html' }),
    ],
  };
}
