import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { LIMITS } from '../../core/wire/limits.ts';
import type { Clock, StoreVersion } from '../../updater/ports.ts';
import type { KeyValueStore } from './key-value-store.ts';
import { type KvsCall, type KvsOperation, parseCall, printNextToken } from './kvs-call.ts';
import { quotaExceeded, StoreError } from './kvs-rules.ts';
import { type Credentials, type SignedRequest, sigv4aVerifier } from './sigv4a.ts';

export { KVS_PREFIX } from './kvs-call.ts';

export interface KvsServerOptions {
  /** `arn:aws:cloudfront::<account>:key-value-store/<id>`. Clients read the account from it. */
  arn: string;
  store: KeyValueStore;
  /** Requests that are signed with others are refused. */
  credentials: Credentials;
  clock: Pick<Clock, 'now'>;
}

/** Calls since the start, including refused ones: AWS bills each. */
export type CallCounts = Record<KvsOperation, number>;

/** A handler for `node:http` and every path that begins with KVS_PREFIX. It never rejects. */
export type KvsHandler = ((request: IncomingMessage, response: ServerResponse) => Promise<void>) & {
  readonly calls: Readonly<CallCounts>;
};

interface KvsAnswer {
  etag?: string;
  body: Record<string, unknown>;
}

/**
 * The data plane of CloudFront KeyValueStore over HTTP, as the AWS SDK speaks it: restJson1, signed with
 * SigV4A, ETag and If-Match (KeyValueStore API reference, 2022-07-26).
 *
 * @example
 * createServer(kvsHandler({ arn, store, credentials, clock })).listen(0, '127.0.0.1');
 */
export function kvsHandler({ arn, store, credentials, clock }: KvsServerOptions): KvsHandler {
  const verify = sigv4aVerifier(credentials, 'cloudfront-keyvaluestore');
  const calls: CallCounts = {
    DescribeKeyValueStore: 0,
    ListKeys: 0,
    GetKey: 0,
    PutKey: 0,
    DeleteKey: 0,
    UpdateKeys: 0,
  };
  const answer = async (message: IncomingMessage): Promise<KvsAnswer> => {
    const request = await readRequest(message);
    const verdict = verify(request, clock.now());
    if (!verdict.valid) throw new StoreError('AccessDeniedException', `Access denied: ${verdict.reason}`);
    const call = parseCall(request);
    calls[call.operation] += 1;
    if (call.arn !== arn) throw notFound(`the KeyValueStore ${call.arn}; this one is ${arn}`);
    return performCall(call, store);
  };
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    try {
      sendAnswer(response, 200, await answer(request));
    } catch (error) {
      sendRefusal(response, error);
    }
  };
  return Object.assign(handle, { calls });
}

/** Reads a whole request but keeps no more bytes than the service accepts. */
async function readRequest(message: IncomingMessage): Promise<SignedRequest> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of message) {
    bytes += chunk.length;
    if (bytes <= LIMITS.updateBytes) chunks.push(chunk);
  }
  if (bytes > LIMITS.updateBytes) {
    throw quotaExceeded(
      `Maximum payload of a single API request: ${bytes} bytes, at most ${LIMITS.updateBytes}`,
    );
  }
  const { method = '', url: target = '', headers } = message;
  return { method, target, headers, body: Buffer.concat(chunks) };
}

function performCall(call: KvsCall, store: KeyValueStore): KvsAnswer {
  switch (call.operation) {
    case 'DescribeKeyValueStore':
      return describeStore(call.arn, store);
    case 'ListKeys':
      return { body: listEntries(call, store) };
    case 'GetKey':
      return { body: getEntry(call.key, store) };
    case 'PutKey':
    case 'DeleteKey':
    case 'UpdateKeys': {
      const version = store.update(call.update, call.ifMatch);
      return { etag: version.etag, body: sizes(version) };
    }
    default:
      return call satisfies never;
  }
}

function describeStore(arn: string, store: KeyValueStore): KvsAnswer {
  const { created, modified, ...version } = store.describe();
  // The protocol has times in seconds.
  const times = { Created: created / 1000, LastModified: modified / 1000 };
  return { etag: version.etag, body: { ...sizes(version), ...times, KvsARN: arn, Status: 'READY' } };
}

function listEntries(page: { max: number; after?: string }, store: KeyValueStore): KvsAnswer['body'] {
  const { items, next } = store.list(page);
  const Items = items.map(({ key, value }) => ({ Key: key, Value: value }));
  return next === undefined ? { Items } : { Items, NextToken: printNextToken(next) };
}

function getEntry(key: string, store: KeyValueStore): KvsAnswer['body'] {
  const value = store.get(key);
  if (value === undefined) throw notFound(`the key ${JSON.stringify(key)}`);
  return { Key: key, Value: value, ...sizes(store.describe()) };
}

function sizes({ items, bytes }: StoreVersion): KvsAnswer['body'] {
  return { ItemCount: items, TotalSizeInBytes: bytes };
}

function notFound(what: string): StoreError {
  return new StoreError('ResourceNotFoundException', `Not found: ${what}`);
}

/** An internal error reaches the caller with its message, because a local store has no other log. */
function sendRefusal(response: ServerResponse, error: unknown): void {
  const refusal =
    error instanceof StoreError ? error : new StoreError('InternalServerException', String(error));
  response.setHeader('x-amzn-errortype', refusal.name);
  sendAnswer(response, refusal.status, { body: { Message: refusal.message } });
}

function sendAnswer(response: ServerResponse, status: number, { etag, body }: KvsAnswer): void {
  if (etag !== undefined) response.setHeader('ETag', etag);
  response.setHeader('x-amzn-RequestId', randomUUID());
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
