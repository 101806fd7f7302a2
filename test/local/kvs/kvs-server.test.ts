import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import {
  AccessDeniedException,
  ConflictException,
  DeleteKeyCommand,
  DescribeKeyValueStoreCommand,
  GetKeyCommand,
  ListKeysCommand,
  type ListKeysResponseListItem,
  PutKeyCommand,
  paginateListKeys,
  ResourceNotFoundException,
  ServiceQuotaExceededException,
  UpdateKeysCommand,
  ValidationException,
} from '@aws-sdk/client-cloudfront-keyvaluestore';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { LIMITS } from '../../../core/wire/limits.ts';
import { KeyValueStore } from '../../../local/kvs/key-value-store.ts';
import { type KvsHandler, kvsHandler } from '../../../local/kvs/kvs-server.ts';
import { KVS_CREDENTIALS, KVS_ARN as KvsARN, kvsClient } from '../../support/aws/kvs-client.ts';

const clock = { skew: 0, now: () => Date.now() + clock.skew };
let store: KeyValueStore;
let handler: KvsHandler;
let server: Server;
let origin: string;
let client: ReturnType<typeof kvsClient>;

beforeEach(async () => {
  clock.skew = 0;
  store = new KeyValueStore({ clock });
  handler = kvsHandler({ arn: KvsARN, store, credentials: KVS_CREDENTIALS, clock });
  server = createServer(handler).listen(0, '127.0.0.1');
  await once(server, 'listening');
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  client = kvsClient(origin, { maxAttempts: 1 });
});

