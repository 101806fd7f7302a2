import type { CanaryCase, Expected } from '../../custom-resources/publisher/canary-case.ts';

/** The parts of a request that differ between cases. */
export interface Asked {
  host: string;
  method?: 'GET' | 'POST';
  uri?: string;
  headers?: Readonly<Record<string, string>>;
  cookies?: Readonly<Record<string, string>>;
}

function buildEvent({
  host,
  method = 'GET',
  uri = '/',
  headers = {},
  cookies = {},
}: Asked): CanaryCase['event'] {
  return {
    version: '1.0',
    context: { eventType: 'viewer-request', requestId: 'canary' },
    viewer: { ip: '192.0.2.1' },
    request: {
      method,
      uri,
      querystring: {},
      headers: fieldsOf({ host, 'user-agent': 'canary', ...headers }),
      cookies: fieldsOf({ session: 'canary', ...cookies }),
    },
  };
}

function fieldsOf(values: Readonly<Record<string, string>>): Record<string, { value: string }> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value }]));
}

/** A case of the router. */
export function one(name: string, asked: Asked, expected: Expected): CanaryCase {
  return { name, event: buildEvent(asked), expected };
}

/** Headers of a browser that opens a page. */
export const NAVIGATION = {
  accept: 'text/html',
  'sec-fetch-site': 'none',
  'sec-fetch-mode': 'navigate',
  'sec-fetch-dest': 'document',
};

/** The redirect of a person without a session. */
export const startFor = (uri: string, endpoint = 'start'): Expected => ({
  status: 302,
  headers: { location: `/_proxy/api/${endpoint}?to=${encodeURIComponent(uri)}` },
});

/** The router answers itself, and says why. */
export function answered(status: number, state: string): Expected {
  return { status, headers: { 'x-proxy-state': state } };
}
