import type { EdgeRequest } from 'cloudfront';

/** The query string with its `?`, byte for byte; a test event may have none. */
export function queryOf(request: EdgeRequest): string {
  const query = request.rawQueryString && request.rawQueryString();
  return query ? '?' + query : '';
}
