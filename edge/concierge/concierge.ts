import { toSeconds } from '../../core/time.ts';
import type { Milliseconds } from '../../core/wire/brands.ts';
import { notice } from './answers/notice.ts';
import type { Call } from './call.ts';
import { API, apexHost, type Desk, isOurs } from './desk.ts';
import { APEX_ENDPOINTS, APP_ENDPOINTS } from './endpoints/table.ts';
import { ProviderError } from './provider/fault.ts';

/** CloudFront waits for thirty seconds; a person does not. */
const PATIENCE: Milliseconds = 8_000;

/**
 * Answers a request to `/_proxy/api/`. It never throws and never answers 502 or 504: whatever fails is a reason in the log and a 503.
 * The host in the URL is the one that the viewer asked.
 */
export async function handle(request: Request, desk: Desk): Promise<Response> {
  const late = new AbortController();
  try {
    return await Promise.race([answerCall(request, desk), waitFor(PATIENCE, late.signal)]);
  } catch (error) {
    desk.report(error instanceof Error ? `${error.name}: ${error.message}` : 'unknown');
    const isAtProvider = error instanceof ProviderError && error.kind === 'unavailable';
    return notice(isAtProvider ? 'provider unavailable' : 'unavailable', request);
  } finally {
    late.abort();
  }
}

async function answerCall(request: Request, desk: Desk): Promise<Response> {
  const url = new URL(request.url);
  const host = url.hostname;
  const endpoints = host === apexHost(desk) ? APEX_ENDPOINTS : APP_ENDPOINTS;
  const endpoint =
    url.pathname.startsWith(API) && isOurs(desk, host)
      ? endpoints.get(url.pathname.slice(API.length))
      : undefined;
  if (endpoint === undefined) return notice('not found', request);
  if (request.method !== endpoint.method)
    return notice('wrong method', request, { headers: { allow: endpoint.method } });
  const call: Call = {
    request,
    host,
    query: url.searchParams,
    cookies: request.headers.get('cookie'),
    now: toSeconds(desk.clock.now()),
  };
  return await endpoint.answer(call, desk);
}

function waitFor(time: Milliseconds, signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const timer = setTimeout(() => reject(new Error(`no answer within ${time} ms`)), time);
    signal.addEventListener('abort', () => clearTimeout(timer));
  });
}
