import type { EdgeRequest } from 'cloudfront';
import { API } from '../../../core/wire/site-path.ts';
import { queryOf } from '../request/query.ts';

/**
 * The address of an endpoint of the concierge that leads back to the path of this request. It leads to `/` instead of a path that is
 * longer than 1,024 characters.
 */
export function callOf(request: EdgeRequest, endpoint: string): string {
  const to = (request.uri + queryOf(request)).slice(0, 1_025);
  return API + endpoint + '?to=' + encodeURIComponent(to);
}
