import { buildEdge } from '../../../build/edge.ts';
import { viewerEvent } from '../../../local/edge/function/edge-event.ts';
import type { EdgeFunction, EdgeVerdict } from '../../../local/edge/function/edge-function.ts';
import { compileEdge } from '../../../local/edge/function/engine.ts';
import type { Environment } from '../../../updater/environment.ts';
import { Cloud, ENVIRONMENT, MINUTE, START, withSignIn } from '../cloud/cloud.ts';
import { BASE_DOMAIN } from '../judge/expected.ts';
import { type Edge, openEdges } from '../sign-in/edges.ts';
import { REGIONS } from '../story/action.ts';
import { CALM } from '../story/weather.ts';

/** A deployment of the settings of sign-in. */
export interface Switch {
  to: 'on' | 'off';
  /** The stack that is deployed first: the guide says the edge's. */
  first: 'edge' | 'updater';
  /** Seconds between the two deployments. */
  between: number;
  /** Seconds from a sweep to the second deployment. */
  phase: number;
}

/** What viewers without a session meet while sign-in is switched. */
export interface SwitchFigures {
  /** Seconds for which an edge answered 503 for `shop`, from the first deployment on. */
  closed: number;
  /** The same from the second deployment on. */
  closedAfter: number;
  /** Requests that reached an app which they should not. */
  wrong: readonly string[];
  /** The last answer of each app at the last edge. */
  last: Readonly<Record<string, string>>;
}

/** `vault` is for a group, and `docs` may be public with sign-in. Without sign-in both tags are wrong. */
const APPS: Readonly<Record<string, Record<string, string>>> = {
  shop: {},
  vault: { 'proxy:access': 'group:devs' },
  docs: { 'proxy:access': 'public' },
};

const SIDES = { on: withSignIn(ENVIRONMENT, ['docs']), off: ENVIRONMENT } satisfies Record<
  string,
  Environment
>;

/** Seconds that are watched after the second deployment. */
const WATCHED = 240;

export async function simulateSwitch({ to, first, between, phase }: Switch): Promise<SwitchFigures> {
  const from: 'on' | 'off' = to === 'on' ? 'off' : 'on';
  const witness = { trace: () => {}, stateChanged: () => {}, beforeWrite: () => {}, afterRun: () => {} };
  const cloud = await Cloud.open(0, CALM, witness, SIDES[from]);
  const { timeline } = cloud;
  const edges = openEdges(cloud.kvs, timeline).map((edge) => ({ edge, routers: routersAt(edge, cloud) }));
  Object.entries(APPS).forEach(([label, tags], n) => {
    cloud.ec2.launch(n + 1, REGIONS[0], true, { 'proxy:host': label, ...tags });
  });
  cloud.startSchedule();
  const figures = { closed: 0, closedAfter: 0, wrong: new Set<string>(), last: {} as Record<string, string> };
  let router: 'on' | 'off' = from;
  const deployments = {
    edge: () => {
      router = to;
    },
    updater: () => cloud.lambda.deploy(SIDES[to]),
  };
  const second = START + 10 * MINUTE + 1_000 * phase;
  timeline.in(second - START - 1_000 * between, deployments[first]);
  timeline.in(second - START, deployments[first === 'edge' ? 'updater' : 'edge']);
  for (let at = second - 1_000 * (between + 5); at < second + 1_000 * WATCHED; at += 1_000) {
    await timeline.until(at);
    let isClosed = false;
    for (const { edge, routers } of edges)
      for (const label of Object.keys(APPS)) {
        const verdict = await routers[router].run(requestTo(label));
        const answer = answerOf(verdict);
        if (answer === 'app' && !mayReach(label, router, edge))
          figures.wrong.add(`${label} at ${at - second}`);
        if (label === 'shop' && answer === '503') isClosed = true;
        figures.last[label] = answer;
      }
    if (isClosed) figures.closed += 1;
    if (isClosed && at >= second) figures.closedAfter += 1;
  }
  return { ...figures, wrong: [...figures.wrong] };
}

/** Whether a viewer without a session may reach an app: with sign-in only one that is open, without sign-in one without a rule. */
function mayReach(label: string, router: 'on' | 'off', { read }: Edge): boolean {
  if (router === 'on')
    return label === 'docs' && read(`${label}.${BASE_DOMAIN}`)?.startsWith('3 o ') === true;
  return label === 'shop';
}

function routersAt({ read }: Edge, { timeline }: Cloud): Record<'on' | 'off', EdgeFunction> {
  const options = { read, now: () => timeline.now };
  const [on, off] = CODES;
  return { on: compileEdge(on, options), off: compileEdge(off, options) };
}

const CODES = [
  buildEdge({ baseDomain: BASE_DOMAIN, scheme: 'https', signIn: { deployment: ENVIRONMENT.deployment } }),
  buildEdge({ baseDomain: BASE_DOMAIN, scheme: 'https' }),
] as const;

function requestTo(label: string) {
  return viewerEvent({
    method: 'GET',
    target: '/',
    rawHeaders: ['host', `${label}.${BASE_DOMAIN}`, 'accept', '*/*'],
    ip: '192.0.2.7',
    id: 'request',
    distributionDomainName: 'd1.cloudfront.net',
  });
}

function answerOf(verdict: EdgeVerdict): string {
  if (verdict.kind === 'forward') return 'app';
  return String(verdict.kind === 'respond' ? verdict.response.statusCode : verdict.status);
}
