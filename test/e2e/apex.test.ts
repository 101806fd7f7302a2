import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeEntry, isServing } from '../../core/entry/entry.ts';
import { startTestCloud, type TestCloud } from '../support/stands/test-cloud.ts';

let cloud: TestCloud;
let hello: string;
beforeAll(async () => {
  cloud = await startTestCloud();
  hello = await cloud.live('hello');
});
afterAll(() => cloud.dispose());

describe('the base domain itself', () => {
  test('leads to the portal', async () => {
    const redirect = await cloud.ask('localhost');
    expect(redirect).toMatchObject({ status: 302, headers: { location: '/_proxy/' } });
    const page = await cloud.ask('localhost', '/_proxy/');
    expect(page).toMatchObject({ status: 200, headers: { 'content-type': 'text/html; charset=utf-8' } });
    expect(page.body.toString()).toContain('</html>');
  });

  test('lists the routes without addresses and tokens', async () => {
    const text = (await cloud.ask('localhost', '/_proxy/routes.json')).body.toString();
    expect(JSON.parse(text)).toMatchObject({
      version: 2,
      baseDomain: 'localhost',
      routes: [{ hostname: 'hello.localhost', state: 'live', instances: [hello], rules: [{ path: '/' }] }],
      problems: [],
    });
    expect(text).not.toMatch(/amazonaws|token/);
  });

  test('redirects short paths to every app', async () => {
    const { status, headers } = await cloud.ask(`localhost:${cloud.port}`, '/@hello/cart?id=1');
    expect({ status, location: headers.location }).toEqual({
      status: 302,
      location: `http://hello.localhost:${cloud.port}/cart?id=1`,
    });
  });
});

describe('an unknown name', () => {
  test('answers with a page that links to the portal', async () => {
    const { status, body } = await cloud.ask('nobody.localhost', '/', { headers: { accept: 'text/html' } });
    expect(status).toBe(404);
    expect(body.toString()).toContain('<a href="/_proxy/#explain=nobody.localhost">Why?</a>');
  });

  test.each(['nobody.localhost', 'nobody.hello.localhost', 'example.com', 'localhost.example.com'])(
    '%s reaches no app',
    async (host) => {
      expect(await cloud.ask(host)).toMatchObject({ status: 404, headers: { 'x-proxy-state': 'unknown' } });
    },
  );
});

describe('an app behind the edge', () => {
  test('receives an upload of 5 MB unchanged', async () => {
    const body = Buffer.alloc(5_000_000, 'all work and no play ');
    const answer = await cloud.ask('hello.localhost', '/upload', { method: 'POST', body });
    const sha256 = createHash('sha256').update(body).digest('hex');
    expect(JSON.parse(answer.body.toString())).toEqual({ bytes: body.length, sha256 });
  });

  test('sees the viewer’s host and path untouched, and its token', async () => {
    const { body } = await cloud.ask('hello.localhost', '/a%2Fb/../whoami?q=%zz');
    expect(JSON.parse(body.toString())).toMatchObject({
      hostHeader: 'hello.localhost',
      path: '/a%2Fb/../whoami?q=%zz',
      headers: { 'x-proxy-token': expect.stringMatching(/^[\w-]{16}$/), 'x-proxy-viewer': '127.0.0.1' },
    });
  });
});

describe('the journal', () => {
  /** Every object below a prefix: key and text. */
  const objects = (prefix: string): [string, string][] => {
    const folder = join(cloud.stateFolder, 's3/journal', prefix);
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((each) =>
      each.isFile(),
    );
    return files.map(({ parentPath, name }) => [
      join(parentPath, name).slice(folder.length),
      readFileSync(join(parentPath, name), 'utf8'),
    ]);
  };

  test('has every event as received, by account, region and day', () => {
    const raw = objects('raw');
    const keys = raw.map(([key]) => key.replace(/\d{4}-\d\d-\d\d\/\d{6}_/, '').replace(/_[0-9a-f-]{36}/, ''));
    expect([...new Set(keys)].sort()).toEqual(
      ['RunInstances', 'state-change', 'tag-change'].map(
        (kind) => `/account=123456789012/region=us-east-1/dt=${kind}.json`,
      ),
    );
    for (const [, text] of raw) expect(text).toMatch(/^\{.*\}\n$/);
    expect(raw.filter(([, text]) => text.includes(hello)).length).toBeGreaterThanOrEqual(4);
  });

  test('has each decision with its causes and its duration', () => {
    const decisions = objects('decisions').map(([, text]) => JSON.parse(text));
    expect(decisions).toContainEqual(
      expect.objectContaining({
        deployment: 'local',
        outcome: 'applied',
        puts: [{ hostname: 'hello.localhost', state: 'live', instances: [hello] }],
        causes: expect.arrayContaining([expect.objectContaining({ verdict: 'hint', ids: [hello] })]),
        acceptedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
        durations: { list: expect.any(Number), write: expect.any(Number), total: expect.any(Number) },
      }),
    );
  });

  test('holds no token, address or key in its decisions', () => {
    const decisions = objects('decisions').join();
    const entry = decodeEntry(cloud.store.get('hello.localhost') ?? '');
    const token = entry && isServing(entry) ? entry.token : '';
    expect(token).toHaveLength(16);
    expect(decisions).not.toContain(token);
    expect(decisions).not.toMatch(/amazonaws\.com|AKID/);
  });
});
