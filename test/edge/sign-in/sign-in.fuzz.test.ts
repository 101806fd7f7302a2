import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Entry, encodeEntry } from '../../../core/entry/entry.ts';
import { PASS } from '../../../core/session/pass.ts';
import { SESSION, type Session } from '../../../core/session/session.ts';
import { printSessionKeys, type SessionKeys } from '../../../core/session/session-keys.ts';
import { isInTime, open, sign } from '../../../core/session/signed.ts';
import { MOST_COOKIES, PASS_HEADER, SESSION_COOKIE } from '../../../core/wire/session.ts';
import { hostileText } from '../../support/values/arbitraries.ts';
import {
  A_SESSION,
  acceptedKeys,
  isMac,
  KEYS,
  keyNamed,
  mac,
  SCOPE,
  user,
} from '../../support/values/session/session-values.ts';
import { compileDeployed } from '../support/compile-deployed.ts';
import { live } from '../support/entries.ts';
import {
  type CaseRequest,
  eventOf,
  NAVIGATION,
  ownCookiesIn,
  PLACES,
  removedIn,
} from '../support/router-case.ts';

/** 200,000 in CI. */
const RUNS = Number(process.env['FUZZ_RUNS'] ?? (process.env['CI'] === 'true' ? 200_000 : 2_000));

const FUTURE = 4_102_444_800;
const SINCE = A_SESSION.sequence;
const OTHER = keyNamed('b');
const BASE = SCOPE.host.slice('shop.'.length);
const HOSTS = [SCOPE.host, `a.${SCOPE.host}`, `docs.${BASE}`, BASE];

let store: Readonly<Record<string, string>> = {};
const router = compileDeployed(PLACES.signIn, {
  read: (key) => (Object.hasOwn(store, key) ? store[key] : undefined),
});

const some = fc.constantFrom;
const usually = <T>(value: T, of: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(value) }, of);
const number = some(0, 1, SINCE - 1, SINCE, SINCE + 1, FUTURE, 9_999_999_999);
const scope = fc.record({
  deployment: usually('main', some('mai', 'main2')),
  host: usually(SCOPE.host, some(...HOSTS)),
});
const key = usually(KEYS.current, some(OTHER, keyNamed('z'), '-'));

