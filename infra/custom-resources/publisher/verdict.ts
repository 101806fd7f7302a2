import type { CanaryCase, ExpectedHeaders } from './canary-case.ts';

/** The result of TestFunction for one run; the service types all fields as optional text. */
export interface RunResult {
  /** Percent of the allowed time. */
  utilization?: string | undefined;
  /** The error that ended the function; empty if there is none. */
  error?: string | undefined;
  /** JSON: `{"request":…}` or `{"response":…}`. */
  output?: string | undefined;
}

/** The fault of a run. A function that gave another answer may have run too early: writes to the store take time to arrive. */
export interface CaseFault {
  message: string;
  /** False if another attempt would fail in the same way. */
  again: boolean;
}

interface Headed {
  headers?: Record<string, { value?: string }>;
}

interface Output {
  request?: Headed & { uri?: string };
  response?: Headed & { statusCode?: number };
}

/** The fault of the router's output for a case: case, expected, got. Undefined if the output is as expected. */
export function findOutputFault(one: CanaryCase, { error, output }: RunResult): CaseFault | undefined {
  if (error) return { message: `case "${one.name}": the function failed: ${error}`, again: false };
  const got = parseOutput(output);
  if (got === undefined)
    return { message: `case "${one.name}": the output is not a JSON object: ${output}`, again: false };
  const difference = findDifference(one, got);
  return difference === undefined ? undefined : { message: `case "${one.name}": ${difference}`, again: true };
}

/** Percent of the allowed time that a run took; NaN if CloudFront does not report it. */
export function shareOf({ utilization }: RunResult): number {
  return Number(utilization || Number.NaN);
}

/** The fault of a case that takes more than its share of the allowed time; undefined within the limit. */
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

/** The router's own reason for its answer, if it answered. */
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
