import type { EdgeRequest, EdgeResponse, ViewerRequestEvent } from 'cloudfront';
import cf from 'cloudfront';
import { hostnameOf, WILDCARD_STEPS, wildcardAbove } from '../core/hostname.ts';
import { redirect, tell } from './answer.ts';
import { appOf, queryOf } from './bare.ts';
import { follow } from './follow.ts';
import { baseDomain, originOf } from './place.ts';

const kvs = cf.kvs();

/**
 * The CloudFront Function at viewer request: reads one key for an exact hostname (one more for each step that a
 * wildcard climbs) and sends the viewer to the right instance, or says why not.
 *
 * It never throws and never falls through: the default origin is a placeholder that no request may reach.
 */
async function handler(event: ViewerRequestEvent): Promise<EdgeRequest | EdgeResponse> {
  const request = event.request;
  let host = '';
  try {
    host = hostOf(request);
    const place = placeOf(event, host);
    if (typeof place !== 'string') return place;
    let key = place;
    for (let step = 0; key !== '' && step <= WILDCARD_STEPS; step++) {
      const value = await readKey(key);
      if (value !== '') return answerFrom(event, host, key, value);
      key = wildcardAbove(key, baseDomain);
    }
    return tell('unknown', request, host);
  } catch (error) {
    console.log(`fault ${error}`);
    return tell('fault', request, host);
  }
}

function hostOf(request: EdgeRequest): string {
  const header = request.headers['host'];
  return header === undefined ? '' : hostnameOf(header.value);
}

/** The key to read, or what needs no key: our own pages, the choice of an app, a host that can't exist. */
function placeOf(event: ViewerRequestEvent, host: string): string | EdgeRequest | EdgeResponse {
  const request = event.request;
  if (host === '' || !request.uri.startsWith('/')) return tell('badhost', request, host);
  if (baseDomain !== '' && host !== baseDomain)
    return request.uri.startsWith('/_proxy/') ? tell('nopath', request, host) : host;
  if (request.uri.startsWith('/_proxy/')) return portal(request);
  return baseDomain === '' ? appOf(event, host) : apex(request, host);
}

/** Our own files lie in the site bucket, the origin of this behaviour; S3 knows no index documents. */
function portal(request: EdgeRequest): EdgeRequest {
  if (request.uri.endsWith('/')) request.uri += 'index.html';
  return request;
}

function apex(request: EdgeRequest, host: string): EdgeResponse {
  if (request.uri === '/' || request.uri === '/@' || request.uri === '/_proxy') return redirect('/_proxy/');
  const found = /^\/@([^/]+)(\/.*)?$/.exec(request.uri);
  const app = found === null ? '' : hostnameOf(String(found[1]));
  if (found === null || app === '' || app.includes('.')) return tell('unknown', request, host);
  const rest = found[2] === undefined ? '/' : found[2];
  return redirect(originOf(`${app}.${baseDomain}`, request) + rest + queryOf(request));
}

/** `''` when there is none: the store rejects a key that does not exist. */
async function readKey(key: string): Promise<string> {
  try {
    return await kvs.get(key);
  } catch (_missing) {
    return '';
  }
}

function answerFrom(
  event: ViewerRequestEvent,
  host: string,
  key: string,
  value: string,
): EdgeRequest | EdgeResponse {
  try {
    return follow(event, host, key, value);
  } catch (error) {
    console.log(`unreadable ${key} ${error}`);
    return tell('unreadable', event.request, host);
  }
}

export { handler };
