import vm from 'node:vm';
import type { AnyNode } from 'acorn';
import { parse } from 'acorn';
import { full } from 'acorn-walk';
import type { EdgeRequest, EdgeResponse, OriginResponse, OriginUpdate, ViewerRequestEvent } from 'cloudfront';
import MagicString from 'magic-string';
import { EdgeBuildRefusedError, gate } from '../../../build/gate/gate.ts';
import type { Milliseconds } from '../../../core/wire/brands.ts';
import { behaviourFault } from './behaviour.ts';
import { isFields, requestFault, responseFault, viewerResponseFault } from './cloudfront-rules.ts';
import type {
  EdgeError,
  EdgeFunction,
  EdgeVerdict,
  HeadersFunction,
  HeadersVerdict,
  ReadKey,
  RunReport,
} from './edge-function.ts';
import { copy, createRealm, type Factory, type Realm, type RunOutcome } from './edge-realm.ts';
import { originFault } from './origin-rules.ts';

/**
 * The most loop iterations of one run. More count as an endless loop; AWS publishes no number. Iterations are counted, because
 * Node's `timeout` starts a thread for each run (70–95 µs, ten times the run).
 */
export const LOOP_BUDGET = 100_000;

/** The settings of a compiled function. */
export interface FunctionOptions {
  /** The store as this edge location sees it. Called once for each read. */
  read: ReadKey;
  /** The name of the code in messages. */
  file?: string;
  /** Receives each line of `console.log`, which CloudFront sends to CloudWatch. */
  print?: (line: string) => void;
  now?: () => Milliseconds;
}

type NamedOptions = FunctionOptions & { file: string };

/** The state of one run. */
interface RunState {
  now: number;
  reads: number;
  turns: number;
  /** A copy of the chosen origin. */
  origin: { chosen: unknown } | undefined;
  log: string | undefined;
}

const LOOPS = new Set(['ForStatement', 'ForInStatement', 'WhileStatement', 'DoWhileStatement']);

/** Edits that count the iterations of a loop without moving its lines. */
function countLoop(code: MagicString, node: AnyNode): void {
  if (!LOOPS.has(node.type) || !('body' in node) || Array.isArray(node.body)) return;
  const { start, end } = node.body as AnyNode;
  code.appendLeft(start, '{__tick();').appendLeft(end, '}');
}

/** Turns a built function into one expression: imports become calls, and loops are counted. */
function buildExpression(text: string): string {
  const program = parse(text, { ecmaVersion: 'latest', sourceType: 'module' });
  const code = new MagicString(text);
  full(program, (node) => countLoop(code, node));
  for (const node of program.body) {
    if (node.type !== 'ImportDeclaration') continue;
    const [local] = node.specifiers.map((specifier) => specifier.local.name);
    code.update(node.start, node.end, `const ${local}=require(${node.source.raw});`);
  }
  return `(function(require,__tick){"use strict";${code}\nreturn handler;})`;
}

function countTurns(run: () => RunState): () => void {
  return () => {
    const current = run();
    current.turns += 1;
    if (current.turns > LOOP_BUDGET) throw new RangeError(`more than ${LOOP_BUDGET} loop iterations`);
  };
}

/** 503: the function failed (Developer Guide, "HTTP 503 status code"). */
function executionError(message: string): EdgeError {
  return { kind: 'error', status: 503, xCache: 'FunctionExecutionError from cloudfront', message };
}

/** 502: CloudFront refuses the result of the function (Developer Guide, "HTTP 502 status code"). */
function validationError(message: string): EdgeError {
  return { kind: 'error', status: 502, xCache: 'FunctionValidationError from cloudfront', message };
}

function describeThrown(error: unknown, file: string): string {
  if (!isFields(error)) return `the function threw ${String(error)}`;
  const place = String(error['stack'])
    .split('\n')
    .find((line) => line.includes(file));
  return `${String(error['name'])}: ${String(error['message'])}${place === undefined ? '' : ` (${place.trim()})`}`;
}

/** Turns the short form of a body into the long one. Both are documented. */
function longForm(answer: Record<string, unknown>): EdgeResponse {
  const { body } = answer;
  const long = typeof body === 'string' ? { body: { encoding: 'text', data: body } } : {};
  return { headers: {}, ...answer, ...long } as unknown as EdgeResponse;
}

type WithoutReport<V> = V extends unknown ? Omit<V, keyof RunReport> : never;
type BareVerdict = WithoutReport<EdgeVerdict>;

