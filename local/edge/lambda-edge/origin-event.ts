import type { EdgeRequest } from 'cloudfront';
import { DISTRIBUTION, splitTarget, type ViewerRequest } from '../function/edge-event.ts';
import { isDisallowed } from '../function/header-rules.ts';
import { originRequest } from '../origin/origin-request.ts';

/** A header in an event of Lambda@Edge: its name as it was sent, and one value. */
export interface SentHeader {
  key: string;
  value: string;
}

/** Headers by their names in lower case, with one element for each time that a header was sent. */
export type SentHeaders = Readonly<Record<string, readonly SentHeader[]>>;

/** The event of an origin request with a bucket as origin (Developer Guide, "Lambda@Edge event structure"). */
export interface OriginEvent {
  Records: [
    {
      cf: {
        config: {
          distributionDomainName: string;
          distributionId: string;
          eventType: 'origin-request';
          requestId: string;
        };
        request: {
          clientIp: string;
          headers: SentHeaders;
          method: string;
          origin: {
            s3: {
              authMethod: 'none';
              customHeaders: SentHeaders;
              domainName: string;
              path: string;
              region: string;
            };
          };
          querystring: string;
          uri: string;
        };
      };
    },
  ];
}

/** The origin of `/_proxy/api/*`: the site bucket. Under AllViewerExceptHostHeader its name is the Host of the request. */
const BUCKET = 'site.s3.us-east-1.amazonaws.com';

/**
 * Builds the event of an origin request: the viewer's request with the changes of the function at viewer request, and the custom
 * headers of the origin apart from the viewer's headers. The body is not included.
 */
export function originEvent(
  viewer: ViewerRequest,
  request: EdgeRequest,
  { customHeaders, hasBody }: { customHeaders: Readonly<Record<string, string>>; hasBody: boolean },
): OriginEvent {
  const { path, headers } = originRequest(viewer, request, { domainName: BUCKET }, hasBody);
  const { path: uri, query = '' } = splitTarget(path);
  return {
    Records: [
      {
        cf: {
          config: {
            distributionDomainName: viewer.distributionDomainName,
            distributionId: DISTRIBUTION,
            eventType: 'origin-request',
            requestId: viewer.id,
          },
          request: {
            clientIp: viewer.ip,
            headers: sentHeaders(pairsOf(headers).filter(([name]) => !isDisallowed(name.toLowerCase()))),
            method: viewer.method,
            origin: {
              s3: {
                authMethod: 'none',
                customHeaders: sentHeaders(Object.entries(customHeaders)),
                domainName: BUCKET,
                path: '',
                region: '',
              },
            },
            querystring: query,
            uri,
          },
        },
      },
    ],
  };
}

function sentHeaders(pairs: readonly (readonly [string, string])[]): SentHeaders {
  // Without a prototype, because a viewer may send a header named `constructor`.
  const headers: Record<string, SentHeader[]> = Object.create(null);
  for (const [key, value] of pairs) {
    const name = key.toLowerCase();
    headers[name] = [...(headers[name] ?? []), { key, value }];
  }
  return headers;
}

function pairsOf(flat: readonly string[]): [string, string][] {
  return flat.flatMap((name, i) => (i % 2 === 0 ? [[name, flat[i + 1] ?? ''] as [string, string]] : []));
}
