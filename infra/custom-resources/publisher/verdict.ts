import type { CanaryCase, ExpectedHeaders } from './canary-case.ts';

/** What TestFunction says of one run; the service types all of it as optional text. */
export interface RunResult {
  /** Percent of the allowed time. */
  utilization?: string | undefined;
  /** Why the function did not run to its end; empty where it did. */
  error?: string | undefined;
  /** JSON: `{"request":…}` or `{"response":…}`. */
  output?: string | undefined;
}

/** What is wrong with a run. A function that ran, but differently, may have been too early: a new store spreads. */
export interface CaseFault {
  message: string;
  /** False where another try would say the same. */
  again: boolean;
}

interface Headed {
  headers?: Record<string, { value?: string }>;
}

interface Output {
  request?: Headed & { uri?: string };
  response?: Headed & { statusCode?: number };
}

/** What is wrong with what the router made of a case: case, expected, got. Undefined where it is as expected. */
export function findOutputFault(one: CanaryCase, { error, output }: RunResult): CaseFault | undefined {
  if (error) return { message: `case "${one.name}": the function failed: ${error}`, again: false };
  const got = parseOutput(output);
  if (got === undefined)
    return { message: `case "${one.name}": the output is no JSON object: ${output}`, again: false };
  const difference = findDifference(one, got);
  return difference === undefined ? undefined : { message: `case "${one.name}": ${difference}`, again: true };
}

/** Percent of the allowed time that a run took; NaN where CloudFront does not say. */
export function shareOf({ utilization }: RunResult): number {
  return Number(utilization || Number.NaN);
}

/** What is wrong with a case that takes such a share of the allowed time; undefined where it is within its limit. */
export function findSlowness(one: CanaryCase, utilization: number, limit: number): CaseFault | undefined {
  if (utilization <= limit) return undefined;
  return {
    message: `case "${one.name}": expected a compute utilization of at most ${limit} % (setting utilizationLimit), got ${utilization}`,
    again: true,
  };
}

function parseOutput(output: string | undefined): Output | undefined {
  try {
    const parsed: unknown = JSON.parse(output ?? '');
    return typeof parsed === 'object' && parsed !== null ? parsed : undefined;
  } catch {
    return undefined;
  }
}

function findDifference({ expected }: CanaryCase, { request, response }: Output): string | undefined {
  const wanted = 'status' in expected ? `status ${expected.status}` : `a request for ${expected.uri}`;
  const given = response ? `status ${response.statusCode}` : `a request for ${request?.uri}`;
  if (wanted !== given) return `expected ${wanted}, got ${given}${stateNote(response)}`;
  return findHeaderDifference(expected.headers ?? {}, response ?? request ?? {});
}

/** The router's own word for why it answered, if it did. */
function stateNote(response: Headed | undefined): string {
  const state = response?.headers?.['x-proxy-state']?.value;
  return state === undefined ? '' : ` (${state})`;
}

function findHeaderDifference(expected: ExpectedHeaders, { headers = {} }: Headed): string | undefined {
  for (const [name, value] of Object.entries(expected)) {
    const got = headers[name]?.value ?? null;
    if (got !== value) return `expected ${describeHeader(name, value)}, got ${describeHeader(name, got)}`;
  }
  return undefined;
}

function describeHeader(name: string, value: string | null): string {
  return value === null ? `no header ${name}` : `header ${name} "${value}"`;
}
