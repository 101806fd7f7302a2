import { asObject, isString, parseJson } from '../../../core/json.ts';

/** A request of a browser to an endpoint of sign-in. */
export interface Asked {
  /** The hostname that the browser asked. */
  host: string;
  path: string;
  /** Without `?`. */
  query?: URLSearchParams;
  /** The Cookie header. */
  cookies?: string;
}

/** An answer that the function made. */
export interface Answer {
  status: number;
  /** `x-proxy-state`, by which answers of one status differ. */
  state: string;
  /** Values by names in lower case. */
  headers: ReadonlyMap<string, readonly string[]>;
  body: string;
}

/** The event of an origin request (CloudFront Developer Guide, "Lambda@Edge event structure"), as the router and CloudFront make it. */
export function originRequest(
  { host, path, query, cookies }: Asked,
  settings: Readonly<Record<string, string>>,
): object {
  const headers = {
    accept: 'text/html',
    'user-agent': 'canary',
    'x-proxy-host': host,
    ...(cookies === undefined ? {} : { cookie: cookies }),
  };
  const request = {
    clientIp: '192.0.2.1',
    method: 'GET',
    uri: path,
    querystring: String(query ?? ''),
    headers: fieldsOf(headers),
    origin: {
      s3: {
        authMethod: 'none',
        customHeaders: fieldsOf(settings),
        domainName: 'canary.invalid',
        path: '',
        region: 'us-east-1',
      },
    },
  };
  const config = { distributionId: 'CANARY', eventType: 'origin-request', requestId: 'canary' };
  return { Records: [{ cf: { config, request } }] };
}

function fieldsOf(values: Readonly<Record<string, string>>): object {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, [{ key, value }]]));
}

/** Parses the result of a function at origin request; undefined unless it is an answer. */
export function parseAnswer(payload: string): Answer | undefined {
  const { status, headers, body } = asObject(parseJson(payload));
  if (!isString(status) || !/^[1-5]\d\d$/.test(status)) return undefined;
  const fields = Object.entries(asObject(headers)).map(([name, list]) => [name, valuesOf(list)] as const);
  const all = new Map(fields);
  const [state = ''] = all.get('x-proxy-state') ?? [];
  return { status: Number(status), state, headers: all, body: isString(body) ? body : '' };
}

function valuesOf(list: unknown): string[] {
  return (Array.isArray(list) ? list : []).map((each) => asObject(each)['value']).filter(isString);
}
