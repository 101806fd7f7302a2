import { readFileSync } from 'node:fs';
import { buildEdge, buildSiteRouter } from '../../../build/edge.ts';
import { matchBehaviour } from '../../../core/explain/site/behaviour.ts';
import {
  bytesHeld,
  countInstructions,
  countRepeated,
  type NjsCase,
  runInNjs,
} from '../../support/tools/njs.ts';
import { SCOPE } from '../../support/values/session/session-values.ts';
import { DOMAIN, eventFor, FEATURE_CASES, GOAL_CASES, njsCase, PARTS } from './router-cases.ts';
import { SIGN_IN_CASES, signInNjsCase } from './sign-in/sign-in-cases.ts';

/** One row of the router's table. */
export interface RouterRow {
  name: string;
  /** Entries in the store. */
  entries: number;
  /** Store reads of one request. */
  reads: number;
  /** njs instructions of one request, minus those of a function that does nothing. */
  instructions: number;
  /** Bytes by which njs grows in one request, minus those of a function that does nothing. */
  memory: number;
}

/** The cost of a feature in instructions. */
export interface RouterCost {
  name: string;
  instructions: number;
}

export interface RouterFigures {
  bytes: number;
  rows: RouterRow[];
  /** Difference from the plainest request, which takes less. */
  features: RouterCost[];
  /** Difference from the plainest request when the bundle lacks the part. */
  parts: RouterCost[];
  /** The same requests, counted in one process within seconds: what CI compares. Its figures are 1 to 3 % lower. */
  requests: RouterCost[];
  /** The router with sign-in. */
  signIn: SignInFigures;
}

export interface SignInFigures {
  bytes: number;
  /** Of the site router. */
  siteBytes: number;
  requests: RouterCost[];
}

/** Committed figures may be from before sign-in. */
export type CommittedFigures = Omit<RouterFigures, 'signIn'> & { signIn?: SignInFigures };

/** Paths of the programs that the router is measured with. */
export interface Tools {
  njs: string;
  valgrind: string;
}

const SIZES = [10, 900, 30_000] as const;
/** Entries in the store if the size does not matter. */
const FEW = 10;
/** A function that returns the request at once: the cost of the measurement itself. */
export const DO_NOTHING =
  'import cf from"cloudfront";\nasync function handler(event){return event.request}\n';

/** Instructions, memory, reads and bytes of the built router, for each kind of request and size of store. */
export function benchRouter(tools: Tools, sizes: readonly number[] = SIZES): RouterFigures {
  const code = buildEdge({ baseDomain: DOMAIN });
  const nothing: NjsCase = { kvs: {}, event: eventFor({ host: 'shop' }) };
  const floor = countInstructions(tools, DO_NOTHING, [nothing]);
  const floorBytes = bytesHeld(tools.njs, DO_NOTHING, nothing);
  const rows = GOAL_CASES.flatMap((one) =>
    sizes.map((size) => {
      const example = njsCase(one, size);
      const [result] = runInNjs(tools.njs, code, [example]);
      const instructions = countInstructions(tools, code, [example]) - floor;
      const memory = bytesHeld(tools.njs, code, example) - floorBytes;
      return { name: one.name, entries: size, reads: result?.reads ?? 0, instructions, memory };
    }),
  );
  return {
    bytes: Buffer.byteLength(code),
    rows,
    ...costsOf(tools, code),
    requests: requestCosts(tools, code),
    signIn: benchSignIn(tools),
  };
}

/** Bytes of the routers with sign-in, and instructions of each way through their check. */
export function benchSignIn(tools: Tools): SignInFigures {
  const constants = { baseDomain: DOMAIN, signIn: { deployment: SCOPE.deployment } };
  const [apps, site] = [buildEdge(constants), buildSiteRouter(constants)];
  const ofSite = SIGN_IN_CASES.filter(({ uri = '/' }) => matchBehaviour(uri) !== 'apps');
  const ofApps = SIGN_IN_CASES.filter((one) => !ofSite.includes(one));
  const costs = (code: string, cases: typeof ofSite) =>
    costsOfRequests(
      tools,
      code,
      cases.map((one) => ({ name: one.name, ...signInNjsCase(one) })),
    );
  return {
    bytes: Buffer.byteLength(apps),
    siteBytes: Buffer.byteLength(site),
    requests: [...costs(apps, ofApps), ...costs(site, ofSite)],
  };
}

/** Repetitions of each request: one alone may pay for memory that the next ones use. */
const TIMES = 20;

/** Instructions of each kind of request, less those of a do-nothing function, which are the same for every request. */
export function requestCosts(tools: Tools, code: string): RouterCost[] {
  const all = [...GOAL_CASES, ...FEATURE_CASES];
  return costsOfRequests(
    tools,
    code,
    all.map((one) => ({ name: one.name, ...njsCase(one, FEW) })),
  );
}

function costsOfRequests(
  tools: Tools,
  code: string,
  cases: readonly (NjsCase & { name: string })[],
): RouterCost[] {
  const [floor = Number.NaN] = countRepeated(tools, DO_NOTHING, cases.slice(0, 1), TIMES);
  const costs = countRepeated(tools, code, cases, TIMES);
  return cases.map(({ name }, at) => ({ name, instructions: Math.round((costs[at] ?? Number.NaN) - floor) }));
}

function costsOf(tools: Tools, code: string): Pick<RouterFigures, 'features' | 'parts'> {
  const plainest = GOAL_CASES.slice(0, 1).map((one) => njsCase(one, FEW));
  const base = countInstructions(tools, code, plainest);
  const features = FEATURE_CASES.map((one) => ({
    name: one.name,
    instructions: countInstructions(tools, code, [njsCase(one, FEW)]) - base,
  }));
  const parts = PARTS.map(([name, part]) => ({
    name,
    instructions: base - countInstructions(tools, without(code, name, part), plainest),
  }));
  return { features, parts };
}

function without(code: string, name: string, part: RegExp): string {
  const rest = code.replace(part, '');
  if (rest === code) throw new Error(`no ${part} in the bundle: "${name}" can't be left out`);
  return rest;
}

/** The committed figures for comparison; undefined if there are none yet. */
export function baselineRouter(file: string): CommittedFigures | undefined {
  try {
    return (JSON.parse(readFileSync(file, 'utf8')) as { router?: CommittedFigures }).router;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Rows and requests that take over 3 % more instructions than in the baseline. */
export function slowerRows(now: RouterFigures, baseline: CommittedFigures): string[] {
  const named = ({ rows }: Pick<RouterFigures, 'rows'>) =>
    rows.map(({ name, entries, instructions }) => ({ name: `${name}, ${entries} entries`, instructions }));
  return [
    ...slowerCosts(named(now), named(baseline)),
    ...slowerCosts(now.requests, baseline.requests),
    ...slowerCosts(now.signIn.requests, baseline.signIn?.requests ?? now.signIn.requests),
  ];
}

/** The costs that are over 3 % above those of the same name in the baseline. The same request varies by 2 %, with its place in memory. */
export function slowerCosts(now: readonly RouterCost[], baseline: readonly RouterCost[]): string[] {
  return now.flatMap(({ name, instructions }) => {
    const before = baseline.find((each) => each.name === name)?.instructions ?? Number.POSITIVE_INFINITY;
    if (instructions <= before * 1.03) return [];
    const percent = ((instructions / before - 1) * 100).toFixed(1);
    return [`${name}: ${before} → ${instructions} instructions (+${percent} %)`];
  });
}
