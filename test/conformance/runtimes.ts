import type { EdgeRequest, EdgeResponse, OriginUpdate, ViewerRequestEvent } from 'cloudfront';
import { buildEdge } from '../../build/edge.ts';
import { encodeEntry } from '../../core/entry/entry.ts';
import { viewerEvent } from '../../local/edge/function/edge-event.ts';
import { compileEdge } from '../../local/edge/function/engine.ts';
import { runInNjs } from '../support/tools/njs.ts';
import { routed } from '../support/values/instances.ts';
import type { ConformanceRequest, GatewayObject } from './gateway-api.ts';
import { placed, SETTINGS } from './hostnames.ts';
import { type Launching, translate } from './translate.ts';

/** HTTPRoutes in the form that the edge reads. */
export interface World {
  store: Readonly<Record<string, string>>;
  /** Public name of an instance → its backend. */
  backendOf: ReadonlyMap<string, string>;
  /** Parts that no tag can express. */
  untold: readonly string[];
  /** Problems with the tags. */
  problems: readonly string[];
}

/** Makes tags of HTTPRoutes, entries of tags, and values of entries. Only the store itself is missing. */
export function worldOf(objects: readonly GatewayObject[], launching: Launching = 'few'): World {
  const { fleet, backendOf, untold } = translate(objects, launching);
  const { entries, problems } = routed(fleet, { settings: SETTINGS });
  const store = Object.fromEntries([...entries].map(([key, entry]) => [key, encodeEntry(entry)]));
  return { store, backendOf, untold, problems: problems.map(({ message }) => message) };
}

/** A request in a world. */
export interface Visit {
  world: World;
  request: ConformanceRequest;
  /** Distinguishes viewers. Default 1. */
  viewer?: number;
}

/** The result of a request. */
export type Outcome =
  | { kind: 'backend'; backend: string; request: EdgeRequest; origin: OriginUpdate }
  | { kind: 'answer'; status: number; state: string }
  | { kind: 'error'; message: string };

/** A request without a host comes to the gateway's address, which is not a hostname of any route. */
const ADDRESS = 'address';

/** The event that CloudFront makes of a request. It is new each time, because the router changes it. */
export function eventOf({ request, viewer = 1 }: Visit): ViewerRequestEvent {
  const headers = { Host: placed(request.host ?? ADDRESS), ...request.headers };
  return viewerEvent({
    method: request.method ?? 'GET',
    target: request.path ?? '/',
    rawHeaders: Object.entries(headers).flat(),
    ip: `198.18.${viewer >> 8}.${viewer & 255}`,
    id: 'conformance',
    distributionDomainName: 'd111111abcdef8.cloudfront.net',
  });
}

/** Runs the built router on each visit. */
export type Runtime = (visits: readonly Visit[]) => Promise<Outcome[]>;

const CODE = buildEdge({ baseDomain: SETTINGS.baseDomain });

let store: World['store'] = {};
const router = compileEdge(CODE, { read: (key) => (Object.hasOwn(store, key) ? store[key] : undefined) });

/** The pruned engine of the local edge, with CloudFront's checks of the function's output. */
export const inEngine: Runtime = async (visits) => {
  const outcomes: Outcome[] = [];
  for (const visit of visits) {
    store = visit.world.store;
    const verdict = await router.run(eventOf(visit));
    if (verdict.kind === 'error') outcomes.push({ kind: 'error', message: verdict.message });
    else if (verdict.kind === 'respond') outcomes.push(outcomeOf(visit, verdict.response, undefined));
    else outcomes.push(outcomeOf(visit, verdict.request, verdict.origin));
  }
  return outcomes;
};

/** Debian's njs, all visits in one process. */
export function inNjs(njs: string): Runtime {
  return async (visits) => {
    const cases = visits.map((visit) => ({ kvs: visit.world.store, event: eventOf(visit) }));
    const results = runInNjs(njs, CODE, cases);
    return visits.map((visit, index): Outcome => {
      const ran = results[index];
      if (ran?.ok && ran.result !== undefined) return outcomeOf(visit, ran.result, ran.origin);
      return { kind: 'error', message: JSON.stringify(ran) };
    });
  };
}

function outcomeOf(
  { world }: Visit,
  answer: EdgeRequest | EdgeResponse,
  origin: OriginUpdate | undefined,
): Outcome {
  if ('statusCode' in answer) {
    const state = answer.headers['x-proxy-state']?.value ?? '';
    return { kind: 'answer', status: answer.statusCode, state };
  }
  const backend = world.backendOf.get(origin?.domainName ?? '');
  if (origin === undefined || backend === undefined)
    return { kind: 'error', message: `went to ${origin?.domainName}` };
  return { kind: 'backend', backend, request: answer, origin };
}
