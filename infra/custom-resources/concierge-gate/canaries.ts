import { isBits128 } from '../../../core/session/fields.ts';
import type { ConciergeSettings } from '../../../core/settings/concierge-settings.ts';
import type { Seconds } from '../../../core/wire/brands.ts';
import { SESSION_COOKIE } from '../../../core/wire/session.ts';
import { forgeSession, forgeState, forgeTicket, forgeWho, type Place } from '../forged.ts';
import type { Answer, Asked } from './origin-request.ts';

/** The settings, and the facts that earlier canaries have found. */
export interface Way {
  settings: ConciergeSettings;
  now: Seconds;
  /** Where `start` leads to. */
  signIn?: URL | undefined;
  /** The cookie of the base domain. */
  browser: string;
  /** The state of the sign-in at the provider. */
  state: string;
}

/** A request to the function, and the answers that are right. */
export interface Canary {
  name: string;
  ask(way: Way): Asked;
  /** Status and state of the right answers. */
  right: readonly string[];
  /** The function may give a reason in its log. Otherwise a reason is a fault: something that it needs has failed. */
  mayExplain?: true;
  /** The facts for later canaries, or the fault of an answer whose status and state are right. */
  read?(answer: Answer, way: Way): Partial<Way> | string;
}

const API = '/_proxy/api/';

const BROWSER = '__Host-proxy-browser';

/** No provider has made this code. */
const CODE = 'code-of-a-canary';

const apexHost = ({ settings }: Way) => new URL(settings.apex).hostname;
/** No app can get this hostname: its label is reserved (core/settings/settings.ts). */
const appHost = (way: Way) => `auth.${apexHost(way)}`;

/** A person walks from an app to the provider and back, and strangers come with forged texts. */
export const CANARIES: readonly Canary[] = [
  {
    name: 'an endpoint that does not exist',
    ask: (way) => ({ host: appHost(way), path: `${API}nothing` }),
    right: ['404 not found'],
  },
  {
    name: 'start',
    ask: (way) => start(way, '/cart?a=1'),
    right: ['303 sign in'],
    read: (answer, way) => {
      const signIn = locationOf(answer);
      return findStartFault(signIn, way, '/cart?a=1') ?? findCookieFault(answer) ?? { signIn };
    },
  },
  {
    name: 'start with the address of another site',
    ask: (way) => start(way, '//canary.invalid/'),
    right: ['303 sign in'],
    read: (answer, way) => findStartFault(locationOf(answer), way, '/') ?? {},
  },
  {
    name: 'sign-in',
    ask: (way) => ({
      host: apexHost(way),
      path: `${API}sign-in`,
      query: way.signIn?.searchParams ?? new URLSearchParams(),
    }),
    right: ['303 to the provider'],
    read: (answer, way) => {
      const address = locationOf(answer);
      const state = address?.searchParams.get('state') ?? '';
      const fault = findProviderFault(address, way.settings) ?? findCookieFault(answer);
      return fault ?? { browser: browserIn(answer), state };
    },
  },
  {
    name: 'a callback with a wrong code',
    ask: (way) => callback(way, way.state),
    // Some providers find the code malformed before they find it unknown.
    right: ['303 once more', '403 sign-in failed'],
    mayExplain: true,
    read: (answer, { settings, browser }) => {
      const address = locationOf(answer);
      if (address !== undefined && address.origin !== settings.apex)
        return `expected a redirect to ${settings.apex}, got ${shown(address)}`;
      const text = [answer.body, ...[...answer.headers.values()].flat()].join(' ');
      const isLeaking = text.includes(CODE) || answer.body.includes(browser);
      return isLeaking ? 'expected an answer without the code and the cookie of the browser' : {};
    },
  },
  {
    name: 'a callback with a forged state',
    ask: (way) => callback(way, forgeState(place(way))),
    right: ['400 link not valid'],
  },
  {
    name: 'a forged ticket',
    ask: (way) => ({
      host: appHost(way),
      path: `${API}arrive`,
      query: new URLSearchParams({ ticket: forgeTicket(place(way)) }),
    }),
    right: ['400 link not valid'],
  },
  {
    name: 'status without a session',
    ask: (way) => ({ host: appHost(way), path: `${API}status` }),
    right: ['401 not signed in'],
  },
  {
    name: 'a forged session',
    ask: (way) => ({
      host: appHost(way),
      path: `${API}me`,
      cookies: `${SESSION_COOKIE}=${forgeSession(place(way))}`,
    }),
    right: ['401 not signed in'],
  },
  {
    name: 'a forged person',
    ask: (way) => ({
      host: apexHost(way),
      path: `${API}me`,
      cookies: `__Host-proxy-who=${forgeWho(place(way))}`,
    }),
    right: ['401 not signed in'],
  },
];

