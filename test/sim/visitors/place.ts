import { matchBehaviour } from '../../../core/explain/site/behaviour.ts';
import { viewerEvent } from '../../../local/edge/function/edge-event.ts';
import type { EdgeVerdict } from '../../../local/edge/function/edge-function.ts';
import { originEvent } from '../../../local/edge/lambda-edge/origin-event.ts';
import type { Timeline } from '../cloud/timeline.ts';
import { runRouter } from '../sign-in/compiled-routers.ts';
import type { Edge } from '../sign-in/edges.ts';
import { type BuiltConcierge, CUSTOM_HEADERS } from './built-concierge.ts';

/** A request of a viewer, over https. */
export interface Sent {
  method: 'GET' | 'HEAD';
  host: string;
  /** Path and query. */
  target: string;
  accept: string;
  /** By name. */
  cookies: ReadonlyMap<string, string>;
}

/** The app to which an edge sends a request, and the headers that it gets. */
export interface ReachedApp {
  address: string;
  port: number;
  user: string | undefined;
  token: string | undefined;
}

/** The answer that reaches a viewer. An app answers all requests. */
export interface Reply {
  status: number;
  header(name: string): string | undefined;
  setCookies: readonly string[];
  body: string;
  app?: ReachedApp;
}

/** An edge location: the built routers read the store as it arrives there, and the built concierge is behind them. */
export class Place {
  readonly edge: Edge;
  readonly concierge: BuiltConcierge;
  readonly #timeline: Timeline;

  constructor(edge: Edge, concierge: BuiltConcierge, timeline: Timeline) {
    this.edge = edge;
    this.concierge = concierge;
    this.#timeline = timeline;
  }

  async answer(sent: Sent): Promise<Reply> {
    const viewer = viewerOf(sent);
    const behaviour = matchBehaviour(pathOf(sent.target));
    const which = behaviour === 'apps' ? 'apps' : 'site';
    const verdict = await runRouter(which, this.edge.read, this.#timeline.now, viewerEvent(viewer));
    if (verdict.kind === 'forward' && behaviour === 'api') {
      const event = originEvent(viewer, verdict.request, { customHeaders: CUSTOM_HEADERS, hasBody: false });
      const { status, headers, body } = await this.concierge.answer(event);
      return {
        status: Number(status),
        header: (name) => headers[name]?.[0]?.value,
        setCookies: (headers['set-cookie'] ?? []).map(({ value }) => value),
        body,
      };
    }
    return replyOf(verdict);
  }
}

/** The reply of a function, or of the app behind it. */
function replyOf(verdict: EdgeVerdict): Reply {
  const none = { header: () => undefined, setCookies: [], body: '' };
  if (verdict.kind === 'error') return { ...none, status: verdict.status };
  if (verdict.kind === 'respond') {
    const { statusCode, headers, body } = verdict.response;
    return {
      ...{ ...none, status: statusCode },
      header: (name) => headers[name]?.value,
      body: body?.data ?? '',
    };
  }
  const { origin, request } = verdict;
  const app = {
    address: origin?.domainName ?? '',
    port: origin?.customOriginConfig?.port ?? 0,
    user: request.headers['x-proxy-user']?.value,
    token: request.headers['x-proxy-token']?.value,
  };
  return { ...none, status: 200, app };
}

/** The text of an attribute in a page. An address in a header has nothing to decode. */
export const plainText = (html: string) =>
  html.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)));

export const pathOf = (target: string) => target.replace(/[?#].*/, '');

function viewerOf({ method, host, target, accept, cookies }: Sent) {
  const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  return {
    ...{ method, target },
    rawHeaders: ['host', host, 'accept', accept, ...(cookie === '' ? [] : ['cookie', cookie])],
    ip: '192.0.2.7',
    id: 'request',
    distributionDomainName: 'd1.cloudfront.net',
  };
}
