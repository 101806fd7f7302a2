import { type Duplex, PassThrough } from 'node:stream';
import type { EdgeRequest, OriginUpdate } from 'cloudfront';
import { behaviourOf } from './function/behaviour.ts';
import { splitTarget, viewerEvent, writeAnswer } from './function/edge-event.ts';
import type { EdgeFunction, EdgeVerdict } from './function/edge-function.ts';
import { type Explain, takesLocalWord, withLocalWord } from './local-word.ts';
import { edgeFailed, functionFailed, MISS_FROM_CLOUDFRONT, unreachable } from './origin/error-page.ts';
import { OriginExchange } from './origin/forward.ts';
import { attemptsOf, type OriginPools, readTimeoutOf } from './origin/origin-pools.ts';
import { originRequest, targetOf } from './origin/origin-request.ts';
import { type Site, serveSite } from './origin/site-origin.ts';
import { splice, upgradeOf } from './origin/upgrade.ts';
import type { Visit } from './origin/visit.ts';
import type { RequestRecord } from './request-log.ts';
import { namedAddress } from './request-target.ts';
import { hasBody, refusalOf } from './viewer-limits.ts';

/** What serving a request takes. */
export interface Edge {
  edge: () => EdgeFunction;
  pools: OriginPools;
  site: Site;
  explain?: Explain;
  distributionDomainName: string;
  leadsToLocalhost?: boolean;
  onRequest: (record: RequestRecord) => void;
  websocketIdleMilliseconds: number;
}

/** Answers one request, whatever happens: the function decides, then an origin, the site or the edge answers. */
export function serve(edge: Edge, visit: Visit): void {
  const { request, response } = visit;
  response.once('close', () => {
    visit.exchange?.cancel();
    // What is left of a body that nobody wanted stands between the viewer and its next answer.
    request.unpipe().resume();
    edge.onRequest(visit.record(response.headersSent ? response.statusCode : 0));
  });
  answer(edge, visit).catch((error: unknown) => visit.fail(edgeFailed(String(error))));
}

async function answer(edge: Edge, visit: Visit): Promise<void> {
  const refusal = refusalOf(visit.request, visit.viewer, visit.early !== undefined);
  if (refusal) return visit.fail(refusal);
  const named = edge.leadsToLocalhost ? namedAddress(visit.viewer) : undefined;
  if (named !== undefined) return lead(visit, named);
  const verdict = await decide(edge, visit);
  visit.note(verdict);
  if (!visit.response.destroyed) await follow(edge, visit, verdict);
}

/** With the method that it has: a form that was sent to an address is not lost. */
function lead(visit: Visit, location: string): void {
  const head = ['location', location, 'cache-control', 'no-store', 'content-length', '0'];
  visit.response.writeHead(307, [...head, ...visit.edgeHeaders(MISS_FROM_CLOUDFRONT)]).end();
}

async function decide(edge: Edge, visit: Visit): Promise<EdgeVerdict> {
  try {
    return await edge.edge().run(viewerEvent(visit.viewer));
  } catch (error) {
    const xCache = 'FunctionExecutionError from cloudfront';
    return { kind: 'error', status: 503, xCache, message: String(error), reads: 0 };
  }
}

async function follow(edge: Edge, visit: Visit, verdict: EdgeVerdict): Promise<void> {
  switch (verdict.kind) {
    case 'respond': {
      const edgeHeaders = visit.edgeHeaders('FunctionGeneratedResponse from cloudfront');
      const word = takesLocalWord(verdict.response) ? await edge.explain?.(visit.hostname) : undefined;
      const { response } = verdict;
      if (visit.response.destroyed) return;
      return writeAnswer(
        visit.response,
        word === undefined ? response : withLocalWord(response, word),
        edgeHeaders,
      );
    }
    case 'error':
      return visit.fail(functionFailed(verdict.status, verdict.message), verdict.xCache);
    case 'forward':
      if (verdict.origin) return forward(edge, visit, verdict.request, verdict.origin);
      return forwardToBehaviour(edge, visit, verdict.request);
    default:
      verdict satisfies never;
  }
}

/** The function left the origin alone: the behaviour's own is the site under `/_proxy/`, else a placeholder. */
async function forwardToBehaviour(edge: Edge, visit: Visit, request: EdgeRequest): Promise<void> {
  const { target } = visit.viewer;
  if (behaviourOf(splitTarget(target).path) === 'site') {
    return serveSite(edge.site, splitTarget(targetOf(target, request)).path, visit);
  }
  visit.fail(
    unreachable(502, 'the function chose no origin, and the default behaviour has only a placeholder'),
  );
}

/**
 * What the default behaviour's own origin has, which is only a placeholder (infra/edge/edge-distribution.ts): an origin that the function
 * chooses inherits what the function left out. Viewers of this edge come by http.
 */
const PLACEHOLDER: Pick<OriginUpdate, 'customHeaders'> = { customHeaders: { 'X-Forwarded-Proto': 'http' } };

function forward(edge: Edge, visit: Visit, request: EdgeRequest, chosen: OriginUpdate): void {
  const origin = { ...PLACEHOLDER, ...chosen };
  const pool = edge.pools.poolOf(origin);
  if (pool === undefined) {
    visit.fail(unreachable(502, `${origin.domainName} does not resolve: no instance has this name now`));
    return;
  }
  const { method } = visit.viewer;
  // Not the request itself: undici destroys a body that it cannot send, and the connection to the viewer with it.
  const body = hasBody(visit.request) ? visit.request.pipe(new PassThrough()) : null;
  const { path, headers } = originRequest(visit.viewer, request, origin, body !== null);
  const timeout = readTimeoutOf(origin);
  const upgrade = visit.early === undefined ? null : (upgradeOf(visit.request) ?? null);
  const { explain } = edge;
  const exchange = new OriginExchange({
    visit,
    ...(explain === undefined ? {} : { explain: () => explain(visit.hostname) }),
    pool,
    options: { path, method, headers, body, headersTimeout: timeout, bodyTimeout: timeout, upgrade },
    attempts: body === null ? attemptsOf(origin, method) : 1,
    upgrade(head, socket) {
      connect(edge, visit, head, socket);
    },
  });
  visit.exchange = exchange;
  exchange.start();
}

/** The origin has switched protocols: from here on there is no HTTP between it and the viewer. */
function connect(edge: Edge, visit: Visit, head: readonly string[], origin: Duplex): void {
  const { response, early } = visit;
  const viewer = response.socket;
  if (viewer === null || early === undefined) {
    origin.destroy();
    return;
  }
  response.detachSocket(viewer);
  const { websocketIdleMilliseconds: idleMilliseconds } = edge;
  splice({ viewer, early: early.take(), origin, head, idleMilliseconds });
  edge.onRequest(visit.record(101));
}
