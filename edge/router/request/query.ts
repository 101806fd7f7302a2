import type { EdgeRequest } from 'cloudfront';

/** The query string with its `?`, byte for byte. A test event may have no query string. */
export function queryOf(request: EdgeRequest): string {
  const query = request.rawQueryString && request.rawQueryString();
  return query ? '?' + query : '';
}