function start(way: Way, to: string): Asked {
  return { host: appHost(way), path: `${API}start`, query: new URLSearchParams({ to }) };
}

function place(way: Way): Place {
  return { deployment: way.settings.deployment, app: appHost(way), apex: apexHost(way), now: way.now };
}

function callback(way: Way, state: string): Asked {
  const { issuer } = way.settings.provider;
  return {
    host: apexHost(way),
    path: `${API}callback`,
    query: new URLSearchParams({ code: CODE, state, iss: issuer }),
    cookies: `${BROWSER}=${way.browser}`,
  };
}

/** The fault of a redirect that begins a sign-in. */
function findStartFault(address: URL | undefined, way: Way, to: string): string | undefined {
  const { apex } = way.settings;
  if (address?.origin !== apex || address.pathname !== `${API}sign-in`)
    return `expected a redirect to ${apex}${API}sign-in, got ${shown(address)}`;
  return findDifference(address, { host: appHost(way), to });
}

/** The fault of a redirect to the provider: of the code flow with PKCE (RFC 7636) it must have everything. */
function findProviderFault(
  address: URL | undefined,
  { apex, provider }: ConciergeSettings,
): string | undefined {
  if (address === undefined || address.origin === apex)
    return `expected a redirect to the provider, got ${shown(address)}`;
  return findDifference(address, {
    client_id: provider.clientId,
    redirect_uri: `${apex}${API}callback`,
    response_type: 'code',
    scope: /(?:^| )openid(?: |$)/,
    state: /^[\w.~/%?&=-]{40,}$/,
    nonce: /^[\w-]{22,}$/,
    code_challenge: /^[\w-]{43}$/,
    code_challenge_method: 'S256',
  });
}

/** The first parameter of an address that differs. Its value is not shown: it may be one that only the browser should have. */
function findDifference(
  address: URL,
  expected: Readonly<Record<string, string | RegExp>>,
): string | undefined {
  for (const [name, wanted] of Object.entries(expected)) {
    const values = address.searchParams.getAll(name);
    const [value = ''] = values;
    const isRight = typeof wanted === 'string' ? value === wanted : wanted.test(value);
    if (values.length !== 1 || !isRight)
      return `expected a redirect with ${name}=${wanted}, got ${values.length === 0 ? 'none' : 'another one'}`;
  }
  return undefined;
}

/** The fault of the cookie that binds a sign-in to a browser: a sibling app must not be able to set it, nor a script read it. */
function findCookieFault(answer: Answer): string | undefined {
  const [cookie = '', ...others] = browserCookies(answer);
  const attributes = cookie.toLowerCase().split(/; */).slice(1);
  const isRight =
    others.length === 0 &&
    ['secure', 'httponly', 'path=/', 'samesite=lax'].every((each) => attributes.includes(each)) &&
    !attributes.some((each) => each.startsWith('domain='));
  return isRight && isBits128(browserIn(answer))
    ? undefined
    : `expected one cookie ${BROWSER} with Secure, HttpOnly, Path=/ and SameSite=Lax`;
}

function browserIn(answer: Answer): string {
  const [cookie = ''] = browserCookies(answer);
  return cookie.slice(BROWSER.length + 1).split(';', 1)[0] ?? '';
}

function browserCookies({ headers }: Answer): string[] {
  return (headers.get('set-cookie') ?? []).filter((cookie) => cookie.startsWith(`${BROWSER}=`));
}

function locationOf({ headers }: Answer): URL | undefined {
  const [location = ''] = headers.get('location') ?? [];
  return URL.canParse(location) ? new URL(location) : undefined;
}

/** An address without its parameters. */
function shown(address: URL | undefined): string {
  return address === undefined ? 'none' : address.origin + address.pathname;
}