function judgeAnswer(answer: unknown, run: RunState, sent: EdgeRequest): BareVerdict {
  if (!isFields(answer))
    return validationError(`the function returned ${String(answer)}; expected the request or a response`);
  if ('statusCode' in answer) {
    const fault = responseFault(answer);
    return fault === undefined ? { kind: 'respond', response: longForm(answer) } : validationError(fault);
  }
  const request = answer as unknown as EdgeRequest;
  const { origin } = run;
  const fault =
    requestFault(answer, sent) ??
    (origin === undefined
      ? undefined
      : (originFault(origin.chosen, request.headers) ?? behaviourFault(sent.uri)));
  if (fault !== undefined) return validationError(fault);
  return { kind: 'forward', request, origin: origin?.chosen as OriginUpdate | undefined };
}

/** Copies the result of a function. Only the copy is checked and passed on. */
function copyAnswer(value: unknown): { data: unknown } | undefined {
  try {
    return { data: copy(value) };
  } catch (_endless) {
    return undefined;
  }
}

function judgeOutcome<V>(
  { outcome, state }: Run,
  file: string,
  judge: (answer: unknown) => V,
): V | EdgeError {
  // Even if the function caught the error: the service would have stopped it.
  if (state.turns > LOOP_BUDGET) return executionError(`stopped after ${LOOP_BUDGET} loop iterations`);
  if (outcome === undefined) return executionError('the promise of the function never settled');
  if (outcome.kind === 'threw') return executionError(describeThrown(outcome.error, file));
  const answer = copyAnswer(outcome.value);
  return answer === undefined ? validationError('the answer contains itself') : judge(answer.data);
}

/** One run of a compiled function: its outcome, and the state that it left. */
interface Run {
  outcome: RunOutcome | undefined;
  state: RunState;
}

/** A compiled function, before its result is judged. */
interface Compiled {
  run(event: object, rawQuery?: { value: string | undefined }): Run;
}

/**
 * Compiles a built CloudFront Function for this machine, as close to the service as Node allows: only documented features, a fresh
 * module scope and constant time in each run.
 *
 * @throws EdgeBuildRefusedError if the gate refuses the code
 */
function compile(code: string, { read, file, print = () => {}, now = Date.now }: NamedOptions): Compiled {
  const violations = gate(code, file);
  if (violations.length > 0) throw new EdgeBuildRefusedError(violations);
  let current: RunState = { now: 0, reads: 0, turns: 0, origin: undefined, log: undefined };
  const realm: Realm = createRealm({
    now: () => current.now,
    read(key) {
      current.reads += 1;
      return read(key);
    },
    origin(chosen) {
      current.origin = { chosen: copy(chosen) };
    },
    log(line) {
      current.log = line;
    },
    print,
  });
  const factory = realm.evaluate(new vm.Script(buildExpression(code), { filename: file })) as Factory;
  const tick = countTurns(() => current);
  return {
    run(event, rawQuery) {
      current = { now: now(), reads: 0, turns: 0, origin: undefined, log: undefined };
      return { outcome: realm.run(factory, tick, event, rawQuery), state: current };
    },
  };
}

/**
 * Compiles a function for viewer request. Its result is checked as the service checks it.
 *
 * @throws EdgeBuildRefusedError if the gate refuses the code
 */
export function compileEdge(code: string, { file = 'router.js', ...options }: FunctionOptions): EdgeFunction {
  const compiled = compile(code, { ...options, file });
  return {
    async run(event: ViewerRequestEvent): Promise<EdgeVerdict> {
      const { request } = event;
      const rawQuery = request.rawQueryString === undefined ? undefined : { value: request.rawQueryString() };
      const run = compiled.run(event, rawQuery);
      const { reads, log } = run.state;
      const verdict = judgeOutcome(run, file, (answer) => judgeAnswer(answer, run.state, request));
      return { ...verdict, reads, ...(log === undefined ? {} : { log }) };
    },
  };
}

/**
 * Compiles a function for viewer response. It has no store. Its result is checked as the service checks it.
 *
 * @throws EdgeBuildRefusedError if the gate refuses the code
 */
export function compileHeaders(code: string, file = 'headers.js'): HeadersFunction {
  const compiled = compile(code, { read: () => undefined, file });
  return {
    run: (event) =>
      judgeOutcome<HeadersVerdict>(compiled.run(event), file, (answer) => {
        const fault = viewerResponseFault(answer, event.response);
        return fault === undefined
          ? { kind: 'respond', response: answer as OriginResponse }
          : validationError(fault);
      }),
  };
}
