import type { EdgeRequest, OriginUpdate, ViewerRequestEvent } from 'cloudfront';
import cf from 'cloudfront';
import crypto from 'crypto';
import { FORMAT_VERSION, type WireHead, type WireOptions } from '../core/layout.ts';
import { isOriginPort } from '../core/limits.ts';
import { pathBelow } from '../core/path.ts';
import { pickOf } from '../core/pick.ts';
import { APP_COOKIE, introduce } from './headers.ts';
import { areKnown, type Matched, match } from './match.ts';
import type { NoticeName } from './notice.ts';

/**
 * Follows one entry: the request pointed at an instance, or the name of the notice that says why not.
 *
 * The value is treated as hostile, but only what this request needs is looked at. What is not as `encodeEntry` writes it
 * is `unreadable`, and the caller takes whatever is thrown for that.
 */
export function follow(
  event: ViewerRequestEvent,
  host: string,
  key: string,
  value: string,
): EdgeRequest | NoticeName {
  const length = parseInt(value.slice(3, 6), 10);
  const wire = JSON.parse(value.slice(0, length) + ']') as WireHead;
  if (wire[0] !== FORMAT_VERSION) return 'unreadable';
  const state = wire[3];
  const refusal = wire[5] && refusalOf(wire[5]);
  if (refusal) return refusal;
  if (state !== 'L' && state !== 'D') return closedNotice(state);
  // The commonest entry has one port and no more to say.
  const rule: Matched | NoticeName =
    typeof wire[6] === 'number' ? [wire[6], '/'] : match(wire, event.request);
  if (typeof rule === 'string') return rule;
  const to = rule[0];
  if (typeof to === 'string') return closedNotice(to);
  let instance = 0;
  let port = to as number;
  if (wire[10]) {
    const chosen = choose(event, wire, rule);
    if (!chosen) return 'draining';
    instance = chosen[0] as number;
    port = chosen[1] as number;
  } else if (typeof to === 'object') {
    if (!to[2] && state === 'L') return 'draining';
    port = to[1] as number;
  }
  return send(event, host, key, recordOf(value, length + 2, wire[9], instance), port, rule, wire[7]);
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

/** The instance and port of a pool for this viewer; undefined when none takes new viewers. */
function choose(event: ViewerRequestEvent, wire: WireHead, rule: Matched): readonly number[] | undefined {
  const seeds = wire[10] as readonly number[];
  const to = rule[0];
  const viewer = viewerHash(event, rule[2] && rule[2].k);
  if (typeof to === 'number') return [pickOf(viewer, seeds), to];
  const flat = to as readonly number[];
  const own: number[] = [];
  const weights: number[] = [];
  for (let i = 0; i < flat.length; i += 3) {
    own.push(seeds[flat[i] as number] as number);
    weights.push(flat[i + 2] as number);
  }
  const at = 3 * pickOf(viewer, own, wire[3] === 'D' ? undefined : weights);
  return at < 0 ? undefined : [flat[at] as number, flat[at + 1] as number];
}

/** 24 bits that stay the same for one viewer: of the app's own cookie, of the app-selection cookie, else of address and browser. */
function viewerHash(event: ViewerRequestEvent, sticky: string | undefined): number {
  const request = event.request;
  const cookie = (sticky && request.cookies[sticky]) || request.cookies[APP_COOKIE];
  const agent = request.headers['user-agent'];
  const key = cookie ? cookie.value : event.viewer.ip + (agent ? agent.value : '');
  return parseInt(crypto.createHash('md5').update(key).digest('hex').slice(0, 6), 16);
}

/** One instance's record, cut out of the part of the value that was not parsed. */
function recordOf(
  value: string,
  from: number,
  starts: readonly number[] | undefined,
  instance: number,
): string {
  if (!starts) return value.slice(from, -2);
  const next = starts[instance + 1];
  return value.slice(from + (starts[instance] as number), next ? from + next - 1 : -2);
}

/** Points the request at one instance. Every setting of the origin is said: what is left out would be inherited. */
function send(
  event: ViewerRequestEvent,
  host: string,
  key: string,
  record: string,
  port: number,
  rule: Matched,
  token: string,
): EdgeRequest | NoticeName {
  const request = event.request;
  const blank = record.indexOf(' ', 11);
  const domainName = record.slice(blank + 1);
  if (!isOriginPort(port) || !isOriginName(domainName)) return 'unreadable';
  introduce(event, host);
  const prefix = rule[1];
  const options = rule[2];
  const origin: OriginUpdate = {
    domainName: domainName,
    hostHeader: host,
    customHeaders: token ? { 'x-proxy-token': token } : {},
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
  if (cf.logCustomData)
    cf.logCustomData('app=' + key + ' instance=' + record.slice(11, blank) + ' rule=' + prefix);
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
  return name.length < 254 && !name.search(/^[a-z][a-z0-9-]*(\.[a-z0-9-]+)+$/);
}
