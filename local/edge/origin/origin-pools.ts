import { isIPv6 } from 'node:net';
import type { OriginUpdate } from 'cloudfront';
import { buildConnector, Pool } from 'undici';
import type { Endpoint } from '../../ports.ts';

/** Stands for DNS: the current address of a public name and port, or `undefined`. */
export type Resolve = (domainName: string, port: number) => Endpoint | undefined;

/** CloudFront's defaults in seconds (Developer Guide, "Origin settings"). */
const DEFAULTS = {
  connectionTimeout: 10,
  readTimeout: 30,
  keepAliveTimeout: 5,
  connectionAttempts: 3,
} as const;

/** The most bytes of a response's head. More is a 502. */
const MAX_RESPONSE_HEAD = 32_768;

interface Held {
  pool: Pool;
  address: Endpoint;
  origin: OriginUpdate;
}

/** Keep-alive connections to origins: one undici pool for each origin with its connection settings. */
export class OriginPools {
  readonly #resolve: Resolve;
  readonly #held = new Map<string, Held>();
  readonly #closing = new Set<Pool>();

  constructor(resolve: Resolve) {
    this.#resolve = resolve;
  }

  /** The pool for an origin, or `undefined` if its name does not resolve to an address of the origin's type. */
  getPool(origin: OriginUpdate): Pool | undefined {
    const address = this.#find(origin);
    const key = poolKey(origin);
    const held = this.#held.get(key);
    if (held && isSameEndpoint(held.address, address)) return held.pool;
    this.#closeVanished();
    if (address === undefined) return undefined;
    const pool = openPool(origin, address);
    this.#held.set(key, { pool, address, origin });
    return pool;
  }

  /** The number of origins with a pool. */
  get size(): number {
    return this.#held.size;
  }

  /** Closes every connection. */
  async dispose(): Promise<void> {
    const pools = [...[...this.#held.values()].map(({ pool }) => pool), ...this.#closing];
    this.#held.clear();
    await Promise.all(pools.map((pool) => pool.destroy()));
  }

  /** CloudFront uses the addresses of one family, IPv4 by default (Developer Guide, "Helper methods for origin modification"). */
  #find(origin: OriginUpdate): Endpoint | undefined {
    const found = this.#resolve(origin.domainName, originPort(origin));
    const type = addressType(origin);
    const isUsable = found && (type === 'dualstack' || isIPv6(found.host) === (type === 'ipv6'));
    return isUsable ? found : undefined;
  }

  /** Closes the pools whose name has moved to another address. Current requests may finish. */
  #closeVanished(): void {
    for (const [key, { pool, address, origin }] of this.#held) {
      if (isSameEndpoint(address, this.#find(origin))) continue;
      this.#held.delete(key);
      this.#closing.add(pool);
      void pool.close().finally(() => this.#closing.delete(pool));
    }
  }
}

/** The number of attempts: more than one only for GET and HEAD (Developer Guide, "Origin response timeout"). */
export function allowedAttempts(origin: OriginUpdate, method: string): number {
  if (method !== 'GET' && method !== 'HEAD') return 1;
  return origin.connectionAttempts ?? DEFAULTS.connectionAttempts;
}

/** The longest wait for the first byte and between two packets, in milliseconds. */
export function readTimeout(origin: OriginUpdate): number {
  return (origin.timeouts?.readTimeout ?? DEFAULTS.readTimeout) * 1000;
}

function originPort(origin: OriginUpdate): number {
  return origin.customOriginConfig?.port ?? (originScheme(origin) === 'https' ? 443 : 80);
}

/** The type of address by which CloudFront reaches the origin. */
export function addressType(origin: OriginUpdate): 'ipv4' | 'ipv6' | 'dualstack' {
  return origin.customOriginConfig?.ipAddressType ?? 'ipv4';
}

function originScheme(origin: OriginUpdate): 'http' | 'https' {
  return origin.customOriginConfig?.protocol ?? 'http';
}

/** The name that the origin's certificate must have. */
function servernameOf(origin: OriginUpdate): string {
  return origin.sni ?? origin.hostHeader ?? origin.domainName;
}

function poolKey(origin: OriginUpdate): string {
  const scheme = originScheme(origin);
  const tls = scheme === 'https' ? servernameOf(origin) : '';
  const { connectionTimeout, keepAliveTimeout } = origin.timeouts ?? {};
  return `${scheme} ${addressType(origin)} ${origin.domainName} ${originPort(origin)} ${connectionTimeout} ${keepAliveTimeout} ${tls}`;
}

function openPool(origin: OriginUpdate, address: Endpoint): Pool {
  const { connectionTimeout, keepAliveTimeout } = { ...DEFAULTS, ...origin.timeouts };
  const connect = buildConnector({ timeout: connectionTimeout * 1000 });
  const host = address.host.includes(':') ? `[${address.host}]` : address.host;
  return new Pool(`${originScheme(origin)}://${host}:${address.port}`, {
    keepAliveTimeout: keepAliveTimeout * 1000,
    maxHeaderSize: MAX_RESPONSE_HEAD,
    // Otherwise undici would use the Host header and open a connection for each host.
    connect: (options, callback) => connect({ ...options, servername: servernameOf(origin) }, callback),
  });
}

function isSameEndpoint(one: Endpoint, other: Endpoint | undefined): boolean {
  return other !== undefined && one.host === other.host && one.port === other.port;
}
