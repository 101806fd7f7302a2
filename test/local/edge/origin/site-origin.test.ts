import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { buildHeaders } from '../../../../build/edge.ts';
import { scriptHashOf } from '../../../../build/page-script.ts';
import { siteHeaders } from '../../../../core/settings/site-headers.ts';
import { compileHeaders } from '../../../../local/edge/function/engine.ts';
import { UNREACHABLE } from '../../../../local/edge/origin/error-page.ts';
import type { SiteHandler } from '../../../../local/edge/origin/site-origin.ts';
import { ask, askRaw, edgeFunction, type Stand, startStand } from '../edge-stand.ts';

/** A function that sets no origin and sends the request to `uri`. */
function untouched(uri?: string) {
  const edge = edgeFunction(({ request }) => {
    request.uri = uri ?? request.uri;
    return { kind: 'forward', reads: 0, request, origin: undefined };
  });
  return () => edge;
}

/** A folder with a site, and a private file beside the site. `code` is the function at viewer response. */
async function startSite(code = buildHeaders()): Promise<Stand> {
  const folder = await mkdtemp(join(tmpdir(), 'site-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await mkdir(join(folder, 'bucket/_proxy/errors'), { recursive: true });
  await writeFile(join(folder, 'bucket/_proxy/index.html'), '<h1>portal</h1>');
  await writeFile(join(folder, 'bucket/_proxy/a b.json'), '{}');
  await writeFile(join(folder, 'secret'), 'secret');
  return startStand(0, {
    edge: untouched(),
    site: join(folder, 'bucket'),
    siteHeaders: compileHeaders(code),
  });
}

describe('the site behind /_proxy/*', () => {
  test('runs the built function at viewer response, for HEAD as for GET', async () => {
    const stand = await startSite();
    for (const method of ['GET', 'HEAD']) {
      const { headers } = await ask(stand, '/_proxy/index.html', { method });
      expect(headers).toMatchObject(siteHeaders(scriptHashOf(UNREACHABLE)));
      expect(headers).toMatchObject({ 'content-type': 'text/html; charset=utf-8', 'content-length': '15' });
    }
  });

  test('does not run it for a status of 400 or more, as CloudFront does not', async () => {
    const { status, headers } = await ask(await startSite(), '/_proxy/none.html');
    expect(status).toBe(404);
    expect(headers).not.toHaveProperty('content-security-policy');
  });

  test.each([
    ['throws', 'null.x;', 503, 'FunctionExecutionError from cloudfront'],
    ['returns nothing', 'return;', 502, 'FunctionValidationError from cloudfront'],
    [
      'changes the status',
      'event.response.statusCode = 201;',
      502,
      'FunctionValidationError from cloudfront',
    ],
    ['adds a body', "event.response.body = 'x';", 502, 'FunctionValidationError from cloudfront'],
    [
      'sets Warning',
      "event.response.headers.warning = { value: 'x' };",
      502,
      'FunctionValidationError from cloudfront',
    ],
    [
      'sets x-cache',
      "event.response.headers['x-cache'] = { value: 'x' };",
      502,
      'FunctionValidationError from cloudfront',
    ],
  ])('answers as CloudFront does if the function %s', async (_, body, status, xCache) => {
    const code = `function handler(event) { ${body} return event.response; }`;
    const answer = await ask(await startSite(code), '/_proxy/index.html');
    expect([answer.status, answer.headers['x-cache']]).toEqual([status, xCache]);
    expect(answer.body.toString()).not.toContain('portal');
  });

  test.each([
    ['/_proxy/index.html', 'text/html; charset=utf-8', '<h1>portal</h1>'],
    ['/_proxy/index.html?v=2', 'text/html; charset=utf-8', '<h1>portal</h1>'],
    ['/_proxy/a%20b.json', 'application/json', '{}'],
  ])('serves the object at %s', async (path, type, body) => {
    const answer = await ask(await startSite(), path);
    expect([answer.status, answer.headers['content-type'], answer.body.toString()]).toEqual([
      200,
      type,
      body,
    ]);
    expect(answer.headers['x-cache']).toBe('Miss from cloudfront');
  });

  test.each([
    '/_proxy/',
    '/_proxy/errors',
    '/_proxy/nothing.html',
    '/_proxy/../../secret',
    '/_proxy/%2e%2e/%2e%2e/secret',
    '/_proxy/..%2f..%2fsecret',
    '/_proxy/..%5c..%5csecret',
    '/_proxy/index.html%00',
    '/_proxy/%zz',
    `/_proxy/${'x'.repeat(5000)}`,
  ])('has nothing at %s', async (path) => {
    const answer = await ask(await startSite(), path);
    expect([404, 502]).toContain(answer.status);
    expect(answer.body.toString()).not.toContain('secret');
  });

  test('answers 404 for a missing object, as S3 does for a distribution that may list the bucket', async () => {
    expect((await ask(await startSite(), '/_proxy/nothing.html')).status).toBe(404);
  });

  test('answers GET, and HEAD without a body, and no other method', async () => {
    const stand = await startSite();
    const bytes = 'HEAD /_proxy/index.html HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n';
    expect(await askRaw(stand, bytes)).toMatch(/content-length: 15.*\r\n\r\n$/s);
    expect((await ask(stand, '/_proxy/index.html', { method: 'DELETE' })).status).toBe(405);
  });

  test('can be a handler, which receives the path and the edge’s headers', async () => {
    const site: SiteHandler = (path, _request, response) => void response.end(`handled ${path}`);
    const answer = await ask(
      await startStand(0, { site, edge: untouched('/_proxy/index.html') }),
      '/_proxy/?q',
    );
    expect(answer.body.toString()).toBe('handled /_proxy/index.html');
    expect(answer.headers['x-cache']).toBe('Miss from cloudfront');
  });

  test('answers 500 if its handler fails, and the edge continues', async () => {
    const site: SiteHandler = () => Promise.reject(new Error('no bucket'));
    expect((await ask(await startStand(0, { site, edge: untouched() }), '/_proxy/x')).status).toBe(500);
  });
});