afterEach(async () => {
  client.destroy();
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

const etag = () => store.describe().etag;

const put = (Key: string, Value: string, IfMatch = etag()) =>
  client.send(new PutKeyCommand({ KvsARN, Key, Value, IfMatch }));

/** A client whose requests are changed before they are signed. */
function altering(change: { method?: string; path?: string; body?: string | Uint8Array }): typeof client {
  client.middlewareStack.add(
    (next) => (call) => {
      if (typeof call.request === 'object' && call.request !== null) Object.assign(call.request, change);
      return next(call);
    },
    { step: 'build', priority: 'high' },
  );
  return client;
}

describe('operations', () => {
  test('DescribeKeyValueStore gives version, sizes and times', async () => {
    const { etag } = store.update({ puts: [{ key: 'é', value: 'four' }] }, store.describe().etag);
    const { $metadata, ...answer } = await client.send(new DescribeKeyValueStoreCommand({ KvsARN }));
    const { created, modified } = store.describe();
    expect(answer).toEqual({
      ETag: etag,
      ItemCount: 1,
      TotalSizeInBytes: 6,
      KvsARN,
      Created: new Date(created),
      LastModified: new Date(modified),
      Status: 'READY',
    });
    expect($metadata.requestId).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('PutKey, GetKey and DeleteKey return the sizes, and writes also the ETag', async () => {
    const { $metadata: _, ...written } = await put('shop', 'value');
    expect(written).toEqual({ ETag: etag(), ItemCount: 1, TotalSizeInBytes: 9 });
    const { $metadata: __, ...read } = await client.send(new GetKeyCommand({ KvsARN, Key: 'shop' }));
    expect(read).toEqual({ Key: 'shop', Value: 'value', ItemCount: 1, TotalSizeInBytes: 9 });
    const IfMatch = etag();
    const { $metadata: ___, ...gone } = await client.send(
      new DeleteKeyCommand({ KvsARN, Key: 'shop', IfMatch }),
    );
    expect(gone).toEqual({ ETag: etag(), ItemCount: 0, TotalSizeInBytes: 0 });
  });

  test('UpdateKeys puts and deletes in one call, also with only one of the lists', async () => {
    await put('old', '1');
    const Puts = [
      { Key: 'a', Value: '1' },
      { Key: 'b', Value: '2' },
    ];
    const both = { KvsARN, IfMatch: etag(), Puts, Deletes: [{ Key: 'old' }, { Key: 'absent' }] };
    expect(await client.send(new UpdateKeysCommand(both))).toMatchObject({ ETag: etag(), ItemCount: 2 });
    await client.send(new UpdateKeysCommand({ KvsARN, IfMatch: etag(), Puts: [{ Key: 'c', Value: '3' }] }));
    await client.send(new UpdateKeysCommand({ KvsARN, IfMatch: etag(), Deletes: [{ Key: 'a' }] }));
    expect([...store.entries]).toEqual([
      ['b', '2'],
      ['c', '3'],
    ]);
  });

  test('ListKeys returns pages of 10 by default and of 50 at most', async () => {
    const puts = Array.from({ length: 50 }, (_, i) => ({ key: `key/${i} é`, value: `${i}` }));
    store.update({ puts }, etag());
    store.update({ puts: [{ key: 'key/50', value: '50' }] }, etag());
    const list = (MaxResults?: number) =>
      client.send(new ListKeysCommand({ KvsARN, ...(MaxResults && { MaxResults }) }));
    expect((await list()).Items).toHaveLength(10);
    expect((await list(50)).Items).toHaveLength(50);
    await expect(list(51)).rejects.toThrow(ValidationException);
    const all: ListKeysResponseListItem[] = [];
    for await (const page of paginateListKeys({ client, pageSize: 20 }, { KvsARN }))
      all.push(...(page.Items ?? []));
    expect(all).toHaveLength(51);
    expect(new Map(all.map(({ Key, Value }) => [Key, Value]))).toEqual(store.entries);
  });

  test.each([
    'a/b',
    'a:b',
    '*',
    '!',
    "'",
    '(',
    ')',
    '~',
    'é',
    ' ',
    '%2F',
    '.',
    '..',
    '//',
    '?',
    '#',
    '+',
    '🦊',
    '\n',
  ])('the key %j is written, read, listed and deleted', async (Key) => {
    await put(Key, `value of ${Key}`);
    expect([...store.entries.keys()]).toEqual([Key]);
    expect(await client.send(new GetKeyCommand({ KvsARN, Key }))).toMatchObject({ Value: `value of ${Key}` });
    const { Items } = await client.send(new ListKeysCommand({ KvsARN }));
    expect(Items).toEqual([{ Key, Value: `value of ${Key}` }]);
    await client.send(new DeleteKeyCommand({ KvsARN, Key, IfMatch: etag() }));
    expect(store.entries.size).toBe(0);
  });

  test('are counted by name, including refused writes but not unsigned calls', async () => {
    await put('k', 'v');
    await expect(put('k', 'v', 'stale')).rejects.toThrow();
    await client.send(new GetKeyCommand({ KvsARN, Key: 'k' }));
    await fetch(`${origin}/key-value-stores/${encodeURIComponent(KvsARN)}`);
    const none = { DescribeKeyValueStore: 0, ListKeys: 0, DeleteKey: 0, UpdateKeys: 0 };
    expect(handler.calls).toEqual({ ...none, PutKey: 2, GetKey: 1 });
  });
});

describe('refusals', () => {
  test('a missing key is a ResourceNotFoundException', async () => {
    const missing = client.send(new GetKeyCommand({ KvsARN, Key: 'nope' }));
    await expect(missing).rejects.toThrow(ResourceNotFoundException);
  });

  test('a store with another ARN is a ResourceNotFoundException', async () => {
    const other = client.send(new DescribeKeyValueStoreCommand({ KvsARN: `${KvsARN}2` }));
    await expect(other).rejects.toThrow(ResourceNotFoundException);
  });

  test('a stale ETag is a ValidationException by default, and the write is refused', async () => {
    const stale = etag();
    await put('theirs', '1');
    const error: unknown = await put('mine', '2', stale).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ValidationException);
    expect(`${error}`).toContain('Pre-Condition failed during update of Key-Value-Store');
    expect([...store.entries.keys()]).toEqual(['theirs']);
  });

  test('a stale ETag is a ConflictException if the store is configured so', async () => {
    store = new KeyValueStore({ clock, staleETag: 'ConflictException' });
    const conflicting = kvsHandler({ arn: KvsARN, store, credentials: KVS_CREDENTIALS, clock });
    server.removeAllListeners('request').on('request', conflicting);
    await expect(put('k', 'v', 'stale')).rejects.toThrow(ConflictException);
  });

  test('an update with one value too long is a ServiceQuotaExceededException and changes nothing', async () => {
    const Puts = [
      { Key: 'fits', Value: 'v'.repeat(1_024) },
      { Key: 'exceeds', Value: 'v'.repeat(1_025) },
    ];
    const update = client.send(new UpdateKeysCommand({ KvsARN, IfMatch: etag(), Puts }));
    await expect(update).rejects.toThrow(ServiceQuotaExceededException);
    expect(store.entries.size).toBe(0);
  });

  test.each([
    ['a wrong secret', { credentials: { ...KVS_CREDENTIALS, secretAccessKey: 'wrong' } }],
    ['a wrong access key id', { credentials: { ...KVS_CREDENTIALS, accessKeyId: 'AKIDWRONG' } }],
    ['an unexpected session token', { credentials: { ...KVS_CREDENTIALS, sessionToken: 'token' } }],
  ])('%s is an AccessDeniedException', async (_, config) => {
    const stranger = kvsClient(origin, config);
    const described = stranger.send(new DescribeKeyValueStoreCommand({ KvsARN }));
    await expect(described).rejects.toThrow(AccessDeniedException);
    stranger.destroy();
  });

  test('a request signed more than 5 minutes ago is an AccessDeniedException', async () => {
    clock.skew = 5 * 60_000 + 2_000;
    await expect(put('k', 'v')).rejects.toThrow(AccessDeniedException);
  });

  test('an unsigned request is a 403 with the service’s headers and body', async () => {
    const response = await fetch(`${origin}/key-value-stores/${encodeURIComponent(KvsARN)}`);
    expect(response.status).toBe(403);
    expect(response.headers.get('x-amzn-errortype')).toBe('AccessDeniedException');
    expect(await response.json()).toEqual({ Message: expect.stringContaining('sign with SigV4A') });
  });
});

describe('malformed requests', () => {
  test.each([
    ['a body that is not JSON', { body: '{"Puts":' }, 400, 'ValidationException'],
    ['a path that is not UTF-8', { path: '/key-value-stores/%ff' }, 400, 'ValidationException'],
    ['an unknown method', { method: 'PATCH' }, 404, 'ResourceNotFoundException'],
  ])('%s gets an error, even if it is signed', async (_, change, httpStatusCode, name) => {
    const sent = altering(change).send(new UpdateKeysCommand({ KvsARN, IfMatch: etag() }));
    const error: unknown = await sent.catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name, $metadata: { httpStatusCode } });
  });

  test('a payload of 3 MB is accepted, and one byte more is a ServiceQuotaExceededException', async () => {
    const body = '{"Puts":[{"Key":"k","Value":"v"}]}'.padEnd(LIMITS.updateBytes);
    const update = () => new UpdateKeysCommand({ KvsARN, IfMatch: etag() });
    expect(await altering({ body }).send(update())).toMatchObject({ ItemCount: 1 });
    const larger = altering({ body: `${body} ` }).send(update());
    await expect(larger).rejects.toThrow(ServiceQuotaExceededException);
  });

  test('an internal error is an InternalServerException with its message', async () => {
    store.onWrite(() => {
      throw new Error('the listener broke');
    });
    const error: unknown = await put('k', 'v').catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: 'InternalServerException', $metadata: { httpStatusCode: 500 } });
    expect(`${error}`).toContain('the listener broke');
  });

  test('a client that closes the connection during its body does not affect others', async () => {
    const handled = new Promise<void>((resolve, reject) => {
      server.removeAllListeners('request').on('request', (request, response) => {
        handler(request, response).then(resolve, reject);
        socket.destroy();
      });
    });
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    socket.write('PUT /key-value-stores/x/keys/k HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhal');
    await expect(handled).resolves.toBeUndefined();
  });
});
