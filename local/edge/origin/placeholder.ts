import type { OriginUpdate } from 'cloudfront';

/** The settings of the default behaviour's placeholder origin (infra/edge/edge-distribution.ts). Viewers of this edge use http. */
const PLACEHOLDER = {
  customHeaders: { 'X-Forwarded-Proto': 'http' },
  connectionAttempts: 2,
  timeouts: { connectionTimeout: 3, readTimeout: 60, keepAliveTimeout: 4 },
} as const satisfies Partial<OriginUpdate>;

/** The origin that a function has chosen, with the settings of the placeholder that it omits. */
export function withInherited(chosen: OriginUpdate): OriginUpdate {
  return { ...PLACEHOLDER, ...chosen, timeouts: { ...PLACEHOLDER.timeouts, ...chosen.timeouts } };
}
