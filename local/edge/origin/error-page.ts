import { readFileSync } from 'node:fs';
import { type ServerResponse, STATUS_CODES } from 'node:http';
import { escapeHtml } from '../../../core/html.ts';

/** The page that a viewer gets from the edge instead of an app. */
export interface ErrorPage {
  status: number;
  title: string;
  /** One or two sentences: the event and the remedy. */
  text: string;
  /** The technical reason. Shown because this edge is local. */
  reason?: string;
  /** Further facts that this machine knows. */
  hint?: string;
  /** A complete page instead of title and text. The reason takes the place of its first line. */
  html?: string;
}

/** The page that a deployment shows for an unreachable instance. */
export const UNREACHABLE = readFileSync(
  new URL('../../../portal/errors/unreachable.html', import.meta.url),
  'utf8',
);

/** `x-cache` of an origin's answer: nothing is cached. */
export const MISS_FROM_CLOUDFRONT = 'Miss from cloudfront';

/** `x-cache` of a failed request to an origin, and of every status from 400. */
export const ERROR_FROM_CLOUDFRONT = 'Error from cloudfront';

/** The page for every 502 and 504, including an app's own, as CloudFront's custom error response. */
export function unreachablePage(status: 502 | 504, reason: string): ErrorPage {
  return {
    status,
    title: 'Instance unreachable',
    text: 'The instance behind this name did not answer, or its app reported an error.',
    reason,
    html: UNREACHABLE,
  };
}

/** CloudFront's answer if the function fails (503) or returns an invalid value (502). */
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

/** CloudFront's answer if the Lambda@Edge function fails (503) or returns an invalid value (502). */
export function lambdaFailedPage(status: 502 | 503, reason: string): ErrorPage {
  return {
    status,
    title: 'The request could not be satisfied',
    text:
      status === 503
        ? 'The Lambda function associated with the CloudFront distribution failed or could not run.'
        : 'The Lambda function returned an invalid value.',
    reason,
  };
}

/** The page for a bug in this program. CloudFront has no such page. */
export function edgeFailedPage(reason: string): ErrorPage {
  return {
    status: 500,
    title: 'The local edge failed',
    text: 'This is a bug in the local edge server, not in your app.',
    reason,
  };
}

/** CloudFront's answer to a request that it refuses. */
export function refusedPage(status: 400 | 403 | 414, reason: string): ErrorPage {
  return {
    status,
    title: 'The request could not be satisfied',
    text: 'The edge refuses this request.',
    reason,
  };
}

/** Sends a page with the edge's own headers. Cuts the connection if an answer has already started. */
export function sendErrorPage(response: ServerResponse, page: ErrorPage, edgeHeaders: string[]): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const body = Buffer.from(printErrorPage(page));
  // Like the page in the bucket: the page uses the browser's cache to find out that the request was a GET.
  const cacheControl = page.html === undefined ? 'no-store' : 'no-cache';
  // A reason phrase may still be set by an answer that was not sent.
  response.writeHead(page.status, STATUS_CODES[page.status] ?? '', [
    ...['content-type', 'text/html; charset=utf-8', 'cache-control', cacheControl],
    ...['content-length', `${body.length}`, ...edgeHeaders],
  ]);
  response.end(body);
}

/** Prints the page as HTML and escapes every part. */
export function printErrorPage({ status, title, text, reason, hint, html }: ErrorPage): string {
  const told = [status, reason, hint].filter((each) => each !== undefined).join(' · ');
  const [first = '', ...rest] = escapeHtml(told).split('\n');
  if (html !== undefined) {
    const line = [`<b>${first}</b>`, ...rest].join('<br>');
    return html.replace(/<p id="status">.*<\/p>/, () => `<p id="status" data-told>${line}</p>`);
  }
  const small = `<p><small>${[first, ...rest].join('<br>')}</small></p>`;
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
