import type { ViewerRequest, ViewerRequestEvent } from 'cloudfront';

/** A GET of `https://shop.dev.example.com/cart?id=1` as a viewer-request function gets it, with changes. */
export function viewerRequestEvent(request: Partial<ViewerRequest> = {}): ViewerRequestEvent {
  return {
    version: '1.0',
    context: {
      distributionDomainName: 'd111111abcdef8.cloudfront.net',
      distributionId: 'EDFDVBD6EXAMPLE',
      eventType: 'viewer-request',
      requestId: 'request-1',
    },
    viewer: { ip: '192.0.2.7' },
    request: {
      method: 'GET',
      uri: '/cart',
      querystring: { id: { value: '1' } },
      headers: { host: { value: 'shop.dev.example.com' }, accept: { value: 'text/html' } },
      cookies: { theme: { value: 'dark' } },
      rawQueryString: () => 'id=1',
      ...request,
    },
  };
}
