import type { EdgeRequest } from 'cloudfront';
import { headerOf } from './header.ts';

/** The port that the viewer wrote in the Host header, with its colon; `''` for the scheme's default port. */
export function portOf(request: EdgeRequest): string {
  const found = /:\d{1,5}$/.exec(headerOf(request, 'host'));
  return found ? found[0] : '';
}
