import type { EdgeRequest } from 'cloudfront';
import type { Hostname } from '../../../core/wire/brands.ts';
import { queryOf } from '../request/query.ts';
import { API } from '../request/site-path.ts';

/**
 * The address at which a person signs in, and then comes back to the path of this request. The concierge leads to `/` instead of a path
 * that is longer than 1,024 characters.
 */
export function startOf(request: EdgeRequest, host: Hostname): string {
  const to = (request.uri + queryOf(request)).slice(0, 1_025);
  return API + (host === BASE_DOMAIN ? 'sign-in' : 'start') + '?to=' + encodeURIComponent(to);
}
