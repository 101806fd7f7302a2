import { readFileSync } from 'node:fs';
import { type ServerResponse, STATUS_CODES } from 'node:http';

/** What a viewer sees when the edge, not an app, has the last word. */
export interface ErrorPage {
  status: number;
  title: string;
  /** One or two sentences: what happened, and what to do about it. */
  text: string;
  /** Why, in the words of the failing part; shown because this edge is local. */
  reason?: string;
  /** What this machine knows beside it. */
  hint?: string;
  /** A whole page that says it better than title and text; the reason is put at its end. */
  html?: string;
}

/** What a deployment shows for it: the very page. */
export const UNREACHABLE = readFileSync(
  new URL('../../../portal/errors/unreachable.html', import.meta.url),
  'utf8',
);

/** `x-cache` of an answer that an origin gave, since nothing is ever cached. */
export const MISS_FROM_CLOUDFRONT = 'Miss from cloudfront';

/** `x-cache` of everything that went wrong on the way to an origin, and of every status from 400 up. */
export const ERROR_FROM_CLOUDFRONT = 'Error from cloudfront';

/** Shown for every 502 and 504, the app's own included: CloudFront's custom error response does the same. */
export function unreachablePage(status: 502 | 504, reason: string): ErrorPage {
  return {
    status,
    title: 'Instance unreachable',
    text: 'The instance behind this name did not answer, or its app said so itself.',
    reason,
    html: UNREACHABLE,
  };
}

/** CloudFront's answer when the function fails (503) or returns what is not allowed (502). */
export function functionFailedPage(status: 502 | 503, reason: string): ErrorPage {
  return {
    status,
    title: 'The request could not be satisfied',
    text:
      status === 503
        ? 'The CloudFront function associated with the CloudFront distribution is invalid or could not run.'
        : 'The CloudFront function returned an invalid value.',
    reason,
  };
}

/** Nothing that CloudFront would say: this program has a fault. */
export function edgeFailedPage(reason: string): ErrorPage {
  return {
    status: 500,
    title: 'The local edge failed',
    text: 'This is a fault of the edge server itself.',
    reason,
  };
}

/** CloudFront's answer to a request that it does not take. */
export function refusedPage(status: 400 | 403 | 414, reason: string): ErrorPage {
  return {
    status,
    title: 'The request could not be satisfied',
    text: 'The edge refuses this request.',
    reason,
  };
}

/** Sends `page` with the edge's own headers; where an answer is under way already, cuts it off instead. */
export function sendErrorPage(response: ServerResponse, page: ErrorPage, edgeHeaders: string[]): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const body = Buffer.from(printErrorPage(page));
  // As the page in the bucket says: what a browser has stored of a GET is how the page knows that it was one.
  const cacheControl = page.html === undefined ? 'no-store' : 'no-cache';
  // A reason phrase of an answer that could not be sent may still be set.
  response.writeHead(page.status, STATUS_CODES[page.status] ?? '', [
    ...['content-type', 'text/html; charset=utf-8', 'cache-control', cacheControl],
    ...['content-length', `${body.length}`, ...edgeHeaders],
  ]);
  response.end(body);
}

/** The page as HTML, with every part of it escaped. */
export function printErrorPage({ status, title, text, reason, hint, html }: ErrorPage): string {
  const told = [status, reason, hint].filter((each) => each !== undefined).join(' · ');
  const small = `<p><small>${escapeHtml(told).replaceAll('\n', '<br>')}</small></p>`;
  if (html !== undefined) return html.replace('</main>', () => `${small}</main>`);
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${status} ${escapeHtml(title)}</title>
<style>
body { max-width: 36rem; margin: 15vh auto; padding: 0 1rem; font: 1rem/1.5 system-ui, sans-serif; color-scheme: light dark }
small { opacity: 0.7 }
</style>
<h1>${escapeHtml(title)}</h1>
<p>${escapeHtml(text)}</p>
${small}
</html>
`;
}

/** Text that no HTML can come out of. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
