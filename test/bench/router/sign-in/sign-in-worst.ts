import type { Entry } from '../../../../core/entry/entry.ts';
import { SESSION } from '../../../../core/session/session.ts';
import { printSessionKeys } from '../../../../core/session/session-keys.ts';
import { sign } from '../../../../core/session/signed.ts';
import { HINT_COOKIE, PASS_HEADER, SESSION_COOKIE } from '../../../../core/wire/session.ts';
import { A_SESSION, KEYS, keyNamed, mac, SCOPE } from '../../../support/values/session/session-values.ts';
import { DOMAIN, PLAIN } from '../router-cases.ts';
import type { Runs, Shape } from '../shape.ts';

/** Entries, store and expensive requests of the routers with sign-in, for the search of the most expensive request. */

const FUTURE = 4_102_444_800;
const session = (host: string) =>
  sign(SESSION, { ...A_SESSION, endsAt: FUTURE }, { ...SCOPE, host }, KEYS.current, mac);

/** Two keys, the most that the updater writes: the next one comes when the previous one has gone. */
export const SIGN_IN_STORE = {
  ':keys': printSessionKeys({
    ...KEYS,
    previous: keyNamed('b'),
    origin: 'the-origin-secret-of-a-deployment',
  }),
};

/** An entry, and how a viewer who may open it asks for it. */
export interface SignInWorstEntry {
  name: string;
  host: string;
  entries: Readonly<Record<string, Entry>>;
  ask: Pick<Shape, 'path' | 'headers' | 'cookie'>;
}

const FETCH: Shape['headers'] = [
  ['accept', [['text/html', 1]]],
  ['sec-fetch-site', [['same-origin', 1]]],
];
const withSession = (host: string): Pick<Shape, 'headers' | 'cookie'> => ({
  headers: FETCH,
  cookie: [[`${SESSION_COOKIE}=${session(host)}`, 1]],
});

export const SIGN_IN_WORST: readonly SignInWorstEntry[] = [
  {
    ...{ name: 'an app for signed-in people', host: 'shop' },
    entries: { shop: { ...PLAIN, access: { since: A_SESSION.sequence } } },
    ask: { path: [], ...withSession(`shop.${DOMAIN}`) },
  },
  {
    ...{ name: 'an open app', host: 'shop' },
    entries: { shop: { ...PLAIN, access: 'open' } },
    ask: { path: [], headers: FETCH, cookie: [] },
  },
];

/** The portal is the only page of the site router that needs a session. */
export const SITE_WORST: readonly SignInWorstEntry[] = [
  { name: 'the portal', host: '', entries: {}, ask: { path: [['_proxy/', 1]], ...withSession(DOMAIN) } },
];

/** A text in time that no key has made, as long as a text may be: each of them costs a MAC for each key. */
const LONGEST = `1.${FUTURE}.${'a'.repeat(387)}`;

/** Requests with many or long texts. */
export function signInSeedsOf(plain: Shape): Shape[] {
  const cookies = (values: Runs): Shape => ({ ...plain, cookie: values });
  const sessions = (text: string, times: number): Runs => [[`${SESSION_COOKIE}=${text}; `, times]];
  const passes = (text: Runs): Shape => ({ ...plain, headers: [...plain.headers, [PASS_HEADER, text]] });
  const hint = (text: Runs): Runs => [[`${HINT_COOKIE}=`, 1], ...text];
  return [
    cookies(sessions(LONGEST, 4)),
    cookies([...sessions(LONGEST, 4), ...plain.cookie]),
    cookies([...sessions(LONGEST, 2), ...plain.cookie]),
    cookies(sessions(LONGEST, 70)),
    cookies([...sessions(LONGEST, 4), ...hint([[LONGEST, 1]])]),
    { ...passes([[LONGEST, 1]]), cookie: [...sessions(LONGEST, 4), ...hint([[LONGEST, 1]])] },
    cookies(hint([[LONGEST, 1]])),
    cookies(hint([['1.~', 9_000]])),
    cookies(hint([['\u00e9', 15_000]])),
    cookies([
      [`${SESSION_COOKIE}=`, 1],
      ['\u00e9', 15_000],
    ]),
    passes([['a', 30_000]]),
    passes([['\u00e9', 15_000]]),
    {
      ...plain,
      headers: [
        ...plain.headers,
        ...Array.from({ length: 60 }, (_, n) => [`x_proxy_${n}`, [['a', 1]]] as const),
      ],
    },
  ];
}
