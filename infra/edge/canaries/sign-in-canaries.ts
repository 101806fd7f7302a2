import type { DeploymentId, Hostname } from '../../../core/wire/brands.ts';
import { PASS_HEADER, SESSION_COOKIE } from '../../../core/wire/session.ts';
import { forgePass, forgeSession } from '../../custom-resources/forged.ts';
import type { CanaryCase, Expected } from '../../custom-resources/publisher/canary-case.ts';
import { CANARY_SUBJECT } from '../../custom-resources/publisher/signed-in-cases.ts';
import { type Asked, answered, NAVIGATION, one, startFor } from './router-case.ts';

/** The hostnames of canaries. */
interface Place {
  asked(name: string): { host: Hostname };
  /** Without an entry. */
  nobody: { host: Hostname };
}

/** No provider knows this person (RFC 2606). */
const USER = 'canary@canary.invalid';

/** Headers of a form on the page of a sibling app, which is the same site. */
const SIBLING_FORM = {
  ...{ accept: 'text/html', origin: 'https://sibling.canary.invalid' },
  ...{ 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' },
};

/** A time in the year 2099, in epoch seconds: forged texts are in a template, and must not be refused because they are old. */
const FORGED_AT = 4_100_000_000;

const FAULT = answered(503, 'fault');
const NOT_SIGNED_IN = answered(401, 'not signed in');

/**
 * Cases of a router that checks sessions. The publisher makes the sessions of those that are signed in. Before the updater has written
 * the keys, each of these cases must end in 503. No session is for a hostname that viewers can request.
 */
export function buildSignInCases({ asked, nobody }: Place, deployment: DeploymentId): CanaryCase[] {
  const gated = asked('gated');
  const checked = (name: string, ask: Asked, expected: Expected): CanaryCase => ({
    ...one(name, ask, expected),
    withoutKeys: FAULT,
  });
  const signedIn = (name: string, ask: Asked, expected: Expected): CanaryCase => ({
    ...checked(name, ask, expected),
    session: { deployment, host: ask.host, user: USER },
  });
  const place = { deployment, app: gated.host, now: FORGED_AT };
  const told = { 'x-proxy-user': USER, 'x-proxy-subject': CANARY_SUBJECT, 'x-proxy-host': null };
  return [
    checked('gated, a page', { ...gated, uri: '/cart', headers: NAVIGATION }, startFor('/cart')),
    checked('gated, a program', { ...gated, headers: { 'x-proxy-user': USER } }, NOT_SIGNED_IN),
    checked('gone', asked('gone'), NOT_SIGNED_IN),
    checked('nobody', nobody, NOT_SIGNED_IN),
    checked(
      'gated, with a forged session',
      { ...gated, headers: NAVIGATION, cookies: { [SESSION_COOKIE]: forgeSession(place) } },
      startFor('/'),
    ),
    checked(
      'gated, with a forged pass',
      { ...gated, headers: { [PASS_HEADER]: forgePass(place) } },
      NOT_SIGNED_IN,
    ),
    signedIn(
      'gated, with a session and a forged user',
      { ...gated, uri: '/cart', headers: { 'x-proxy-user': 'forged', 'x-proxy-host': 'forged' } },
      { uri: '/cart', headers: told },
    ),
    signedIn(
      'gated, a pool with a session',
      { ...asked('gated-pool'), uri: '/api/v1', headers: { 'x-env': 'canary' } },
      { uri: '/v1', headers: { 'x-forwarded-prefix': '/api', ...told } },
    ),
    signedIn('nobody, with a session', nobody, answered(404, 'unknown')),
    signedIn(
      'gated, with a session and the form of a sibling app',
      { ...gated, method: 'POST', headers: SIBLING_FORM },
      answered(403, 'other site'),
    ),
    one('from before sign-in', asked('before'), answered(503, 'unreadable')),
    // Otherwise viewers could reach our own pages by the behaviour of apps, or the site router was built in place of this one.
    one(
      'a path that begins like ours',
      { ...gated, uri: '/_proxy/../cart' },
      answered(400, 'ambiguous path'),
    ),
  ];
}
