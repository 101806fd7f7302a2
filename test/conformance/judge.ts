import { splitTarget } from '../../local/edge/function/edge-event.ts';
import type { BackendRef, ConformanceCase, GatewayObject, UpstreamRequest } from './gateway-api.ts';
import { placed } from './hostnames.ts';
import type { Outcome } from './runtimes.ts';

/** The subject of a case: the choice of a backend, or another task of a proxy. */
export type Subject = 'routing' | 'redirect' | 'CORS' | 'weights' | 'other';

/** A case asks for a routing decision if it names a backend, or says that there is none. */
export function subjectOf(one: ConformanceCase, objects: readonly GatewayObject[]): Subject {
  if (one.redirect) return 'redirect';
  if (one.backend !== undefined || one.response?.status === 404) return 'routing';
  const rules = objects.flatMap((object) => (object.kind === 'HTTPRoute' ? (object.spec.rules ?? []) : []));
  if (rules.some(({ filters = [] }) => filters.some(({ type }) => type === 'CORS'))) return 'CORS';
  return rules.some(({ backendRefs = [] }) => backendRefs.length > 1) ? 'weights' : 'other';
}

/** True if the gateway must change the request or the response. */
export function isChanged({ expectedUpstreamRequest, response = {} }: ConformanceCase): boolean {
  return [expectedUpstreamRequest, response.headers, response.absentHeaders].some(Boolean);
}

/** Why the request went to the wrong place; `undefined` if the place is right. */
export function routingFault({ backend }: ConformanceCase, outcome: Outcome): string | undefined {
  const came = wordsOf(outcome);
  if (backend !== undefined) return came === backend ? undefined : `expected ${backend}, came to ${came}`;
  const isRefused = outcome.kind === 'answer' && outcome.status === 404;
  return isRefused ? undefined : `expected 404, came to ${came}`;
}

/** The result of a request, in a few words. */
export function wordsOf(outcome: Outcome): string {
  if (outcome.kind === 'backend') return outcome.backend;
  return outcome.kind === 'answer' ? `${outcome.status} ${outcome.state}` : outcome.message;
}

/** A wrong change of the request or the response. Parts that a case does not mention must be as sent. */
export function changeFault(one: ConformanceCase, outcome: Outcome): string | undefined {
  if (outcome.kind !== 'backend') return `came to ${wordsOf(outcome)}`;
  if (one.response?.headers || one.response?.absentHeaders) return 'response headers are not changed';
  const { request, origin } = outcome;
  const wanted: UpstreamRequest = { ...one.request, ...one.expectedUpstreamRequest };
  const path = splitTarget(wanted.path ?? '/').path;
  if (request.uri !== path) return `expected path ${path}, the backend sees ${request.uri}`;
  const host = placed(wanted.host ?? '').replace(/:\d+$/, '');
  if (wanted.host && origin.hostHeader !== host)
    return `expected host ${wanted.host}, the backend sees the viewer's`;
  const values = Object.entries(wanted.headers ?? {});
  const wrong = values.find(([name, value]) => request.headers[name.toLowerCase()]?.value !== value);
  if (wrong) return `expected ${wrong[0]}: ${wrong[1]}`;
  const kept = wanted.absentHeaders?.find((name) => request.headers[name.toLowerCase()]);
  return kept && `expected no ${kept}`;
}

/** The tolerance of the suite itself (conformance/tests, "httproute-weight"). */
const TOLERANCE = 0.05;

/** Names the backend with a share of viewers that does not match its weight. */
export function shareFault(
  backends: readonly BackendRef[],
  outcomes: readonly Outcome[],
): string | undefined {
  const sum = backends.reduce((total, { weight = 1 }) => total + weight, 0);
  const faults = backends.map(({ name, weight = 1 }) => {
    const share = outcomes.filter((outcome) => wordsOf(outcome) === name).length / outcomes.length;
    const isWrong = Math.abs(share - weight / sum) > TOLERANCE || (weight === 0 && share > 0);
    return isWrong ? `expected ${weight / sum} at ${name}, got ${share}` : undefined;
  });
  return faults.find((fault) => fault !== undefined);
}
