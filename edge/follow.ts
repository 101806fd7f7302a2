import type { EdgeRequest, OriginUpdate, ViewerRequestEvent } from 'cloudfront';
import cf from 'cloudfront';
import crypto from 'crypto';
import { FORMAT_VERSION, type WireInstance, type WireOptions, type WireRule } from '../core/layout.ts';
import { isOriginPort } from '../core/limits.ts';
import { pathBelow } from '../core/path.ts';
import { pickOf } from '../core/pick.ts';
import { APP_COOKIE, introduce } from './headers.ts';
import { areKnown, match } from './match.ts';
import type { NoticeName } from './notice.ts';

type Wire = readonly [
  1,
  string,
  string,
  number,
  readonly WireInstance[],
  readonly WireRule[],
  string,
  WireOptions?,
];

/**
 * Follows one entry: the request pointed at an instance, or the name of the notice that says why not.
 *
 * The value is treated as hostile, but only what this request needs is looked at: decoding all of it would cost every
 * request. What is not as `encodeEntry` writes it is `unreadable`, and the caller takes whatever is thrown for that.
 */
export function follow(
  event: ViewerRequestEvent,
  host: string,
  key: string,
  value: string,
): EdgeRequest | NoticeName {
  const wire = JSON.parse(value) as Wire;
  if (wire[0] !== FORMAT_VERSION) return 'unreadable';
  const state = wire[2];
  const serving = state === 'L' || state === 'D';
  const options = wire[serving ? 7 : 5] as WireOptions | undefined;
  const refusal = options ? refusalOf(options) : undefined;
  if (refusal) return refusal;
  if (!serving) return closedNotice(state);
  const rule = match(wire[5], event.request);
  if (typeof rule === 'string') return rule;
  if (typeof rule[1] === 'string') return closedNotice(rule[1]);
  const at = rule[1].length > 2 ? backendAt(event, wire, rule) : 0;
  return at < 0 ? 'draining' : send(event, host, key, wire, rule, at);
}

/** Why an entry's options forbid following it. Those that this version does not know forbid it. */
function refusalOf(options: WireOptions): NoticeName | undefined {
  if (!areKnown(options, 'e') || typeof options.e !== 'number') return 'unreadable';
  return Date.now() < options.e * 1000 ? undefined : 'expired';
}

function closedNotice(letter: string): NoticeName {
  const names: Record<string, NoticeName> = {
    S: 'starting',
    A: 'asleep',
    W: 'waking',
    M: 'maintenance',
    C: 'conflict',
  };
  return names[letter] || 'unreadable';
}

/** Where in the rule's flat list the chosen backend begins; negative when none takes new viewers. */
function backendAt(event: ViewerRequestEvent, wire: Wire, rule: WireRule): number {
  const flat = rule[1] as readonly number[];
  const draining = wire[2] === 'D';
  const seeds: number[] = [];
  const weights: number[] = [];
  for (let i = 0; i < flat.length; i += 3) {
    seeds.push((wire[4][flat[i] as number] as WireInstance)[3] as number);
    weights.push(draining ? 1 : (flat[i + 2] as number));
  }
  return 3 * pickOf(viewerHash(event, rule[2] && rule[2].k), seeds, weights);
}

/** 32 bits that stay the same for one viewer: of the app's own cookie, of the app-selection cookie, else of address and browser. */
function viewerHash(event: ViewerRequestEvent, sticky: string | undefined): number {
  const request = event.request;
  const cookie = (sticky && request.cookies[sticky]) || request.cookies[APP_COOKIE];
  const agent = request.headers['user-agent'];
  const key = cookie ? cookie.value : event.viewer.ip + (agent ? agent.value : '');
  return parseInt(crypto.createHash('md5').update(key).digest('hex').slice(0, 8), 16);
}

/** Points the request at one backend. Every setting of the origin is said: what is left out would be inherited. */
function send(
  event: ViewerRequestEvent,
  host: string,
  key: string,
  wire: Wire,
  rule: WireRule,
  at: number,
): EdgeRequest | NoticeName {
  const request = event.request;
  const flat = rule[1] as readonly number[];
  const instance = wire[4][flat[at] as number] as WireInstance;
  const port = flat.length > 1 ? (flat[at + 1] as number) : 80;
  const domainName = instance[2];
  if (!isOriginPort(port) || !isOriginName(domainName)) return 'unreadable';
  introduce(event, host);
  const options = rule[2];
  const prefix = rule[0];
  const origin: OriginUpdate = {
    domainName: domainName,
    hostHeader: host,
    customHeaders: wire[6] ? { 'x-proxy-token': wire[6] } : {},
    connectionAttempts: 2,
    timeouts: { connectionTimeout: 3, readTimeout: 60 },
    customOriginConfig: { port: port, protocol: 'http', sslProtocols: ['TLSv1.2'] },
  };
  if (options) {
    if (options.s && prefix !== '/') {
      request.headers['x-forwarded-prefix'] = { value: prefix.replace('=', '') };
      request.uri = pathBelow(prefix, request.uri);
    }
    if (options.t) secure(origin, options.t);
  }
  cf.updateRequestOrigin(origin);
  if (cf.logCustomData) cf.logCustomData('app=' + key + ' instance=' + instance[0] + ' rule=' + prefix);
  return request;
}

/** https to the origin, whose certificate must carry `name`: EC2's own names have none. */
function secure(origin: OriginUpdate, name: string): void {
  origin.sni = name;
  origin.allowedCertificateNames = [name];
  (origin.customOriginConfig as { protocol: string }).protocol = 'https';
}

/** What CloudFront takes for an origin, and EC2 for a public name: a DNS name that begins with a letter, as no address does. */
function isOriginName(name: string): boolean {
  return name >= 'a' && name.length < 254 && name.search(/[^a-z0-9.-]/) < 0 && name.indexOf('..') < 0;
}
