import { isOriginPort, LIMITS } from '../../../core/wire/limits.ts';
import { headerNameFault, isFields, shown, valueFault } from './cloudfront-rules.ts';

/**
 * CloudFront's checks of the argument of `cf.updateRequestOrigin`. A fault is a 502 FunctionValidationError. Source: Developer
 * Guide, "Helper methods for origin modification" and "Add custom headers to origin requests".
 */

/** RFC 1123 labels. An underscore is legal in DNS and occurs in practice. */
const NAME = /^(?=.{1,253}$)[a-z0-9_](?:[a-z0-9_-]{0,62})(?:\.[a-z0-9_][a-z0-9_-]{0,62})*$/i;
const IPV4 = /^\d{1,3}(?:\.\d{1,3}){3}$/;

/** The range of each timeout in seconds. */
const TIMEOUTS: Readonly<Record<string, readonly [from: number, to: number]>> = {
  connectionTimeout: [1, 10],
  readTimeout: [1, 120],
  keepAliveTimeout: [1, 120],
  responseCompletionTimeout: [1, Number.MAX_SAFE_INTEGER],
};
const SSL_PROTOCOLS: readonly unknown[] = ['SSLv3', 'TLSv1', 'TLSv1.1', 'TLSv1.2'];
const IP_ADDRESS_TYPES: readonly unknown[] = [undefined, 'ipv4', 'ipv6', 'dualstack'];

/** Custom headers of one origin: their number, and characters of a name, of a value, and in total. */
const HEADER_LIMITS = { count: 30, name: 256, value: 1_783, total: 10_240 } as const;
const CERTIFICATE_LIMITS = { count: 20, name: 64 } as const;

/** Headers that cannot be custom headers, besides those that a function cannot set. */
const NOT_CUSTOM = new Set([
  'cache-control',
  'content-length',
  'cookie',
  'host',
  'if-match',
  'if-modified-since',
  'if-none-match',
  'if-range',
  'if-unmodified-since',
  'max-forwards',
  'pragma',
  'range',
  'request-range',
  'te',
  'transfer-encoding',
  'via',
]);

type OriginRule = (value: unknown, requestHeaders: Readonly<Record<string, unknown>>) => string | undefined;

const isFrom = (value: unknown, from: number, to: number): boolean =>
  typeof value === 'number' && Number.isInteger(value) && value >= from && value <= to;

function nameRule(field: string): OriginRule {
  return (value) => {
    if (typeof value === 'string' && IPV4.test(value))
      return `${field} is ${shown(value)}; an IP address is refused`;
    const isName = typeof value === 'string' && NAME.test(value);
    return isName
      ? undefined
      : `${field} is ${shown(value)}; expected a DNS name of at most ${LIMITS.hostname} characters, without a port`;
  };
}

function certificateNamesFault(value: unknown): string | undefined {
  const { count, name } = CERTIFICATE_LIMITS;
  const isList = Array.isArray(value) && value.length <= count;
  const isNames = isList && value.every((one) => typeof one === 'string' && one.length <= name);
  return isNames
    ? undefined
    : `origin.allowedCertificateNames is ${shown(value)}; expected at most ${count} names of at most ${name} characters`;
}

function originPathFault(value: unknown): string | undefined {
  const isPath = typeof value === 'string' && /^\/[^\s]{0,253}[^\s/]$/.test(value);
  return isPath
    ? undefined
    : `origin.originPath is ${shown(value)}; expected "/…" without a trailing slash, at most 255 characters`;
}

function customHeaderFault(name: string, value: unknown, requestHeaders: object): string | undefined {
  const field = `origin.customHeaders["${name}"]`;
  if (NOT_CUSTOM.has(name) || name.startsWith('x-amz-') || name.startsWith('proxy-'))
    return `${field}: CloudFront does not allow this custom header`;
  if (Object.hasOwn(requestHeaders, name))
    return `${field}: the request already has this header; delete it there first`;
  if (name.length > HEADER_LIMITS.name)
    return `${field}: a name has at most ${HEADER_LIMITS.name} characters`;
  const fault = headerNameFault('origin.customHeaders', name) ?? valueFault(field, value);
  if (fault !== undefined) return fault;
  const { length } = String(value);
  return length <= HEADER_LIMITS.value
    ? undefined
    : `${field} has ${length} characters; expected at most ${HEADER_LIMITS.value}`;
}

