import fc from 'fast-check';
import type { Access } from '../../../core/entry/access.ts';
import { type Entry, encodeEntry } from '../../../core/entry/entry.ts';
import { encodeTombstone } from '../../../core/entry/tombstone.ts';
import { HINT, type HintedFact } from '../../../core/session/hint.ts';
import { PASS } from '../../../core/session/pass.ts';
import { SESSION } from '../../../core/session/session.ts';
import { printSessionKeys } from '../../../core/session/session-keys.ts';
import { sign } from '../../../core/session/signed.ts';
import { HINT_COOKIE, KEYS_KEY } from '../../../core/wire/session.ts';
import { anyEntry } from '../../support/values/arbitraries.ts';
import { A_SESSION, KEYS, keyNamed, mac, SCOPE } from '../../support/values/session/session-values.ts';
import { closed, ipv6NameOf, nameOf } from './entries.ts';
import { requestOf, KEYS as STORE_KEYS, written } from './fuzz-arbitraries.ts';
import type { CaseRequest, Place, RouterCase } from './router-case.ts';

const some = fc.constantFrom;
const FUTURE = 4_102_444_800;
const PAST = 1_000_000_000;

const closedEntry: fc.Arbitrary<Entry> = fc
  .tuple(some('asleep', 'starting', 'waking', 'maintenance', 'conflict'), some(undefined, PAST, FUTURE))
  .map(([state, expiresAt]) => closed(state, expiresAt === undefined ? {} : { expiresAt }));

const leased: fc.Arbitrary<Entry> = fc
  .tuple(written, some(PAST, FUTURE))
  .map(([entry, expiresAt]) => ({ ...entry, expiresAt }));

/** Entries that a deployment may have. Only those of `anyEntry` are not written by an updater. */
const entry: fc.Arbitrary<Entry> = fc.oneof(
  { weight: 6, arbitrary: written },
  { weight: 1, arbitrary: leased },
  { weight: 1, arbitrary: closedEntry },
  { weight: 1, arbitrary: anyEntry },
);

/** The access of entries in a deployment with sign-in, and rarely of one without it. */
const signedInAccess: fc.Arbitrary<Access> = some<Access[]>(
  'open',
  { since: A_SESSION.sequence },
  { since: A_SESSION.sequence - 1, rule: 'group:devs' },
  { since: A_SESSION.sequence + 1 },
  'public',
);

const valueWith = (access: fc.Arbitrary<Access>): fc.Arbitrary<string> =>
  fc.oneof(
    {
      weight: 9,
      arbitrary: fc.tuple(entry, access).map(([one, word]) => encodeEntry({ ...one, access: word })),
    },
    {
      weight: 1,
      arbitrary: access.map((word) =>
        encodeTombstone({ access: word, goneAt: PAST, deployment: 'main', sequence: 7 }),
      ),
    },
  );

function storeOf(
  keys: readonly string[],
  access: fc.Arbitrary<Access>,
): fc.Arbitrary<Record<string, string>> {
  const [first = '', ...others] = keys;
  const value = valueWith(access);
  return fc
    .tuple(fc.option(value, { nil: '', freq: 8 }), fc.dictionary(some(...others), value, { maxKeys: 2 }))
    .map(([usual, rest]) => ({ ...rest, ...(usual === '' ? {} : { [first]: usual }) }));
}

const session = fc
  .record({
    sequence: some(A_SESSION.sequence, A_SESSION.sequence - 5),
    level: some(0, 0, 1, 2),
    endsAt: some(FUTURE, FUTURE, PAST),
  })
  .map(
    (more) => `__Host-proxy-session=${sign(SESSION, { ...A_SESSION, ...more }, SCOPE, KEYS.current, mac)}`,
  );
const pass = sign(
  PASS,
  { endsAt: FUTURE, madeAt: A_SESSION.sequence, id: 'abcDEF012-_x', name: 'ci' },
  SCOPE,
  KEYS.current,
  mac,
);

