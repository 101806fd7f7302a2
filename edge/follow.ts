import crypto from 'node:crypto';
import type { EdgeRequest, EdgeResponse, ViewerRequestEvent } from 'cloudfront';
import cf from 'cloudfront';
import { FORMAT_VERSION, type WireInstance, type WireOptions, type WireRule } from '../core/entry.ts';
import { isOriginPort } from '../core/limits.ts';
import { pathBelow } from '../core/path.ts';
import { pickOf } from '../core/pick.ts';
import { tell } from './answer.ts';
import { APP_COOKIE, introduce, TOKEN_HEADER } from './headers.ts';
import { areKnown, match } from './match.ts';
import type { NoticeName } from './notice.ts';

/**
 * Follows one entry: the request pointed at an instance, or the answer that says why not.
 *
 * The value is treated as hostile, but only what this request needs is looked at: decoding all of it would cost
 * every request. What is not as `encodeEntry` writes it makes the entry `unreadable`; so does anything thrown here.
 */
export function follow(
  event: ViewerRequestEvent,
  host: string,
  key: string,
  value: string,
): EdgeRequest | EdgeResponse {
  const request = event.request;
  const wire: unknown = JSON.parse(value);
  if (!Array.isArray(wire) || wire[0] !== FORMAT_VERSION) return tell('unreadable', request, host);
  const serving = wire[2] === 'L' || wire[2] === 'D';
  const refusal = refusalOf(wire[serving ? 7 : 5]);
  if (refusal !== undefined) return tell(refusal, request, host);
  if (!serving) return tell(closedNotice(wire[2]), request, host);
  const rule = match(wire[5], request);
  if (typeof rule === 'string') return tell(rule, request, host);
  if (typeof rule[1] === 'string') return tell(closedNotice(rule[1]), request, host);
  const at = backendOf(event, wire, rule);
  if (at < 0) return tell('draining', request, host);
  return send(event, host, key, wire, rule, at);
}

/** Why an entry's options forbid following it. Options that this version does not know forbid it. */
function refusalOf(options: unknown): NoticeName | undefined {
  if (options === undefined) return undefined;
  if (!areKnown(options, 'e')) return 'unreadable';
  const expiry = (options as WireOptions).e;
  if (typeof expiry !== 'number') return 'unreadable';
  return Date.now() < expiry * 1000 ? undefined : 'expired';
}

function closedNotice(letter: unknown): NoticeName {
  switch (letter) {
    case 'S':
      return 'starting';
    case 'A':
      return 'asleep';
    case 'W':
      return 'waking';
    case 'M':
      return 'maintenance';
    case 'C':
      return 'conflict';
    default:
      return 'unreadable';
  }
}

/** Where in the rule's flat list of backends the chosen one begins; -1 when none takes new viewers. */
function backendOf(event: ViewerRequestEvent, wire: readonly unknown[], rule: WireRule): number {
  const flat = rule[1] as readonly number[];
  const draining = wire[2] === 'D';
  if (flat.length < 4) return flat.length < 3 || draining || Number(flat[2]) > 0 ? 0 : -1;
  const instances = wire[4] as readonly WireInstance[];
  const seeds: number[] = [];
  const weights: number[] = [];
  for (let i = 0; i < flat.length; i += 3) {
    const instance = instances[Number(flat[i])] as WireInstance;
    seeds.push(Number(instance[3]));
    weights.push(draining ? 1 : Number(flat[i + 2]));
  }
  const options = rule[2];
  return 3 * pickOf(viewerHash(event, options === undefined ? undefined : options.k), seeds, weights);
}

/** 32 bits that stay the same for one viewer: of the app's own cookie, of the app-selection cookie, else of address and browser. */
function viewerHash(event: ViewerRequestEvent, sticky: string | undefined): number {
  const cookies = event.request.cookies;
  const own = sticky === undefined ? undefined : cookies[sticky];
  const cookie = own === undefined ? cookies[APP_COOKIE] : own;
  const agent = event.request.headers['user-agent'];
  const key =
    cookie !== undefined ? cookie.value : event.viewer.ip + (agent === undefined ? '' : agent.value);
  return parseInt(crypto.createHash('md5').update(key).digest('hex').slice(0, 8), 16);
}

/** Points the request at one backend, every setting of the origin said: what is left out would be inherited. */
function send(
  event: ViewerRequestEvent,
  host: string,
  key: string,
  wire: readonly unknown[],
  rule: WireRule,
  at: number,
): EdgeRequest | EdgeResponse {
  const request = event.request;
  const flat = rule[1] as readonly number[];
  const instance = (wire[4] as readonly WireInstance[])[Number(flat[at])] as WireInstance;
  const port = flat.length === 1 ? 80 : Number(flat[at + 1]);
  const domainName = instance[2];
  if (!isOriginPort(port) || !isDnsName(domainName)) return tell('unreadable', request, host);
  introduce(event, host);
  const options = rule[2];
  if (options !== undefined && options.s === 1 && rule[0] !== '/') {
    request.headers['x-forwarded-prefix'] = { value: rule[0].replace('=', '') };
    request.uri = pathBelow(rule[0], request.uri);
  }
  const certName = options === undefined ? undefined : options.t;
  const token = wire[6];
  cf.updateRequestOrigin({
    domainName: domainName,
    hostHeader: host,
    sni: certName === undefined ? domainName : certName,
    allowedCertificateNames: certName === undefined ? [] : [certName],
    originPath: '',
    customHeaders: typeof token === 'string' && token !== '' ? { [TOKEN_HEADER]: token } : {},
    connectionAttempts: 2,
    timeouts: { connectionTimeout: 3, readTimeout: 60, keepAliveTimeout: 4 },
    customOriginConfig: {
      port: port,
      protocol: certName === undefined ? 'http' : 'https',
      sslProtocols: ['TLSv1.2'],
    },
  });
  if (cf.logCustomData !== undefined) cf.logCustomData(`app=${key} instance=${instance[0]} rule=${rule[0]}`);
  return request;
}

/** CloudFront refuses an origin that is an address; its last label would begin with a digit. */
function isDnsName(name: unknown): name is string {
  return typeof name === 'string' && name.length <= 253 && /^(?:[a-z0-9-]+\.)+[a-z][a-z0-9-]*$/i.test(name);
}
