import type { EdgeRequest } from 'cloudfront';
import { headerOf } from './header.ts';

/** The port that the viewer wrote in the Host header, with its colon; `''` for the scheme's default port. */
export function portOf(request: EdgeRequest): string {
  const host = headerOf(request, 'host');
  // A regular expression costs four times as much as the check that shows whether it is needed.
  const found = host.includes(':') && /:\d{1,5}$/.exec(host);
  return found ? found[0] : '';
}
