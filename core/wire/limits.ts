/** The first and the last port that a CloudFront origin may have, besides 80 and 443 (DG, "Origin settings"). */
export const FIRST_PORT = 1_024;
export const LAST_PORT = 65_535;

/**
 * Limits of the services, each with its source. `DG` is the Amazon CloudFront Developer Guide, page
 * "Quotas"; `API` the CloudFront KeyValueStore API reference (2022-07-26).
 */
export const LIMITS = {
  /** Bytes of a function's code (DG). */
  functionBytes: 10_240,
  /** Bytes of one key (DG). */
  keyBytes: 512,
  /** Bytes of one value (DG: 1 KB). */
  valueBytes: 1_024,
  /** Bytes of keys and values in one store (DG: 5 MB). */
  storeBytes: 5_000_000,
  /** Keys in one UpdateKeys, puts and deletes together (DG). */
  updateKeys: 50,
  /** Bytes in one UpdateKeys (DG: 3 MB). */
  updateBytes: 3_000_000,
  /** Keys on one page of ListKeys (API). */
  listPage: 50,
  /** Bytes of a hostname in text form (RFC 1035 §2.3.4). */
  hostname: 253,
  /** Bytes of one label of a hostname (RFC 1035 §2.3.4). */
  label: 63,
  /** Characters of `cf.logCustomData` after URL encoding (DG, "General helper methods"). */
  logBytes: 800,
} as const;

/** Whether a CloudFront origin may have the port. */
export function isOriginPort(port: number): boolean {
  return port >= FIRST_PORT ? port <= LAST_PORT && !(port % 1) : port === 80 || port === 443;
}

/**
 * Seconds that an origin may take for its first byte, and between two bytes; a function may set them (DG, "Helper methods for
 * origin modification").
 */
export function isReadTimeout(seconds: number): boolean {
  return seconds >= 1 && seconds <= 120 && seconds % 1 === 0;
}
