import { labelEnd, labelOf } from '../../wire/app-path.ts';
import type { Hostname } from '../../wire/brands.ts';
import { API, LONGEST_SITE_PATH, mayHaveDots, SITE } from '../../wire/site-path.ts';
import type { Outcome, Steps } from '../explanation.ts';
import { portOf, type Question, queryOf } from '../question.ts';
import { unescapeText } from '../unescape.ts';
import { matchBehaviour } from './behaviour.ts';

/** The longest beginning of a path that can be `/_proxy/` with every character escaped. */
const ESCAPED_SITE = 20;

/** Whether a path is long and holds bytes beyond ASCII, as the router counts it. */
export function isForeign(path: string, isReadTwice = false): boolean {
  return path.length > (isReadTwice ? 64 : 256) && /[\u0080-\uffff]/.test(path);
}

/** Whether CloudFront may take the path of an app for one of ours, or the answer costs too much. */
export function mayReachSite(path: string, { place }: Question): boolean {
  // With sign-in CloudFront gives such a path to the site router.
  if (place.signIn) return false;
  if (place.baseDomain !== '' && isForeign(path)) return true;
  if (path[1] !== '/' && !mayHaveDots(path)) return false;
  return path.length > 1_024 || unescapeText(path).includes('_proxy/');
}

/** The address of the files of notices, which every hostname serves. */
const ERRORS = `${SITE}errors/`;

/** The answer that needs no entry: our own pages, and hosts and paths that no app can have. Undefined if an entry decides. */
export function answerOwn(question: Question, host: Hostname, steps: Steps): Outcome | undefined {
  const { place, request } = question;
  const { uri } = request;
  const isBare = place.baseDomain === '';
  if (!isPossible(host, isBare)) return refuseHost(steps);
  if (!uri.startsWith('/')) return steps.notice('invalid host', 'The target of the request is not a path.');
  if (place.signIn) return answerWithSignIn(question, host, steps);
  const isOdd = uri[1] === '_' || uri[1] === '%';
  if (!isBare && !isOdd && host !== place.baseDomain) return undefined;
  const isSite = uri.startsWith(SITE);
  const isAmbiguous = isSite
    ? uri.length > LONGEST_SITE_PATH || mayHaveDots(uri)
    : (!isBare && uri.length > 2_048) || unescapeText(uri.slice(0, ESCAPED_SITE)).startsWith(SITE);
  if (isForeign(uri) || isAmbiguous) return refuseSpelling(steps);
  if (isSite) return answerSite(question, host, steps);
  return isBare || host !== place.baseDomain ? undefined : answerApex(question, steps);
}

/** With sign-in there are two routers, and CloudFront chooses by the normalised path. */
function answerWithSignIn(question: Question, host: Hostname, steps: Steps): Outcome | undefined {
  const { place, request } = question;
  const { uri } = request;
  const isSite = uri.startsWith(SITE);
  if (matchBehaviour(uri) === 'apps') {
    if (isSite) return refuseSpelling(steps);
    return host === place.baseDomain ? answerApex(question, steps) : undefined;
  }
  steps.add('router', 'The path leads below /_proxy/, so the site router answers.', { router: 'site' });
  // None of our paths has an escape or two slashes.
  if (!isSite || uri.length > LONGEST_SITE_PATH || mayHaveDots(uri) || /%|\/\//.test(uri))
    return refuseSpelling(steps);
  return answerSite(question, host, steps);
}

function isPossible(host: Hostname, isBare: boolean): boolean {
  return isBare ? /^\b([a-z\d-]{1,63}(\.\b|$))+$/.test(host) : host !== '';
}

function refuseHost(steps: Steps): Outcome {
  return steps.notice('invalid host', 'The Host header is not a hostname.');
}

export function refuseSpelling(steps: Steps): Outcome {
  return steps.notice(
    'ambiguous path',
    'Programs read this path in two ways, and one of them leads below /_proxy/, or the path is too long to say.',
  );
}

/** The endpoints of sign-in, each with its only method. */
const ENDPOINTS: ReadonlySet<string> = new Set([
  ...['start', 'arrive', 'status', 'me', 'sign-in', 'callback'].map((name) => `GET ${name}`),
  ...['renew', 'sign-out'].map((name) => `POST ${name}`),
]);

/** Undefined for the portal of a deployment with sign-in, whose viewer is checked first. */
function answerSite({ place, request }: Question, host: Hostname, steps: Steps): Outcome | undefined {
  const { baseDomain, scheme, signIn } = place;
  const { method, uri } = request;
  if (signIn && uri.startsWith(API)) {
    if (!ENDPOINTS.has(`${method} ${uri.slice(API.length)}`))
      return steps.notice('unknown path', 'Sign-in has no such endpoint, or not for this method.');
    steps.add('request', 'The path is an endpoint of sign-in.');
    return { is: 'concierge' };
  }
  if (baseDomain === '' || host === baseDomain || uri.startsWith(ERRORS)) {
    if (signIn && !uri.startsWith(ERRORS)) return undefined;
    return toSite(steps);
  }
  if (uri === SITE) {
    steps.add('request', `The portal is at ${baseDomain}, and the router leads there.`);
    return { is: 'redirect', to: `${scheme}://${baseDomain}${portOf(request)}${uri}` };
  }
  return steps.notice('unknown path', `Only ${baseDomain} serves this path.`);
}

export function toSite(steps: Steps): Outcome {
  steps.add('request', 'The path is one of our own pages, which come from the site bucket.');
  return { is: 'site' };
}

/** The base domain leads to the portal; a short address leads to an app, if viewers do not sign in. */
function answerApex({ place, request }: Question, steps: Steps): Outcome {
  const { uri } = request;
  const isShort = place.signIn === undefined && uri[1] === '@';
  const end = labelEnd(uri);
  const app = isShort ? labelOf(uri.slice(2, end)) : '';
  if (app !== '') {
    steps.add('request', `The short address leads to ${app}.${place.baseDomain}.`);
    const rest = uri.slice(end) || '/';
    const to = `${place.scheme}://${app}.${place.baseDomain}${portOf(request)}${rest}${queryOf(request)}`;
    return { is: 'redirect', to };
  }
  if (!isShort && uri !== '/') return steps.notice('unknown', 'The base domain has no app.');
  steps.add('request', 'The base domain leads to the portal.');
  return { is: 'redirect', to: SITE };
}
