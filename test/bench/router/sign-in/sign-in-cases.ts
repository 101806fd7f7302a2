import { encodeEntry } from '../../../../core/entry/entry.ts';
import { HINT, type Since } from '../../../../core/session/hint.ts';
import { PASS } from '../../../../core/session/pass.ts';
import { SESSION } from '../../../../core/session/session.ts';
import { printSessionKeys } from '../../../../core/session/session-keys.ts';
import { sign } from '../../../../core/session/signed.ts';
import { HINT_COOKIE, PASS_HEADER, SESSION_COOKIE } from '../../../../core/wire/session.ts';
import type { NjsCase } from '../../../support/tools/njs.ts';
import { A_SESSION, KEYS, keyNamed, mac, SCOPE } from '../../../support/values/session/session-values.ts';
import { eventFor, PLAIN } from '../router-cases.ts';

const FUTURE = 4_102_444_800;
const WITH_ORIGIN = { ...KEYS, origin: 'the-origin-secret-of-a-deployment' };
const ROTATED = { ...KEYS, current: keyNamed('b'), previous: keyNamed('c'), next: KEYS.current };
const session = (key = KEYS.current) => sign(SESSION, { ...A_SESSION, endsAt: FUTURE }, SCOPE, key, mac);
const pass = sign(
  PASS,
  { endsAt: FUTURE, madeAt: A_SESSION.sequence, id: 'abcDEF012-_x', name: 'ci' },
  SCOPE,
  KEYS.current,
  mac,
);
const hint = (since: Since) =>
  sign(
    HINT,
    {
      endsAt: FUTURE,
      sequence: FUTURE,
      fact: {
        ...{ is: 'app', since, port: 8080, instance: 'i-0123456789abcdef0' },
        address: { via: 'ipv4', name: 'ec2-203-0-113-7.eu-west-1.compute.amazonaws.com' },
      },
    },
    SCOPE,
    KEYS.current,
    mac,
  );
const FETCH = { 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' };
const OPEN = { ...PLAIN, access: 'open' as const };
const GATED = { ...PLAIN, access: { since: A_SESSION.sequence } };

/** A request to a router with sign-in. */
interface SignInBenchCase {
  name: string;
  host?: string;
  entry?: typeof GATED | typeof OPEN;
  keys?: typeof KEYS;
  cookies?: readonly string[];
  hint?: string;
  headers?: Readonly<Record<string, string>>;
  uri?: string;
}

/** One request for each way through the check. */
export const SIGN_IN_CASES: readonly SignInBenchCase[] = [
  { name: 'an open app', entry: OPEN },
  { name: 'an open app and a hint', entry: OPEN, hint: hint('open'), keys: WITH_ORIGIN },
  { name: 'a session', cookies: [session()], headers: FETCH },
  { name: 'a session under the third key', cookies: [session()], headers: FETCH, keys: ROTATED },
  {
    name: 'a session after two that are invalid',
    cookies: [session(keyNamed('x')), session(keyNamed('y')), session()],
    headers: FETCH,
  },
  {
    name: 'three invalid sessions and three keys',
    cookies: Array(3).fill(session(keyNamed('x'))),
    headers: FETCH,
    keys: ROTATED,
  },
  {
    ...{ name: 'a session and a hint', cookies: [session()], hint: hint(A_SESSION.sequence) },
    ...{ headers: FETCH, keys: WITH_ORIGIN },
  },
  { name: 'a pass', headers: { [PASS_HEADER]: pass } },
  { name: 'no session, a redirect to sign in' },
  { name: 'no session, 401 as problem+json', headers: { ...FETCH, accept: 'application/json' } },
  { name: 'no session, 401 as a page in a frame', headers: { ...FETCH, 'sec-fetch-dest': 'iframe' } },
  { name: 'no session, a hostname without an entry', host: 'nobody' },
  { name: 'a call of the concierge', uri: '/_proxy/api/me' },
  { name: 'a path that is not an endpoint', uri: '/_proxy/api/you' },
];

/** The case for njs. */
export function signInNjsCase({
  host = 'shop',
  entry = GATED,
  keys = KEYS,
  cookies = [],
  hint: newest,
  headers,
  uri,
}: SignInBenchCase): NjsCase {
  const event = eventFor({
    host,
    request: { ...(headers && { headers }), ...(uri === undefined ? {} : { uri }) },
  });
  const values = cookies.map((value) => ({ value }));
  const [first] = values;
  if (first)
    event.request.cookies[SESSION_COOKIE] = values.length > 1 ? { ...first, multiValue: values } : first;
  if (newest !== undefined) event.request.cookies[HINT_COOKIE] = { value: newest };
  return { kvs: { [SCOPE.host]: encodeEntry(entry), ':keys': printSessionKeys(keys) }, event };
}
