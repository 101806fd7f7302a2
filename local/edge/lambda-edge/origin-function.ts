import { STATUS_CODES } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EdgeRequest } from 'cloudfront';
import type { Milliseconds } from '../../../core/wire/brands.ts';
import { toBytes } from '../function/edge-event.ts';
import { lambdaFailedPage, unreachablePage } from '../origin/error-page.ts';
import type { Visit } from '../origin/visit.ts';
import { hasBody } from '../viewer-limits.ts';
import { customHeadersFault } from './custom-headers.ts';
import { type GeneratedAnswer, LambdaValidationError, parseGenerated } from './generated-answer.ts';
import { type OriginEvent, originEvent } from './origin-event.ts';

/** The Lambda@Edge function at origin request on `/_proxy/api/*`. */
export interface OriginFunction {
  /** Invokes the function. Rejects if it threw or could not run. */
  invoke(event: OriginEvent): Promise<unknown>;
  /** The custom headers of the origin, by which the function gets its settings. */
  customHeaders(): Promise<Readonly<Record<string, string>>>;
  /** The timeout of the function. */
  timeout: Milliseconds;
}

/** Answers a request by the function. CloudFront's own errors are 503 if it failed, and 502 if it returned an invalid value. */
export async function serveByFunction(
  origin: OriginFunction,
  request: EdgeRequest,
  visit: Visit,
): Promise<void> {
  try {
    const answer = parseGenerated(await run(origin, request, visit));
    if (!visit.response.destroyed) writeGenerated(answer, visit);
  } catch (error) {
    const invalid = error instanceof LambdaValidationError;
    const kind = invalid ? 'LambdaValidationError' : 'LambdaExecutionError';
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    visit.fail(lambdaFailedPage(invalid ? 502 : 503, reason), `${kind} from cloudfront`);
  }
}

async function run(origin: OriginFunction, request: EdgeRequest, visit: Visit): Promise<unknown> {
  const customHeaders = await origin.customHeaders();
  const fault = customHeadersFault(customHeaders);
  if (fault !== undefined) throw new RangeError(fault);
  const event = originEvent(visit.viewer, request, { customHeaders, hasBody: hasBody(visit.request) });
  const over = new AbortController();
  const { signal } = over;
  const late = sleep(origin.timeout, undefined, { signal, ref: false }).then(() => {
    throw new Error(`the function did not answer within ${origin.timeout} ms`);
  });
  try {
    return await Promise.race([origin.invoke(event), late]);
  } finally {
    // The wait ends with an error, which no one has to see.
    late.catch(() => {});
    over.abort();
  }
}

function writeGenerated({ status, statusDescription, headers, body }: GeneratedAnswer, visit: Visit): void {
  // The distribution has a page of its own for every 502 and 504.
  if (status === 502 || status === 504) {
    visit.fail(unreachablePage(status, `the function answered ${status}`));
    return;
  }
  const { response } = visit;
  const lines = headers.flatMap(({ key, value }) => [key, toBytes(value)]);
  const isEmpty = status === 204 || status === 304;
  if (!isEmpty) lines.push('content-length', `${body.length}`);
  lines.push(...visit.edgeHeaders('LambdaGeneratedResponse from cloudfront'));
  const phrase = statusDescription || (STATUS_CODES[status] ?? '');
  response.writeHead(status, toBytes(phrase), lines).end(isEmpty ? undefined : body);
}
