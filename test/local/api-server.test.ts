import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { describe, expect, onTestFinished, test } from 'vitest';
import { DOCUMENTS, historyName } from '../../core/journal/site-documents.ts';
import { LAST_REQUESTS } from '../../core/traffic/last-requests.ts';
import { startApi } from '../../local/api-server.ts';
import {
  changesSince,
  listInstances,
  readEdge,
  readPublishedDocument,
  readStore,
  sendEvent,
  sendOrder,
  waitUntilSettled,
} from '../../local/cloud-client.ts';
import { createInstances } from '../../local/ec2/launch.ts';
import type { LocalInstance } from '../../local/ec2/local-instance.ts';
import { EdgeView } from '../../local/kvs/edge-view.ts';
import { KeyValueStore } from '../../local/kvs/key-value-store.ts';
import { kvsHandler } from '../../local/kvs/kvs-server.ts';
import { Timeline } from '../../local/timeline.ts';

const EDGE = {
  routers: { apps: 'code' },
  baseDomain: 'localhost',
  distributionDomainName: 'd1.cloudfront.net',
};

/** An API whose EC2 and S3 answer only with their names. */
async function stand({ settled: settling = async () => {}, instances = [] as LocalInstance[] } = {}) {
  const store = new KeyValueStore({ clock: Date });
  const credentials = { accessKeyId: 'AKID', secretAccessKey: 'secret' };
  const sent: unknown[] = [];
  const api = await startApi({
    ec2: (_, response) => response.end('ec2'),
    s3: (_, response) => response.end('s3'),
    sqs: (_, response) => response.end('sqs'),
    keyValueStore: kvsHandler({ arn: 'arn', store, credentials, clock: Date }),
    timeline: new Timeline(store, new EdgeView(store, { delay: 0, clock: Date })),
    published: (name) => {
      if (name.endsWith('damaged.json')) throw new Error('unexpected end of file');
      return name === 'changes.json' ? undefined : `{"name":"${name}"}`;
    },
    readEdge: (keys) => ({ ...EDGE, values: Object.fromEntries(keys.map((key) => [key, 'x'])) }),
    readStore: () => ({ deployment: 'local', baseDomain: 'localhost', values: { 'shop.localhost': 'x' } }),
    list: () => instances,
    send: (event) => sent.push(event),
    order: async (order) => ({ taken: order }),
    settled: settling,
  });
  onTestFinished(() => api.dispose());
  return { ...api, store, sent };
}

/** Sends a request that `fetch` cannot make, and returns the answer. */
async function ask(url: string, headers: Record<string, string>): Promise<string> {
  const response = await new Promise<NodeJS.ReadableStream>((resolve, reject) => {
    request(url, { headers }, resolve).once('error', reject).end();
  });
  return text(response);
}

