import type { EdgeRequest } from 'cloudfront';

/**
 * Removes each header of a viewer that an app would take for one of the router: every `x-proxy-…`, and the others in spellings with
 * underscores. Servers that turn hyphens into underscores (CGI, WSGI, Rack) do so with every spelling of a name.
 */
export function removeForged(headers: EdgeRequest['headers']): void {
  // Compared first, because a call costs more, and searched, because a test costs four times as much.
  for (const name in headers)
    if (
      name > 'x-f' &&
      (name > 'x-p' || name.includes('_')) &&
      !name.search(/^x.(proxy.|forwarded.|request.id$)/)
    )
      delete headers[name];
}
