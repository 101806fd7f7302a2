import { createHash, createHmac, randomBytes } from 'node:crypto';
import type { EdgeResponse } from 'cloudfront';
import { LAST_SEQUENCE } from '../../core/entry/mark.ts';
import { explain, keysFor } from '../../core/explain/explain.ts';
import type { Explanation, Outcome } from '../../core/explain/explanation.ts';
import { parseHint } from '../../core/explain/hint.ts';
import { findIn } from '../../core/explain/lookup.ts';
import type { Place, Question } from '../../core/explain/question.ts';
import { HINT } from '../../core/session/hint.ts';
import { SESSION } from '../../core/session/session.ts';
import { printSessionKeys } from '../../core/session/session-keys.ts';
import { type IsMac, type Mac, sign } from '../../core/session/signed.ts';
import { parseUser } from '../../core/session/user.ts';
import { toSeconds } from '../../core/time.ts';
import { parseRouterWords } from '../../core/traffic/router-words.ts';
import type { Hostname } from '../../core/wire/brands.ts';
import { hostnameOf } from '../../core/wire/hostname.ts';
import { HINT_COOKIE, KEYS_KEY, SESSION_COOKIE } from '../../core/wire/session.ts';
import { API } from '../../core/wire/site-path.ts';
import { compileRouters } from '../../local/edge/function/deployed-router.ts';
import { viewerEvent } from '../../local/edge/function/edge-event.ts';
import type { EdgeVerdict } from '../../local/edge/function/edge-function.ts';
import type { Asked } from './asked.ts';
import type { Deployed } from './deployed.ts';

/** The answer to one request: the router's outcome, and the reasons. */
export interface Answer {
  asked: Asked;
  /** The answer of the deployed router. */
  outcome: Outcome;
  /** The reasons, with the outcome that they lead to. */
  explanation: Explanation;
  /** The keys that the router may read. */
  keys: readonly Hostname[];
  /** Absent if the request goes on to an app or to our own pages. */
  response?: EdgeResponse;
}

/**
 * Runs the deployed router on one request and the store's current entries, and decides about the same request a second time for the
 * reasons. With sign-in, both get keys that this call made up, so that no secret is read.
 *
 * @param isSignedIn whether the viewer has a session, with sign-in
 */
export async function answerAsked(deployed: Deployed, given: Asked, isSignedIn: boolean): Promise<Answer> {
  const { place } = deployed;
  const asked = place.signIn ? withOwnHint(given, place.signIn) : given;
  const { request, viewer } = eventOf(asked, deployed);
  const now = Date.now();
  const base = { ...request, query: request.rawQueryString?.() };
  const keys = keysFor(place, base);
  const values = await deployed.read(keys);
  const question: Question = {
    ...{ place, request: base, viewer: viewer.ip, now: toSeconds(now), hash },
    ...{ find: (key) => findIn(values.get(key)), keys: { value: MADE_UP_KEYS, isMac }, admitted: isSignedIn },
  };
  const explanation = explain(question);
  const { hit } = explanation;
  const session = place.signIn && isSignedIn ? sessionFor(place.signIn, asked, hit?.level ?? 0) : undefined;
  const verdict = await run(
    deployed,
    session === undefined ? asked : withCookie(asked, SESSION_COOKIE, session),
    values,
    now,
  );
  return {
    ...{ asked: given, keys, explanation, outcome: outcomeOf(verdict, place) },
    ...(verdict.kind === 'respond' ? { response: verdict.response } : {}),
  };
}

function eventOf(asked: Asked, { distributionDomainName }: Deployed) {
  const { method, host, path, query, headers, cookies, viewer } = asked;
  const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  return viewerEvent({
    method,
    target: query === undefined ? path : `${path}?${query}`,
    rawHeaders: [
      ...new Map([['host', host], ...headers]),
      ...(cookie === '' ? [] : [['cookie', cookie]]),
    ].flat(),
    ip: viewer,
    id: 'explain',
    distributionDomainName,
  });
}

async function run(
  deployed: Deployed,
  asked: Asked,
  values: ReadonlyMap<Hostname, string>,
  now: number,
): Promise<EdgeVerdict> {
  const read = (key: string) => (key === KEYS_KEY ? MADE_UP_KEYS : values.get(key));
  const router = compileRouters(deployed.routers, { read, now: () => now });
  return router.run(eventOf(asked, deployed));
}

/** The answer of a router in the words of an explanation. Its line in the access log names key, instance and rule. */
export function outcomeOf(verdict: EdgeVerdict, { signIn }: Pick<Place, 'signIn'>): Outcome {
  switch (verdict.kind) {
    case 'error':
      return { is: 'notice', state: `${verdict.status} ${verdict.message}` };
    case 'respond': {
      const state = verdict.response.headers['x-proxy-state']?.value;
      const to = verdict.response.headers['location']?.value ?? '';
      return state === undefined ? { is: 'redirect', to } : { is: 'notice', state };
    }
    case 'forward': {
      const { origin, request, log = '' } = verdict;
      if (origin === undefined)
        return { is: signIn !== undefined && request.uri.startsWith(API) ? 'concierge' : 'site' };
      const { app = '', instance = '', rule = '' } = parseRouterWords(log) ?? {};
      return { is: 'app', key: app, instance, rule, port: origin.customOriginConfig?.port ?? 0 };
    }
    default:
      return verdict satisfies never;
  }
}

/** The first 24 bits of the MD5, as the router computes them. */
export function hash(text: string): number {
  return Number.parseInt(createHash('md5').update(text).digest('hex').slice(0, 6), 16);
}

const mac: Mac = (key, text) => createHmac('sha256', key).update(text).digest('hex');
/** The keys are made up, so the time of the comparison tells nothing. */
const isMac: IsMac = (key, text, given) => mac(key, text) === given;

const KEY = randomBytes(32).toString('base64url');
const MADE_UP_KEYS = printSessionKeys({ epoch: 1, current: KEY, revoked: [], origin: KEY });

/** A session that admits to every rule, with the key that this process made up. */
function sessionFor({ deployment }: { deployment: string }, { host }: Asked, level: number): string {
  const user = parseUser('viewer@example.com');
  if (user === undefined) throw new Error('the user of explanations is not valid');
  const signedInAt = toSeconds(Date.now());
  const session = {
    ...{ endsAt: signedInAt + 600, sequence: LAST_SEQUENCE - 1, signedInAt, epoch: 1, level, user },
    subject: randomBytes(16).toString('base64url'),
  };
  return sign(SESSION, session, { deployment, host: hostnameOf(host) }, KEY, mac);
}

function withCookie(asked: Asked, name: string, value: string): Asked {
  return { ...asked, cookies: new Map([...asked.cookies, [name, value]]) };
}

/** The request with its hint under the key that this process made up, because the deployment's key is secret. */
function withOwnHint(asked: Asked, { deployment }: { deployment: string }): Asked {
  const hint = parseHint(asked.cookies.get(HINT_COOKIE) ?? '');
  if (hint === undefined) return asked;
  return withCookie(
    asked,
    HINT_COOKIE,
    sign(HINT, hint, { deployment, host: hostnameOf(asked.host) }, KEY, mac),
  );
}