describe('the one address of the local AWS', () => {
  describe('gives the published documents', () => {
    test.each([
      DOCUMENTS.routes,
      DOCUMENTS.status,
      LAST_REQUESTS,
      historyName('shop.localhost'),
      historyName('*.a-1.localhost'),
    ])('to the command line alone: %s', async (name) => {
      const { url } = await stand();
      expect(await readPublishedDocument(url, name)).toBe(`{"name":"${name}"}`);
      expect((await fetch(`${url}/_local/published/${name}`)).status).toBe(403);
    });

    test.each([
      DOCUMENTS.changes,
      'history/',
      'history/shop',
      'history/..%2froutes.json',
      'history/a/b.json',
      'other.json',
    ])('and no other: %s', async (name) => {
      expect(await readPublishedDocument((await stand()).url, name)).toBeUndefined();
    });

    test('or says why it cannot read one, and goes on', async () => {
      const { url } = await stand();
      await expect(readPublishedDocument(url, 'history/damaged.json')).rejects.toThrow(
        /^the local cloud at \S+ cannot read history\/damaged\.json: Error: unexpected end of file; the updater writes it again/,
      );
      expect(await readPublishedDocument(url, DOCUMENTS.routes)).toBeDefined();
    });
  });

  test('gives the router and keys of the store to the command line alone', async () => {
    const { url } = await stand();
    const { values, ...facts } = await readEdge(url, ['shop.localhost']);
    expect(facts).toEqual(EDGE);
    expect([...values]).toEqual([['shop.localhost', 'x']]);
    expect((await fetch(`${url}/_local/edge`)).status).toBe(403);
  });

  test('gives the whole store to the command line alone', async () => {
    const { url } = await stand();
    const { values, ...facts } = await readStore(url);
    expect(facts).toEqual({ deployment: 'local', baseDomain: 'localhost' });
    expect([...values]).toEqual([['shop.localhost', 'x']]);
    expect((await fetch(`${url}/_local/store`)).status).toBe(403);
  });

  test('serves each service', async () => {
    const { url } = await stand();
    const bodyOf = async (path: string, init: RequestInit = {}) => (await fetch(url + path, init)).text();
    expect(await bodyOf('/', { method: 'POST', body: 'Action=DescribeInstances' })).toBe('ec2');
    expect(await bodyOf('/journal/raw/x.json')).toBe('s3');
    expect(await bodyOf('/journal', { method: 'PUT' })).toBe('s3');
    expect(await bodyOf('/key-value-stores/arn')).toContain('Access denied');
  });

  test('gives orders of the CLI to the updater, and a sweep that applies them', async () => {
    const { url, sent } = await stand();
    expect(await sendOrder(url, { action: 'passes' })).toEqual({ taken: { action: 'passes' } });
    expect(sent).toEqual([{ action: 'reconcile' }]);
    const other = await fetch(`${url}/_local/orders`, { method: 'POST', body: '{"action":"passes"}' });
    expect(other.status).toBe(403);
  });

  test('returns the changes to the CLI', async () => {
    const { url, store } = await stand();
    store.update({ puts: [{ key: 'shop.localhost', value: 'x' }] }, store.describe().etag);
    expect(await changesSince(url, 0)).toMatchObject([{ hostname: 'shop.localhost' }]);
    expect(await changesSince(url, Date.now() + 1_000)).toEqual([]);
  });

  test('lists the instances for the CLI without the SDK, oldest first', async () => {
    const tags = [
      { key: 'proxy:host', value: 'shop' },
      { key: '__proto__', value: 'ü' },
    ];
    const tagSpecifications = [{ resourceType: 'instance' as const, tags }];
    const launch = { imageId: 'ami-hello', minCount: 1, maxCount: 1, tagSpecifications };
    const [young, old] = [2_000, 1_000].flatMap((now) => createInstances(launch, 0, now));
    const stateReason = {
      code: 'Server.InternalError',
      message: 'Server.InternalError: Internal error (exit 1)',
    };
    const instances = [
      ...(young ? [young] : []),
      ...(old ? [{ ...old, state: 'stopped' as const, stateReason }] : []),
    ];
    const { url } = await stand({ instances });
    const [first, second] = await listInstances(url);
    const common = { isIpv6Only: false };
    expect(first).toEqual({
      ...common,
      id: old?.id,
      launchedAt: 1_000,
      tags: old?.tags,
      state: 'stopped',
      stateReason,
    });
    expect(second).toEqual({
      ...common,
      id: young?.id,
      launchedAt: 2_000,
      tags: young?.tags,
      state: young?.state,
    });
    expect(second?.tags.get('__proto__')).toBe('ü');
  });

  test('tells the CLI to restart a local cloud whose list it cannot read', async () => {
    const { url } = await stand();
    await expect(listInstances(`${url}/old`)).rejects.toThrow(/cannot read the answer .*; restart it/);
  });

  test('accepts one event or many', async () => {
    const { url, sent } = await stand();
    await sendEvent(url, { id: 1 });
    await sendEvent(url, { Records: [{ eventID: 2 }, { eventID: 3 }] });
    await sendEvent(url, null);
    expect(sent).toEqual([{ id: 1 }, { eventID: 2 }, { eventID: 3 }, null]);
  });

  test('answers when all events are handled, or after a timeout', async () => {
    const quiet = await stand();
    expect(await waitUntilSettled(quiet.url, 5_000)).toBe(true);
    const busy = await stand({ settled: () => new Promise(() => {}) });
    expect(await waitUntilSettled(busy.url, 20)).toBe(false);
  });
});

describe('a path for the CLI', () => {
  test('refuses a web page', async () => {
    const { url, sent } = await stand();
    const answer = await fetch(`${url}/_local/events`, { method: 'POST', body: '{"id": 1}' });
    expect([answer.status, sent]).toEqual([403, []]);
  });

  test('refuses a hostname that was rebound to this machine', async () => {
    const { url } = await stand();
    const headers = { 'x-proxy-local': '1', host: `evil.example:${new URL(url).port}` };
    expect(await ask(`${url}/_local/changes`, headers)).toContain('only the CLI may call this path');
  });

  test('answers junk and unknown paths with an error', async () => {
    const { url, sent } = await stand();
    const headers = { 'x-proxy-local': '1' };
    const junk = await fetch(`${url}/_local/events`, { method: 'POST', body: '{', headers });
    expect([junk.status, sent]).toEqual([400, []]);
    expect(await junk.text()).toContain('JSON');
    expect((await fetch(`${url}/_local/nothing`, { headers })).status).toBe(404);
    expect((await fetch(`${url}/_local/events`, { headers })).status).toBe(404);
  });
});
