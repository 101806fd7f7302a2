import type { Address } from '../../../core/address.ts';
import { encodeEntry, type Target } from '../../../core/entry/entry.ts';
import type { Rule } from '../../../core/entry/rule.ts';
import { encodeTombstone } from '../../../core/entry/tombstone.ts';
import type { DeploymentId } from '../../../core/wire/brands.ts';
import type { CanaryCase } from '../../custom-resources/publisher/canary-case.ts';
import { CANARY_SEQUENCE } from '../../custom-resources/publisher/signed-in-cases.ts';
import { answered, one } from './router-case.ts';
import { buildSignInCases } from './sign-in-canaries.ts';

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

/** The rules of the most expensive entry for the router: a pool that is matched by path, header and cookie. */
const POOL_RULES: readonly Rule[] = [
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
];

/** Entries by the names of canaries, with the access that viewers need to reach them without signing in. */
function entriesFor(access: 'public' | 'open') {
  const shared = { access, deployment: CANARY_DEPLOYMENT, sequence: CANARY_SEQUENCE };
  const live = { ...shared, state: 'live', instances: [target(0)], rules: [EVERYTHING], token: '' } as const;
  const pool = {
    ...live,
    instances: Array.from({ length: 8 }, (_, index) => target(index)),
    rules: POOL_RULES,
  };
  const gated = { access: { since: CANARY_SEQUENCE } };
  return {
    live: encodeEntry(live),
    pool: encodeEntry(pool),
    asleep: encodeEntry({ ...shared, state: 'asleep', instances: [target(0)] }),
    expired: encodeEntry({ ...live, expiresAt: 1 }),
    gone: encodeTombstone({ ...shared, goneAt: 1 }),
    unreadable: 'written by hand',
    gated: encodeEntry({ ...live, ...gated }),
    ipv6: encodeEntry({ ...live, instances: [target(0, { via: 'ipv6', name: TARGET })] }),
    // A later release may write this one, and this router must not follow it.
    vpc: encodeEntry({ ...live, instances: [target(0, { via: 'vpc', origin: 'vo_canary' })] }),
    // Without sign-in `gated` is one that this router must not follow.
    ...(access === 'open'
      ? {
          'gated-pool': encodeEntry({ ...pool, ...gated }),
          before: encodeEntry({ ...live, access: 'public' }),
        }
      : {}),
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

/**
 * The canaries of a deployment: entries for its store, and requests with the answers that its router must give.
 *
 * @param signIn present if viewers sign in
 */
export function buildCanaries(baseDomain: string, signIn?: { deployment: DeploymentId }): Canaries {
  const place = addressing(baseDomain);
  const { home, key, asked, nobody } = place;
  const live = asked('live');
  const pool = asked('pool');
  const canary = { ...pool.headers, 'x-env': 'canary' };
  const entries = entriesFor(signIn ? 'open' : 'public');
  return {
    store: Object.fromEntries(Object.entries(entries).map(([name, value]) => [key(name), value])),
    cases: [
      one(
        'live, with a forged token and a forged user',
        {
          ...live,
          uri: '/cart',
          headers: { ...live.headers, 'x-proxy-token': 'forged', 'x-proxy-user': 'forged' },
        },
        {
          uri: '/cart',
          headers: {
            'x-forwarded-host': live.host,
            'x-proxy-viewer': '192.0.2.1',
            'x-proxy-token': null,
            'x-proxy-user': null,
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
      one('unreadable', asked('unreadable'), answered(503, 'unreadable')),
      one('an IPv6 address', { ...asked('ipv6'), uri: '/cart' }, { uri: '/cart' }),
      one('a VPC origin', asked('vpc'), answered(503, 'unreadable')),
      one('a host that cannot exist', { host: 'a_b/..%00' }, answered(400, 'invalid host')),
      one('the apex', { host: home }, { status: 302, headers: { location: '/_proxy/' } }),
      ...(signIn
        ? buildSignInCases(place, signIn.deployment)
        : [
            one('gone', asked('gone'), answered(404, 'unknown')),
            one('gated', asked('gated'), answered(503, 'unreadable')),
            one('nobody', nobody, answered(404, 'unknown')),
            one('the portal', { host: home, uri: '/_proxy/' }, { uri: '/_proxy/index.html' }),
          ]),
    ],
  };
}
