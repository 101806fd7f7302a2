import { type Duplex, PassThrough } from 'node:stream';
import type { EdgeRequest, OriginUpdate } from 'cloudfront';
import { matchBehaviour } from '../../core/explain/site/behaviour.ts';
import type { LogLine } from '../../core/traffic/access-record.ts';
import type { Milliseconds } from '../../core/wire/brands.ts';
import { splitTarget, viewerEvent, writeAnswer } from './function/edge-event.ts';
import type { EdgeFunction, EdgeVerdict } from './function/edge-function.ts';
import { type OriginFunction, serveByFunction } from './lambda-edge/origin-function.ts';
import { acceptsLocalWord, type Explain, withLocalWord } from './local-word.ts';
import {
  edgeFailedPage,
  functionFailedPage,
  MISS_FROM_CLOUDFRONT,
  unreachablePage,
} from './origin/error-page.ts';
import { OriginExchange } from './origin/forward.ts';
import { addressType, allowedAttempts, type OriginPools, readTimeout } from './origin/origin-pools.ts';
import { originRequest, originTarget } from './origin/origin-request.ts';
import { withInherited } from './origin/placeholder.ts';
import { type SiteBehaviour, serveSite } from './origin/site-origin.ts';
import { joinTunnel, requestedUpgrade } from './origin/upgrade.ts';
import type { Visit } from './origin/visit.ts';
import type { RequestRecord } from './request-log.ts';
import { domainAddress } from './request-target.ts';
import { findRefusal, hasBody } from './viewer-limits.ts';

/** The parts that serve a request. */
export interface Edge extends SiteBehaviour {
  originFunction?: OriginFunction;
  edge: () => EdgeFunction;
  pools: OriginPools;
  explain?: Explain;
  distributionDomainName: string;
  domain?: string;
  onRequest: (record: RequestRecord) => void;
  now?: () => Milliseconds;
  onLogLine?: (line: LogLine) => void;
  websocketIdleMilliseconds: number;
}

/** Answers one request. The function decides whether an origin, the site or the edge answers. */
export function serve(edge: Edge, visit: Visit): void {
  const { request, response } = visit;
  response.once('close', () => {
    visit.exchange?.cancel();
    // The rest of an unread body would block the viewer's next request.
    request.unpipe().resume();
    const status = response.headersSent ? response.statusCode : 0;
    edge.onRequest(visit.record(status));
    edge.onLogLine?.(visit.logLine(status));
  });
  answerRequest(edge, visit).catch((error: unknown) => visit.fail(edgeFailedPage(String(error))));
}

async function answerRequest(edge: Edge, visit: Visit): Promise<void> {
  const refusal = findRefusal(visit.request, visit.viewer, visit.early !== undefined);
  if (refusal) return visit.fail(refusal);
  const named = edge.domain === undefined ? undefined : domainAddress(visit.viewer, edge.domain);
  if (named !== undefined) return redirectVisit(visit, named);
  const verdict = await runFunction(edge, visit);
  visit.keepReport(verdict);
  if (!visit.response.destroyed) await applyVerdict(edge, visit, verdict);
}

/** Redirects with the same method, so that a submitted form is not lost. */
function redirectVisit(visit: Visit, location: string): void {
  const head = ['location', location, 'cache-control', 'no-store', 'content-length', '0'];
  visit.response.writeHead(307, [...head, ...visit.edgeHeaders(MISS_FROM_CLOUDFRONT)]).end();
}

async function runFunction(edge: Edge, visit: Visit): Promise<EdgeVerdict> {
  try {
    return await edge.edge().run(viewerEvent(visit.viewer));
  } catch (error) {
    const xCache = 'FunctionExecutionError from cloudfront';
    return { kind: 'error', status: 503, xCache, message: String(error), reads: 0 };
  }
}

async function applyVerdict(edge: Edge, visit: Visit, verdict: EdgeVerdict): Promise<void> {
  switch (verdict.kind) {
    case 'respond': {
      const edgeHeaders = visit.edgeHeaders('FunctionGeneratedResponse from cloudfront');
      const word = acceptsLocalWord(verdict.response) ? await edge.explain?.(visit.hostname) : undefined;
      const { response } = verdict;
      if (visit.response.destroyed) return;
      return writeAnswer(
        visit.response,
        word === undefined ? response : withLocalWord(response, word),
        edgeHeaders,
      );
    }
    case 'error':
      return visit.fail(functionFailedPage(verdict.status, verdict.message), verdict.xCache);
    case 'forward':
      if (verdict.origin) return forwardToOrigin(edge, visit, verdict.request, verdict.origin);
      return forwardToBehaviour(edge, visit, verdict.request);
    default:
      verdict satisfies never;
  }
}

/**
 * Without an origin from the function, the behaviour's own applies: the function at origin request or the site under `/_proxy/`, or
 * else a placeholder. A deployment without sign-in has no behaviour for `/_proxy/api/*`.
 */
async function forwardToBehaviour(edge: Edge, visit: Visit, request: EdgeRequest): Promise<void> {
  const { target } = visit.viewer;
  const behaviour = matchBehaviour(splitTarget(target).path, edge.originFunction !== undefined);
  if (behaviour === 'api' && edge.originFunction) return serveByFunction(edge.originFunction, request, visit);
  if (behaviour === 'site') {
    return serveSite(edge, splitTarget(originTarget(target, request)).path, visit);
  }
  visit.fail(
    unreachablePage(502, 'the function chose no origin, and the default behaviour only has a placeholder'),
  );
}

function forwardToOrigin(edge: Edge, visit: Visit, request: EdgeRequest, chosen: OriginUpdate): void {
  const origin = withInherited(chosen);
  const pool = edge.pools.getPool(origin);
  if (pool === undefined) {
    const family = addressType(origin) === 'ipv6' ? ' to an IPv6 address' : '';
    visit.fail(
      unreachablePage(
        502,
        `${origin.domainName} does not resolve${family}; no running instance has this name`,
      ),
    );
    return;
  }
  const { method } = visit.viewer;
  // A copy of the stream, because undici destroys a body that it cannot send, and with it the viewer's connection.
  const body = hasBody(visit.request) ? visit.request.pipe(new PassThrough()) : null;
  const { path, headers } = originRequest(visit.viewer, request, origin, body !== null);
  const timeout = readTimeout(origin);
  const upgrade = visit.early === undefined ? null : (requestedUpgrade(visit.request) ?? null);
  const { explain } = edge;
  const exchange = new OriginExchange({
    visit,
    ...(explain === undefined ? {} : { explain: () => explain(visit.hostname) }),
    pool,
    options: { path, method, headers, body, headersTimeout: timeout, bodyTimeout: timeout, upgrade },
    attempts: body === null ? allowedAttempts(origin, method) : 1,
    upgrade(head, socket) {
      joinUpgraded(edge, visit, head, socket);
    },
  });
  visit.exchange = exchange;
  exchange.start();
}

/** Joins viewer and origin after the origin has switched protocols. */
function joinUpgraded(edge: Edge, visit: Visit, head: readonly string[], origin: Duplex): void {
  const { response, early } = visit;
  const viewer = response.socket;
  if (viewer === null || early === undefined) {
    origin.destroy();
    return;
  }
  response.detachSocket(viewer);
  const { websocketIdleMilliseconds: idleMilliseconds } = edge;
  joinTunnel({ viewer, early: early.stopReading(), origin, head, idleMilliseconds });
  edge.onRequest(visit.record(101));
  // CloudFront logs a WebSocket when it closes.
  viewer.once('close', () => edge.onLogLine?.(visit.logLine(101)));
}
