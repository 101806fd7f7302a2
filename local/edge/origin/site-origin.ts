import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type KeptHeaders, keptHeadersOf } from '../../s3/s3-folder.ts';
import { toBytes, viewerResponseEvent } from '../function/edge-event.ts';
import type { HeadersFunction } from '../function/edge-function.ts';
import { type ErrorPage, functionFailedPage, MISS_FROM_CLOUDFRONT } from './error-page.ts';
import type { Visit } from './visit.ts';

/** Answers instead of the bucket. The edge's own headers are already set on `response`. */
export type SiteHandler = (
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
) => void | Promise<void>;

/** The stand-in for the S3 site bucket: a folder whose files are its objects (`_proxy/index.html`), or a handler. */
export type SiteOrigin = string | SiteHandler;

/** `Content-Type` by extension, as an upload sets it. */
const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
};

/** The behaviour `/_proxy/*`. */
export interface SiteBehaviour {
  /** Its origin. */
  site: SiteOrigin;
  /** The function at viewer response. As on CloudFront, it does not run for a status of 400 or more. */
  siteHeaders?: HeadersFunction;
}

/** Answers from the site. Like S3, it needs the exact key and has no index documents. A handler answers without the function. */
export async function serveSite(
  { site, siteHeaders }: SiteBehaviour,
  path: string,
  visit: Visit,
): Promise<void> {
  if (typeof site === 'string') {
    await serveFile(site, siteHeaders, path, visit);
    return;
  }
  for (const [name, value] of pairs(visit.edgeHeaders(MISS_FROM_CLOUDFRONT))) {
    visit.response.setHeader(name, value);
  }
  await site(path, visit.request, visit.response);
}

async function serveFile(
  folder: string,
  siteHeaders: HeadersFunction | undefined,
  path: string,
  visit: Visit,
): Promise<void> {
  const { request, response } = visit;
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    visit.fail(missing(405, `the site is read-only and refuses ${request.method}`));
    return;
  }
  const key = parseKey(path);
  const file = key === undefined ? undefined : join(folder, key);
  const size = file === undefined ? undefined : await readFileSize(file);
  if (file === undefined || size === undefined) {
    visit.fail(missing(404, 'no such object in the site bucket'));
    return;
  }
  const type = CONTENT_TYPES[extname(file)] ?? 'application/octet-stream';
  const kept = keptHeadersOf(folder, key ?? '');
  const event = viewerResponseEvent(visit.viewer, 200, {
    'content-type': kept['content-type'] ?? type,
    'content-length': `${size}`,
    // S3 gives stored headers back, and CloudFront does not touch compressed bodies.
    ...pick(kept, 'content-encoding', 'cache-control'),
  });
  const verdict = siteHeaders?.run(event) ?? { kind: 'respond', response: event.response };
  if (verdict.kind === 'error') {
    visit.fail(functionFailedPage(verdict.status, verdict.message), verdict.xCache);
    return;
  }
  const head = Object.entries(verdict.response.headers).flatMap(([name, { value }]) => [
    name,
    toBytes(value),
  ]);
  response.writeHead(200, [...head, ...visit.edgeHeaders(MISS_FROM_CLOUDFRONT)]);
  if (request.method === 'HEAD') response.end();
  else await pipeline(createReadStream(file), response);
}

function pick(headers: KeptHeaders, ...names: string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]])),
  );
}

/** The key of an object. Undefined for a path that is malformed or would leave the folder. */
function parseKey(path: string): string | undefined {
  if (/%(?![0-9a-f]{2})/i.test(path)) return undefined;
  const key = Buffer.from(path.replace(/%([0-9a-f]{2})/gi, fromHex), 'latin1').toString('utf8');
  const unsafe = key.includes('\0') || key.includes('\\') || key.split('/').includes('..');
  return unsafe ? undefined : key.replace(/^\//, '');
}

/** Bytes of a regular file. Undefined for a folder or a missing file. */
async function readFileSize(file: string): Promise<number | undefined> {
  const found = await stat(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR' || error.code === 'ENAMETOOLONG')
      return undefined;
    throw error;
  });
  return found?.isFile() ? found.size : undefined;
}

function missing(status: 404 | 405, reason: string): ErrorPage {
  return { status, title: 'Not found', text: 'There is nothing at this address.', reason };
}

function fromHex(_escape: string, hex: string): string {
  return String.fromCharCode(Number.parseInt(hex, 16));
}

function pairs(flat: readonly string[]): [string, string][] {
  return flat.flatMap((name, i) => (i % 2 === 0 ? [[name, flat[i + 1] ?? ''] as [string, string]] : []));
}