const customHeadersFault: OriginRule = (value, requestHeaders) => {
  if (!isFields(value)) return `origin.customHeaders is ${shown(value)}; expected names with plain strings`;
  const names = Object.keys(value);
  for (const name of names) {
    const fault = customHeaderFault(name, value[name], requestHeaders);
    if (fault !== undefined) return fault;
  }
  const total = names.reduce((sum, name) => sum + name.length + String(value[name]).length, 0);
  const { count, total: most } = HEADER_LIMITS;
  return names.length <= count && total <= most
    ? undefined
    : `origin.customHeaders: ${names.length} headers of ${total} characters; expected at most ${count} of ${most}`;
};

function timeoutsFault(value: unknown): string | undefined {
  if (!isFields(value)) return `origin.timeouts is ${shown(value)}; expected an object`;
  for (const name of Object.keys(value)) {
    const [from, to] = TIMEOUTS[name] ?? [];
    if (from === undefined || to === undefined) return `origin.timeouts.${name}: unknown timeout`;
    if (!isFrom(value[name], from, to))
      return `origin.timeouts.${name} is ${shown(value[name])}; expected ${from} to ${to} seconds`;
  }
  return undefined;
}

function customOriginFault(value: unknown): string | undefined {
  if (!isFields(value)) return `origin.customOriginConfig is ${shown(value)}; expected an object`;
  const { port, protocol, sslProtocols, ipAddressType } = value;
  const field = 'origin.customOriginConfig';
  if (typeof port !== 'number' || !isOriginPort(port))
    return `${field}.port is ${shown(port)}; expected 80, 443 or 1024–65535`;
  if (protocol !== 'http' && protocol !== 'https')
    return `${field}.protocol is ${shown(protocol)}; expected "http" or "https"`;
  const isList =
    Array.isArray(sslProtocols) &&
    sslProtocols.length > 0 &&
    sslProtocols.every((one) => SSL_PROTOCOLS.includes(one));
  if (!isList)
    return `${field}.sslProtocols is ${shown(sslProtocols)}; expected some of ${SSL_PROTOCOLS.join(', ')}`;
  return IP_ADDRESS_TYPES.includes(ipAddressType)
    ? undefined
    : `${field}.ipAddressType is ${shown(ipAddressType)}; expected "ipv4", "ipv6" or "dualstack"`;
}

function attemptsFault(value: unknown): string | undefined {
  return isFrom(value, 1, 3) ? undefined : `origin.connectionAttempts is ${shown(value)}; expected 1 to 3`;
}

/** The settings that this project uses. The helper has more (Origin Shield, OAC, mTLS), which our origins do not need. */
const RULES: Readonly<Record<string, OriginRule>> = {
  domainName: nameRule('origin.domainName'),
  hostHeader: nameRule('origin.hostHeader'),
  sni: nameRule('origin.sni'),
  allowedCertificateNames: certificateNamesFault,
  originPath: originPathFault,
  customHeaders: customHeadersFault,
  connectionAttempts: attemptsFault,
  timeouts: timeoutsFault,
  customOriginConfig: customOriginFault,
};

/**
 * Why CloudFront refuses an origin. Undefined if it accepts it.
 *
 * @param requestHeaders Headers of the request that the function returns.
 */
export function originFault(
  origin: unknown,
  requestHeaders: Readonly<Record<string, unknown>>,
): string | undefined {
  if (!isFields(origin)) return `origin is ${shown(origin)}; expected an object`;
  if (origin['domainName'] === undefined)
    return 'origin.domainName is missing, so the placeholder would be used';
  for (const name of Object.keys(origin)) {
    const rule = Object.hasOwn(RULES, name) ? RULES[name] : undefined;
    if (rule === undefined) return `origin.${name}: this project does not use this setting`;
    const fault = rule(origin[name], requestHeaders);
    if (fault !== undefined) return fault;
  }
  return undefined;
}