const hint = fc
  .record({
    fact: some<HintedFact>(
      {
        ...{ is: 'app', since: A_SESSION.sequence, port: 8080, instance: 'i-0123456789abcdef0' },
        address: { via: 'ipv4', name: nameOf('hinted') },
      },
      {
        ...{ is: 'app', since: 'open', port: 80, instance: 'i-0123456789abcdef0' },
        address: { via: 'ipv6', name: ipv6NameOf('hinted') },
      },
      { is: 'closed', since: 'open', letter: 'A' },
      { is: 'closed', since: A_SESSION.sequence, letter: 'S' },
      { is: 'gone', since: 'open' },
    ),
    // Numbers of entries are below 2^31.
    sequence: some(FUTURE, FUTURE, FUTURE, 7, 8, 1_000_000_000),
    endsAt: some(FUTURE, FUTURE, FUTURE, PAST),
    scope: some(SCOPE, SCOPE, SCOPE, SCOPE, { ...SCOPE, host: 'cart.dev.example.com' }),
    key: some(KEYS.current, KEYS.current, KEYS.current, keyNamed('z')),
  })
  .map(({ scope, key, ...fields }) => `${HINT_COOKIE}=${sign(HINT, fields, scope, key, mac)}`);

/** Usually a plain request for the usual hostname, because odd ones rarely reach an app. */
function usualOf(place: Parameters<typeof requestOf>[0]): fc.Arbitrary<CaseRequest> {
  const plain = fc
    .tuple(requestOf(place), some('/', '/api', '/api/v1/x', '/cart', '/api/../cart'))
    .map(([{ host: _odd, ...request }, uri]) => ({
      ...request,
      ...(place === 'laptop' ? { host: 'shop.localhost' } : {}),
      uri,
    }));
  return fc.oneof({ weight: 2, arbitrary: plain }, requestOf(place));
}

/** A request to a deployment with sign-in, often with a session or a pass. */
const signedInRequest: fc.Arbitrary<CaseRequest> = fc
  .record({
    request: usualOf('domain'),
    cookie: fc.option(session, { freq: 4 }),
    hinted: fc.option(fc.oneof({ weight: 9, arbitrary: hint }, fc.constant(`${HINT_COOKIE}=1.x`)), {
      freq: 2,
    }),
    own: fc.oneof(
      { weight: 19, arbitrary: fc.constant(null) },
      some('/_proxy/api/start', '/_proxy/api/x', '/x/../_proxy/', '/_proxy/../x', '//_proxy/x'),
    ),
    sent: some({}, {}, { 'x-proxy-pass': pass }),
    site: some({}, { 'sec-fetch-site': 'same-origin' }, { 'sec-fetch-site': 'cross-site' }),
  })
  .map(({ request, cookie, hinted, own, sent, site }) => ({
    ...request,
    ...(own === null ? {} : { uri: own }),
    headers: { ...request.headers, ...sent, ...site },
    cookies: [request.cookies, cookie, hinted].filter(Boolean).join('; '),
  }));

const expected = { status: 0 };
const name = 'foreseeable';

const withoutSignIn = some('domain' as const, 'laptop' as const, 'bare' as const).chain((place) =>
  fc
    .tuple(storeOf(STORE_KEYS[place], fc.constant('public')), usualOf(place))
    .map(([store, request]): RouterCase => ({ name, place, store, request, expected })),
);
const place: Place = 'signIn';
const withOrigin = printSessionKeys({ ...KEYS, origin: 'the-origin-secret' });
const keys = some(withOrigin, withOrigin, withOrigin, printSessionKeys(KEYS), 'k0');
const withSignIn = fc.tuple(storeOf(STORE_KEYS.domain, signedInAccess), signedInRequest, keys).map(
  ([store, request, value]): RouterCase => ({
    ...{ name, place, request, expected },
    store: { ...store, [KEYS_KEY]: value },
  }),
);

/** Any request to a store whose values are all encoded entries and tombstones. */
export const foreseeable: fc.Arbitrary<RouterCase> = fc.oneof(withoutSignIn, withSignIn);
