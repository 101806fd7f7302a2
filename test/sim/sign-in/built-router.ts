import { buildEdge } from '../../../build/edge.ts';
import type { Mac } from '../../../core/session/signed.ts';
import { PASS_HEADER, SESSION_COOKIE } from '../../../core/wire/session.ts';
import { viewerEvent } from '../../../local/edge/function/edge-event.ts';
import type { EdgeFunction, EdgeVerdict } from '../../../local/edge/function/edge-function.ts';
import { compileEdge } from '../../../local/edge/function/engine.ts';
import { ENVIRONMENT } from '../cloud/cloud.ts';
import type { Timeline } from '../cloud/timeline.ts';
import { BASE_DOMAIN } from '../judge/expected.ts';
import { decideAt, type Edge, type Proof, type Verdict } from './edges.ts';

/** The place where the one compiled router of this process reads. */
const place: { read: Edge['read']; now: () => number } = { read: () => undefined, now: () => 0 };
let compiled: EdgeFunction | undefined;

/** The router that ships with sign-in. */
function router(): EdgeFunction {
  compiled ??= compileEdge(
    buildEdge({ baseDomain: BASE_DOMAIN, scheme: 'https', signIn: { deployment: ENVIRONMENT.deployment } }),
    { read: (key) => place.read(key), now: () => place.now() },
  );
  return compiled;
}

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
    Object.assign(place, { read: edge.read, now: () => now });
    this.#timeline.busy += 1;
    const verdict = await router().run(viewerEvent(requestTo(host, proof)));
    this.#timeline.busy -= 1;
    const is = verdictOf(verdict, edge.read(host) ?? '3 g');
    return is === undefined || is === due
      ? undefined
      : `the router says "${is}" at ${host}, and the judge "${due}" (${edge.read(host) ?? 'no entry'})`;
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
  if (/^3 o (?!G)/.test(value)) return 'open';
  return /^3 (g|o)/.test(value) ? 'passes' : undefined;
}
