import type { CanaryCase, ExpectedHeaders } from './canary-case.ts';

/**
 * Share of the allowed time in percent that a canary may take: from 71 on CloudFront "is likely to throttle"
 * (Developer Guide, "Test functions").
 */
export const UTILIZATION_LIMIT = 70;

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

/** What is wrong with the router's run of a case: case, expected, got. Undefined where it is as expected. */
export function faultOf(one: CanaryCase, { error, output, utilization }: RunResult): Fault | undefined {
  if (error) return { message: `case "${one.name}": the function failed: ${error}`, again: false };
  const got = outputOf(output);
  if (got === undefined)
    return { message: `case "${one.name}": the output is no JSON object: ${output}`, again: false };
  const difference = differenceOf(one, got);
  if (difference !== undefined) return { message: `case "${one.name}": ${difference}`, again: true };
  const share = Number(utilization || Number.NaN);
  if (share <= UTILIZATION_LIMIT) return undefined;
  return {
    message: `case "${one.name}": expected a compute utilization of at most ${UTILIZATION_LIMIT} %, got ${utilization}`,
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
