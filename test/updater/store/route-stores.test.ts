import { describe, expect, onTestFinished, test } from 'vitest';
import { CloudFrontRouteStore } from '../../../updater/adapters/key-value-store.ts';
import { StoreClosedError } from '../../../updater/ports.ts';
import { changesOf, examineRouteStore } from '../../contracts/route-store.ts';
import { KVS_ARN, KVS_CREDENTIALS, kvsClient } from '../../support/aws/kvs-client.ts';
import { serveOnLoopback } from '../../support/aws/loopback.ts';
import { MemoryRouteStore } from '../../support/stands/memory.ts';
import { cloudFrontStore } from '../../support/stands/stores.ts';

examineRouteStore('a CloudFront KeyValueStore', async () => (await cloudFrontStore()).adapter);
examineRouteStore(
  'a CloudFront KeyValueStore that follows its model',
  async () => (await cloudFrontStore('ConflictException')).adapter,
);
examineRouteStore('a store in memory', () => MemoryRouteStore.open());

describe('a CloudFront KeyValueStore', () => {
  test('needs one call for a write, and one for each 50 keys of a listing', async () => {
    const { adapter, calls } = await cloudFrontStore();
    const { etag } = await adapter.describe();
    const keys = Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`k${n}`, 'v']));
    const first = await adapter.write(changesOf(keys), etag);
    await adapter.write(changesOf({ more: 'v' }), first.outcome === 'applied' ? first.etag : '');
    expect(await adapter.list()).toHaveProperty('size', 51);
    expect(calls).toMatchObject({ DescribeKeyValueStore: 1, UpdateKeys: 2, ListKeys: 2 });
  });

  test('reports a refused signature as an error, not as a lost race', async () => {
    const stranger = { accessKeyId: KVS_CREDENTIALS.accessKeyId, secretAccessKey: 'wrong' };
    const { adapter } = await cloudFrontStore('ValidationException', stranger);
    const write = adapter.write(changesOf({ a: '1' }), 'KV1');
    for (const call of [adapter.describe(), adapter.list(), adapter.get('a'), write]) {
      await expect(call).rejects.toThrow(StoreClosedError);
      await expect(call).rejects.toThrow(/may not use the KeyValueStore arn:.*Access denied.*its role needs/);
    }
  });

  test('that does not exist is closed, with a message that names the stack to deploy', async () => {
    const { adapter } = await cloudFrontStore(
      'ValidationException',
      KVS_CREDENTIALS,
      `${KVS_ARN.slice(0, -1)}2`,
    );
    await expect(adapter.describe()).rejects.toThrow(StoreClosedError);
    await expect(adapter.list()).rejects.toThrow(/does not exist.*deploy the edge stack again/);
  });

  test('refuses an invalid write', async () => {
    const { adapter } = await cloudFrontStore();
    const { etag } = await adapter.describe();
    expect(await adapter.write(changesOf({ a: '1' }, 'a'), etag)).toEqual({
      outcome: 'refused',
      reason: expect.stringMatching(/names "a" twice/),
    });
  });

  test('reports an endpoint that is not a KeyValueStore', async () => {
    const server = await serveOnLoopback((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
    const client = kvsClient(server.url);
    onTestFinished(async () => {
      client.destroy();
      await server.close();
    });
    await expect(new CloudFrontRouteStore(client, KVS_ARN).describe()).rejects.toThrow(
      /answered without an ETag.*check that the endpoint is a KeyValueStore/,
    );
  });
});
