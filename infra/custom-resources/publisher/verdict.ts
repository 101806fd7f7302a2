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
export interface Fault {
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
export function outputFault(one: CanaryCase, { error, output }: RunResult): Fault | undefined {
  if (error) return { message: `case "${one.name}": the function failed: ${error}`, again: false };
  const got = outputOf(output);
  if (got === undefined)
    return { message: `case "${one.name}": the output is no JSON object: ${output}`, again: false };
  const difference = differenceOf(one, got);
  return difference === undefined ? undefined : { message: `case "${one.name}": ${difference}`, again: true };
}

/** Percent of the allowed time that a run took; NaN where CloudFront does not say. */
export function shareOf({ utilization }: RunResult): number {
  return Number(utilization || Number.NaN);
}

/** What is wrong with a case that takes such a share of the allowed time; undefined where it is within its limit. */
export function tooSlow(one: CanaryCase, utilization: number, limit: number): Fault | undefined {
  if (utilization <= limit) return undefined;
  return {
    message: `case "${one.name}": expected a compute utilization of at most ${limit} % (setting utilizationLimit), got ${utilization}`,
    again: true,
  };
}

function outputOf(output: string | undefined): Output | undefined {
  try {
    const parsed: unknown = JSON.parse(output ?? '');
    return typeof parsed === 'object' && parsed !== null ? parsed : undefined;
  } catch {
    return undefined;
  }
}

function differenceOf({ expected }: CanaryCase, { request, response }: Output): string | undefined {
  const wanted = 'status' in expected ? `status ${expected.status}` : `a request for ${expected.uri}`;
  const given = response ? `status ${response.statusCode}` : `a request for ${request?.uri}`;
  if (wanted !== given) return `expected ${wanted}, got ${given}${stateOf(response)}`;
  return headerDifference(expected.headers ?? {}, response ?? request ?? {});
}

/** The router's own word for why it answered, if it did. */
function stateOf(response: Headed | undefined): string {
  const state = response?.headers?.['x-proxy-state']?.value;
  return state === undefined ? '' : ` (${state})`;
}

function headerDifference(expected: ExpectedHeaders, { headers = {} }: Headed): string | undefined {
  for (const [name, value] of Object.entries(expected)) {
    const got = headers[name]?.value ?? null;
    if (got !== value) return `expected ${said(name, value)}, got ${said(name, got)}`;
  }
  return undefined;
}

function said(name: string, value: string | null): string {
  return value === null ? `no header ${name}` : `header ${name} "${value}"`;
}
