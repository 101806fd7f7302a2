/** The parts of an origin request that tests choose. */
interface OriginRequest {
  method?: string;
  uri?: string;
  query?: string;
  host?: string;
  headers?: Readonly<Record<string, readonly string[]>>;
  settings?: Readonly<Record<string, string>>;
}

/** An event as Lambda@Edge gets it at origin request (DG, "Lambda@Edge event structure"). */
export function originRequest({
  method = 'GET',
  uri = '/_proxy/api/start',
  query = '',
  host = 'shop.dev.example.com',
  headers = {},
  settings = {},
}: OriginRequest) {
  const all = { ...headers, 'x-proxy-host': [host] };
  return {
    Records: [
      {
        cf: {
          config: {
            distributionDomainName: 'd111111abcdef8.cloudfront.net',
            distributionId: 'EDFDVBD6EXAMPLE',
            eventType: 'origin-request',
            requestId: '4TyzHTaYWb1GX1qTfsHhEqV6HUDd_BzoBZnwfnvQc_1oF26ClkoUSEQ==',
          },
          request: {
            clientIp: '203.0.113.178',
            method,
            uri,
            querystring: query,
            headers: Object.fromEntries(
              Object.entries(all).map(([name, values]) => [
                name,
                values.map((value) => ({ key: name, value })),
              ]),
            ),
            origin: {
              s3: {
                authMethod: 'none',
                domainName: 'site.s3.us-east-1.amazonaws.com',
                path: '',
                region: 'us-east-1',
                customHeaders: Object.fromEntries(
                  Object.entries(settings).map(([name, value]) => [name, [{ key: name, value }]]),
                ),
              },
            },
          },
        },
      },
    ],
  };
}
