import type { EdgeRequest } from 'cloudfront';

/** The value of a header, or `''` if it is missing. */
export function headerOf(request: EdgeRequest, name: string): string {
  const header = request.headers[name];
  return header ? header.value : '';
}
