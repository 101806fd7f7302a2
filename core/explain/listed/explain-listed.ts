import type { Hostname, Seconds } from '../../wire/brands.ts';
import { SITE } from '../../wire/site-path.ts';
import { explain, keysFor } from '../explain.ts';
import type { Explanation, Outcome, Step } from '../explanation.ts';
import { addField, noFields, parsePairs } from '../fields.ts';
import type { Distance } from '../names/nearest.ts';
import { type AskedName, isReported, type NameFacts, reportName } from '../names/report.ts';
import type { AskedRequest, Place } from '../question.ts';
import {
  describeBadAddress,
  describeRequest,
  NAVIGATION,
  parseAddress,
  resolveLocation,
  type WebAddress,
} from './address.ts';
import { findLacks, type Lack } from './lacks.ts';
import { finderIn, type List } from './list.ts';

/** The facts about a viewer, beside the address. */
export interface ListedOptions {
  now: Seconds;
  /** The origin of the portal: `https://dev.example.com`. */
  portal: string;
  /** That of a library: core/ has none. */
  distance: Distance;
  /** Default GET. */
  method?: string;
  /** Beside those of a person who types the address. */
  headers?: Readonly<Record<string, string>>;
  cookies?: Readonly<Record<string, string>>;
}

/** The answer to an address, as far as a list knows it. */
export interface ListedExplanation {
  /** The name that was asked for; `''` if the address is not that of an app. */
  hostname: Hostname;
  /** The request, and those to which its redirects lead. */
  requests: { request: string; steps: readonly Step[] }[];
  /** Of the last request. */
  outcome: Outcome;
  /** Facts that could change the outcome. Without any, it is that of the router. */
  lacks: Lack[];
  /** For a name that no app answers. */
  name?: NameFacts;
}

/** Explains an address from the list that the portal has. Returns the reason for a text that is not an address. */
export function explainListed(
  list: List,
  address: string,
  options: ListedOptions,
): ListedExplanation | string {
  const [, scheme, entrance = ''] = /^(https?):\/\/([^/]+)/.exec(options.portal) ?? [];
  const { baseDomain, deployment } = list;
  const place: Place = {
    ...{ baseDomain, scheme: scheme === 'http' ? 'http' : 'https' },
    ...(list.signIn ? { signIn: { deployment } } : {}),
  };
  const start = parseAddress(address, place, entrance);
  if (start === undefined) return describeBadAddress(address);
  const visits = visit(start, { list, place, options });
  const explanations = visits.map(({ explanation }) => explanation);
  const last = visits.at(-1) ?? visits[0];
  const keys = keysFor(place, last.request);
  const hostname = keys[0] === baseDomain ? '' : (keys[0] ?? '');
  const name = nameFacts({ hostname, keys, ...last.explanation }, list, options.distance);
  return {
    hostname,
    requests: visits.map(({ asked, explanation: { steps } }) => ({ request: asked, steps })),
    outcome: last.explanation.outcome,
    lacks: findLacks(list, explanations, options.headers ?? {}),
    ...(name === undefined ? {} : { name }),
  };
}

/** One request, as text and as the router sees it, and its explanation. */
interface Visit {
  asked: string;
  request: AskedRequest;
  explanation: Explanation;
}

interface Visited {
  list: List;
  place: Place;
  options: ListedOptions;
}

/** Redirects that are followed, as a browser does. */
const MOST_HOPS = 4;

/** Explains a request, and those to which its redirects lead. */
function visit(start: WebAddress, { list, place, options }: Visited): [Visit, ...Visit[]] {
  const { method = 'GET', headers = {}, now } = options;
  const find = finderIn(list);
  const explainAt = (at: WebAddress, cookies: Cookies): Visit => {
    const request = requestAt(at, { method, headers, cookies });
    const explanation = explain({ place, request, find, now });
    return { asked: describeRequest(method, at, place), request, explanation };
  };
  let cookies: Cookies = options.cookies ?? {};
  let at = start;
  const visits: [Visit, ...Visit[]] = [explainAt(at, cookies)];
  for (let hop = 1; hop < MOST_HOPS; hop++) {
    const { outcome, cookies: set = {} } = (visits.at(-1) ?? visits[0]).explanation;
    if (outcome.is !== 'redirect') break;
    const next = resolveLocation(outcome.to, at.host);
    // The portal and sign-in are not apps.
    if (next.path.startsWith(SITE)) break;
    at = next;
    cookies = Object.fromEntries(Object.entries({ ...cookies, ...set }).filter(([, value]) => value !== ''));
    visits.push(explainAt(at, cookies));
  }
  return visits;
}

type Cookies = Readonly<Record<string, string>>;

interface Sent {
  method: string;
  headers: Readonly<Record<string, string>>;
  cookies: Cookies;
}

function requestAt({ host, path, query }: WebAddress, { method, headers, cookies }: Sent): AskedRequest {
  const fields = noFields();
  for (const [name, value] of Object.entries({ host, ...NAVIGATION, ...headers }))
    addField(fields, name.toLowerCase(), value);
  const pairs = Object.entries(cookies).map(([name, value]) => `${name}=${value}`);
  return {
    ...{ method, uri: path, query, headers: fields },
    querystring: parsePairs((query ?? '').split('&')),
    cookies: parsePairs(pairs),
  };
}

type Named = Pick<AskedName, 'hostname' | 'keys'> & Explanation;

/** The reasons why no app answers a name. Undefined if an app does, or if the address is not that of an app. */
function nameFacts(
  { hostname, keys, outcome, hit }: Named,
  { baseDomain, routes, problems, instances: known }: List,
  distance: Distance,
): NameFacts | undefined {
  const state = outcome.is === 'notice' ? outcome.state : '';
  if (!isReported({ hostname, state }, baseDomain)) return undefined;
  const instances = hit?.entry.instances.map(({ id }) => id) ?? [];
  const hostnames = routes.map((route) => route.hostname);
  return reportName(
    { hostname, keys, state, instances },
    { baseDomain, hostnames, problems, instances: known, distance },
  );
}