const session: fc.Arbitrary<Session> = fc.record({
  endsAt: usually(FUTURE, number),
  sequence: usually(SINCE, number),
  signedInAt: number,
  epoch: usually(KEYS.epoch, some(0, 2, 4)),
  level: usually(0, some(1, 2, 3)),
  subject: usually(A_SESSION.subject, some('bWFsbG9yeS1tYWxsb3J5MQ')),
  user: some(user('alice@example.com'), user('a.b.c@d.example'), user('x')),
});
const pass = fc.record({
  endsAt: usually(FUTURE, number),
  madeAt: usually(SINCE, number),
  id: some('abcDEF012-_x', '0123456789ab'),
  name: some('ci', 'a'),
});
const signed = fc.oneof(
  fc.tuple(session, scope, key).map(([value, at, by]) => sign(SESSION, value, at, by, mac)),
  fc.tuple(pass, scope, key).map(([value, at, by]) => sign(PASS, value, at, by, mac)),
);
/** Texts as signed, with a part replaced, or with the MAC of another. */
const text = fc.oneof(
  { weight: 5, arbitrary: signed },
  fc
    .tuple(signed, fc.nat({ max: 150 }), fc.nat({ max: 3 }), some('', '.', '0', '1', 'a', '~'))
    .map(([value, at, count, piece]) => value.slice(0, at) + piece + value.slice(at + count)),
  fc.tuple(signed, signed).map(([value, other]) => value.slice(0, -64) + other.slice(-64)),
  hostileText.map((value) => value.replace(/[^!-~]|[",;\\]/g, '')),
);

const keys: fc.Arbitrary<SessionKeys> = fc.record(
  {
    epoch: usually(KEYS.epoch, some(0, 4)),
    current: usually(KEYS.current, some(OTHER)),
    previous: some(OTHER, KEYS.current),
    next: some(OTHER, KEYS.current),
    revoked: usually<readonly string[]>([], some<readonly string[]>(['0123456789ab'])),
  },
  { requiredKeys: ['epoch', 'current', 'revoked'] },
);
const access = usually<Entry['access']>(
  { since: SINCE },
  some<Entry['access']>('open', { since: SINCE + 5, rule: 'group:devs' }),
);
const entry = usually<string | undefined>(
  undefined,
  access.map((each) => encodeEntry(live('shop', { access: each }))),
);

interface Visit {
  request: CaseRequest;
  entries: readonly (string | undefined)[];
  keys: SessionKeys | undefined;
  texts: readonly string[];
}

const KEYS_OF_ENTRIES = [SCOPE.host, `*.${SCOPE.host}`, `*.${BASE}`];
const visit: fc.Arbitrary<Visit> = fc
  .record({
    host: usually(SCOPE.host, some(...HOSTS)),
    method: usually('GET', some('POST', 'HEAD', 'OPTIONS')),
    uri: usually('/', some('/cart', '/_proxy/', '/_proxy/routes.json', '/_proxy/api/me', '/_proxy/errors/x')),
    site: some('same-origin', 'none', 'same-site', 'cross-site', ''),
    navigates: fc.boolean(),
    origin: some('', `https://${SCOPE.host}`, 'https://evil.example'),
    texts: fc.array(text, { maxLength: 6 }),
    pass: usually('', text),
    entries: fc.tuple(
      usually<string | undefined>(encodeEntry(live('shop', { access: { since: SINCE } })), entry),
      entry,
      entry,
    ),
    keys: usually<SessionKeys | undefined>(KEYS, fc.option(keys, { nil: undefined })),
  })
  .map(({ host, method, uri, site, navigates, origin, texts, pass: sent, ...rest }) => ({
    ...rest,
    texts,
    request: {
      ...{ host, method, uri },
      headers: {
        ...(navigates ? NAVIGATION : { accept: '*/*' }),
        ...(site ? { 'sec-fetch-site': site } : {}),
        ...(origin ? { origin } : {}),
        ...(sent ? { [PASS_HEADER]: sent } : {}),
        'x-proxy-user': 'forged@example.com',
      },
      ...(texts.length ? { cookies: texts.map((value) => `${SESSION_COOKIE}=${value}`).join('; ') } : {}),
    },
  }));

test(
  `a gated app is reached only with an authentic text for it, and is told its user (${RUNS} runs)`,
  async () => {
    await fc.assert(fc.asyncProperty(visit, examine), { numRuns: RUNS });
  },
  60_000 + 3 * RUNS,
);

async function examine({ request, entries, keys: held, texts }: Visit): Promise<void> {
  store = Object.fromEntries(
    [
      ...KEYS_OF_ENTRIES.map((name, at): [string, string | undefined] => [name, entries[at]]),
      [':keys', held && printSessionKeys(held)] as [string, string | undefined],
    ].filter((each): each is [string, string] => each[1] !== undefined),
  );
  const event = eventOf({ request, name: '', expected: { site: '' } });
  const sent = event.request.headers[PASS_HEADER]?.value ?? '';
  const verdict = await router.run(event);
  if (verdict.kind === 'error') throw new Error(`${verdict.status} ${verdict.message}`);
  if (verdict.kind === 'respond') {
    expect([302, 400, 401, 403, 404, 503]).toContain(verdict.response.statusCode);
    expect(JSON.stringify(verdict.response)).not.toContain(KEYS.current);
    return;
  }
  const { headers, cookies } = verdict.request;
  if (verdict.origin === undefined) {
    expect(verdict.request.uri).toMatch(/^\/_proxy\//);
    if (!/^\/_proxy\/(errors|api)\//.test(verdict.request.uri))
      expect(admittedBy(request, undefined, held, texts, sent)).not.toEqual([]);
    return;
  }
  for (const name of removedIn('signIn').filter((each) => !/^x-proxy-(user|subject|until|token)$/.test(each)))
    expect(headers).not.toHaveProperty(name);
  for (const name of ownCookiesIn('signIn')) expect(cookies).not.toHaveProperty(name);
  const found = findEntry(request.host ?? '');
  if (found?.since === undefined) {
    expect(found).toBeDefined();
    expect(headers).not.toHaveProperty('x-proxy-user');
  } else {
    expect(admittedBy(request, found, held, texts, sent)).toContain(headers['x-proxy-user']?.value);
  }
}

/** The entry that the router finds, and its level. */
function findEntry(host: string): { since: number | undefined; level: number } | undefined {
  const labels = host.split('.');
  for (let level = 0; level < labels.length - 2; level++) {
    const value = store[level === 0 ? host : `*.${labels.slice(level).join('.')}`];
    if (value === undefined) continue;
    const [, since] = /^3 g([\da-z]+)/.exec(value) ?? [];
    return { since: since === undefined ? undefined : Number.parseInt(since, 36), level };
  }
  return undefined;
}

/** The users whom core/session/ admits with one of the texts. */
function admittedBy(
  { host = '' }: CaseRequest,
  found: { since: number | undefined; level: number } | undefined,
  held: SessionKeys | undefined,
  texts: readonly string[],
  sent: string,
): string[] {
  if (held === undefined) return [];
  const [at, now, since] = [{ ...SCOPE, host: host ?? '' }, Date.now() / 1000, found?.since ?? 0];
  const program = open(PASS, sent, at, acceptedKeys(held), isMac);
  const people = texts
    .slice(0, MOST_COOKIES)
    .flatMap((each) => open(SESSION, each, at, acceptedKeys(held), isMac) ?? []);
  const admitted = people.filter(
    (each) =>
      isInTime(each, now) &&
      each.epoch >= held.epoch &&
      (since === 0 || (each.sequence >= since && each.level === found?.level)),
  );
  const isProgram =
    program && isInTime(program, now) && program.madeAt + 60 >= since && !held.revoked.includes(program.id);
  if (isProgram) return [`pass:${program.name}`];
  const isOne = new Set(admitted.map(({ subject }) => subject)).size === 1;
  return isOne ? admitted.map((each) => each.user) : [];
}
