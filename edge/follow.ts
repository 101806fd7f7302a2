import type { EdgeRequest, OriginUpdate, ViewerRequestEvent } from 'cloudfront';
import cf from 'cloudfront';
import crypto from 'crypto';
import { FORMAT_VERSION, type WireHead, type WireOptions, type WireRuleOptions } from '../core/layout.ts';
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
  if (wire[0] !== FORMAT_VERSION || length < 0) return 'unreadable';
  const state = wire[3];
  const refusal = wire[5] && refusalOf(wire[5]);
  if (refusal) return refusal;
  if (state !== 'L' && state !== 'D') return closedNotice(state);
  const port = wire[6];
  // The commonest entry has one instance, one port and no more to say.
  if (typeof port === 'number') {
    if (wire.length < 9) return send(event, host, key, value.slice(length + 2, -2), port, wire[7], '/');
    return choose(event, host, key, value, wire, [port, '/']);
  }
  const rule = match(wire, event.request);
  if (typeof rule === 'string') return rule;
  return typeof rule[0] === 'string' ? closedNotice(rule[0]) : choose(event, host, key, value, wire, rule);
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
  // Text, whatever it is: for `constructor` every object has a function, which is no answer. An unknown name throws.
  return ('' + names[letter]) as NoticeName;
}

/** Sends the viewer to the backend that its hash picks, if any takes new viewers. */
function choose(
  event: ViewerRequestEvent,
  host: string,
  key: string,
  value: string,
  wire: WireHead,
  rule: Matched,
): EdgeRequest | NoticeName {
  let to = rule[0] as number | readonly number[];
  // More than nine elements describe a pool. Asking for one that is not there would cost twice as much.
  if (typeof to === 'number' && wire.length < 10) {
    return send(event, host, key, value.slice(wire[1] + 2, -2), to, wire[7], rule[1], rule[2]);
  }
  const all = wire[10] || [0];
  const viewer = viewerHash(event, rule[2] && rule[2].k);
  let seeds = all;
  let weights: number[] | undefined;
  if (typeof to !== 'number') {
    seeds = [];
    weights = [];
    for (let i = 0; i < to.length; i += 3) {
      (seeds as number[]).push(all[to[i] as number] as number);
      weights.push(wire[3] === 'D' ? 1 : (to[i + 2] as number));
    }
  }
  let instance = pickOf(viewer, seeds, weights);
  if (instance < 0) return 'draining';
  if (typeof to !== 'number') {
    const at = 3 * instance;
    instance = to[at] as number;
    to = to[at + 1] as number;
  }
  const width = wire[9] || 0;
  const from = wire[1] + 2 + instance * width;
  const record = width ? value.slice(from, from + width).trim() : value.slice(from, -2);
  return send(event, host, key, record, to, wire[7], rule[1], rule[2]);
}

/** 24 bits that stay the same for one viewer: of the app's own cookie, of the app-selection cookie, else of address and browser. */
function viewerHash(event: ViewerRequestEvent, sticky: string | undefined): number {
  const request = event.request;
  const cookie = (sticky && request.cookies[sticky]) || request.cookies[APP_COOKIE];
  const agent = request.headers['user-agent'];
  const key = (cookie && cookie.value) || event.viewer.ip + (agent ? agent.value : '');
  return parseInt(crypto.createHash('md5').update(key).digest('hex').slice(0, 6), 16);
}

/** Points the request at one instance. Every setting of the origin is said: what is left out would be inherited. */
function send(
  event: ViewerRequestEvent,
  host: string,
  key: string,
  record: string,
  port: number,
  token: string,
  prefix: string,
  options?: WireRuleOptions,
): EdgeRequest | NoticeName {
  const request = event.request;
  const blank = record.indexOf(' ', 11);
  const domainName = record.slice(blank + 1);
  const certName = options && options.t;
  // A token with something to encode could break out of its header, and what is no text never equals its encoding.
  // The commonest port is spared the call.
  if (
    encodeURIComponent(token) !== token ||
    (port !== 80 && !isOriginPort(port)) ||
    !isOriginName(domainName) ||
    (certName && (certName.length > 64 || !isOriginName(certName)))
  )
    return 'unreadable';
  // What a wildcard covers is the viewer's word, and CloudFront takes no empty label in a Host for the origin.
  if (key !== host && !isOriginName('a.' + host)) return 'invalid host';
  introduce(event, request, host);
  const origin: OriginUpdate = {
    domainName: domainName,
    hostHeader: host,
    customHeaders: token ? { 'x-proxy-token': token } : {},
    connectionAttempts: 2,
    timeouts: { connectionTimeout: 3, readTimeout: 60 },
    customOriginConfig: { port: port, protocol: certName ? 'https' : 'http', sslProtocols: ['TLSv1.2'] },
  };
  if (options && options.s && prefix !== '/') {
    request.headers['x-forwarded-prefix'] = { value: prefix.replace('=', '') };
    request.uri = pathBelow(prefix, request.uri);
  }
  if (certName) {
    // The certificate must carry the name: EC2's own names have none.
    origin.sni = certName;
    origin.allowedCertificateNames = [certName];
  }
  cf.updateRequestOrigin(origin);
  if (cf.logCustomData)
    cf.logCustomData('app=' + key + ' instance=' + record.slice(11, blank) + ' rule=' + prefix);
  return request;
}

/** What CloudFront takes for an origin, and EC2 for a public name: a DNS name that begins with a letter, as no address does. */
function isOriginName(name: string): boolean {
  return name.length < 254 && !name.search(/^[a-z][a-z0-9-]{0,62}(?:\.[a-z0-9][a-z0-9-]{0,62})+$/);
}
