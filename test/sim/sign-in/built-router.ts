import type { Mac } from '../../../core/session/signed.ts';
import { PASS_HEADER, SESSION_COOKIE } from '../../../core/wire/session.ts';
import { viewerEvent } from '../../../local/edge/function/edge-event.ts';
import type { EdgeVerdict } from '../../../local/edge/function/edge-function.ts';
import type { Timeline } from '../cloud/timeline.ts';
import { runRouter } from './compiled-routers.ts';
import { decideAt, type Edge, type Proof, type Verdict } from './edges.ts';
import { lookUp } from './look-up.ts';

/** The built router at an edge of a history. */
export class BuiltRouter {
  readonly #timeline: Timeline;
  readonly #mac: Mac;

  constructor(timeline: Timeline, mac: Mac) {
    this.#timeline = timeline;
    this.#mac = mac;
  }

  /** Sends a request to the router. Returns how its answer differs from the judge's expectation; undefined if it does not. */
  async compare(edge: Edge, host: string, proof: Proof | undefined): Promise<string | undefined> {
    const { now } = this.#timeline;
    const due = decideAt(edge, host, proof, { now: now / 1_000, mac: this.#mac });
    this.#timeline.busy += 1;
    const verdict = await runRouter('apps', edge.read, now, viewerEvent(requestTo(host, proof)));
    this.#timeline.busy -= 1;
    const { value } = lookUp(edge.read, host);
    const is = verdictOf(verdict, value ?? '3 g');
    return is === undefined || is === due
      ? undefined
      : `the router says "${is}" at ${host}, and the judge "${due}" (${value ?? 'no entry'})`;
  }
}

function requestTo(host: string, proof: Proof | undefined) {
  const sent = {
    session: ['cookie', `${SESSION_COOKIE}=${proof?.text}`],
    pass: [PASS_HEADER, proof?.text ?? ''],
  };
  return {
    method: 'GET',
    target: '/',
    rawHeaders: ['host', host, 'accept', '*/*', ...(proof ? sent[proof.kind] : [])],
    ip: '192.0.2.7',
    id: 'request',
    distributionDomainName: 'd1.cloudfront.net',
  };
}

/** Undefined for an entry that the router refuses before it asks for a session. */
function verdictOf(verdict: EdgeVerdict, value: string): Verdict | 'failed' | undefined {
  if (verdict.kind === 'error') return 'failed';
  if (verdict.kind === 'forward') return 'x-proxy-user' in verdict.request.headers ? 'passes' : 'open';
  const state = verdict.response.headers?.['x-proxy-state']?.value;
  if (state === 'not signed in') return 'sign in';
  if (state === 'fault') return 'no keys';
  if (/^3 o /.test(value)) return 'open';
  return /^3 (g|o)/.test(value) ? 'passes' : undefined;
}
