import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import {
  DescribeKeyValueStoreCommand,
  GetKeyCommand,
  ListKeysCommand,
  PutKeyCommand,
} from '@aws-sdk/client-cloudfront-keyvaluestore';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { type SignedRequest, sigv4aVerifier } from '../../../local/kvs/sigv4a.ts';
import { KVS_CREDENTIALS, KVS_ARN as KvsARN, kvsClient } from '../../support/aws/kvs-client.ts';

const SERVICE = 'cloudfront-keyvaluestore';
const MINUTE = 60_000;
const verify = sigv4aVerifier(KVS_CREDENTIALS, SERVICE);

/** Requests of the real client and the CRT signer as they are on the wire, by their special feature. */
const requests: Record<string, SignedRequest> = {};

/** The PutKey request, which has every part, including a body and `If-Match`. */
let put: SignedRequest;

beforeAll(async () => {
  const recorded: SignedRequest[] = [];
  const server = createServer(async (message, response) => {
    recorded.push(await record(message));
    response.end('{}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = kvsClient(origin);
  const take = async (name: string, sent: Promise<unknown>) => {
    await sent;
    Object.assign(requests, { [name]: recorded.pop() });
  };
  for (const Key of ['plain', "/ : * ! ' ( ) ~ é", '.', '..', '//', '%2F', '🦊', '+&=?#']) {
    await take(`the key ${Key}`, client.send(new GetKeyCommand({ KvsARN, Key })));
  }
  const NextToken = 'a b+c/é&=~*%';
  await take('a query', client.send(new ListKeysCommand({ KvsARN, MaxResults: 7, NextToken })));
  await take(
    'a body',
    client.send(new PutKeyCommand({ KvsARN, Key: 'k', Value: 'é🦊', IfMatch: 'KV 1  2' })),
  );
  const temporary = kvsClient(origin, { credentials: { ...KVS_CREDENTIALS, sessionToken: 'token==' } });
  await take('a session token', temporary.send(new DescribeKeyValueStoreCommand({ KvsARN })));
  client.destroy();
  temporary.destroy();
  server.close();
  put = requests['a body'] ?? expect.unreachable('the PutKey is recorded above');
});

async function record(message: IncomingMessage): Promise<SignedRequest> {
  const { method = '', url: target = '', headers } = message;
  return { method, target, headers, body: await buffer(message) };
}

/** The time of the signature in epoch milliseconds. */
function signedAt({ headers }: SignedRequest): number {
  const iso = `${headers['x-amz-date']}`.replace(/^(....)(..)(..T..)(..)/, '$1-$2-$3:$4:');
  return Date.parse(iso);
}

/** The reason for the refusal of a request at the time of its signature, or `valid`. */
function verdictOn(request: SignedRequest, verifier = verify): string {
  const verdict = verifier(request, signedAt(put));
  return verdict.valid ? 'valid' : verdict.reason;
}

const withHeaders = (headers: Record<string, string | undefined>): SignedRequest => ({
  ...put,
  headers: { ...put.headers, ...headers },
});

test('a signature of the real signer is valid for any characters in key, query and body', () => {
  const { 'a session token': temporary, ...others } = requests;
  expect(Object.keys(others)).toHaveLength(10);
  for (const [name, request] of Object.entries(others)) {
    expect(`${name}: ${verdictOn(request)}`).toBe(`${name}: valid`);
  }
});

describe('the signer', () => {
  test.each([
    ['another secret', { secretAccessKey: 'not-the-secret' }, 'the signature does not match this request'],
    ['another access key id', { accessKeyId: 'AKIDOTHER' }, 'the access key id AKIDLOCAL is unknown'],
  ])('a request with %s is refused', (_, other, reason) => {
    const verifier = sigv4aVerifier({ ...KVS_CREDENTIALS, ...other }, SERVICE);
    expect(verdictOn(put, verifier)).toContain(reason);
  });

  test('a request for another service is refused', () => {
    expect(verdictOn(put, sigv4aVerifier(KVS_CREDENTIALS, 's3'))).toContain('it is signed for');
  });

  test('a session token must be in the request if and only if the signer has one', () => {
    const { 'a session token': temporary = put } = requests;
    const withToken = (sessionToken: string) => sigv4aVerifier({ ...KVS_CREDENTIALS, sessionToken }, SERVICE);
    expect(verdictOn(temporary, withToken('token=='))).toBe('valid');
    expect(verdictOn(temporary, withToken('another'))).toContain('X-Amz-Security-Token');
    expect(verdictOn(temporary)).toContain('X-Amz-Security-Token');
    expect(verdictOn(put, withToken('token=='))).toContain('X-Amz-Security-Token');
  });

  test('a request that is signed for one region only is refused', () => {
    expect(verdictOn(withHeaders({ 'x-amz-region-set': 'us-east-1' }))).toContain('X-Amz-Region-Set');
  });
});

describe('the date', () => {
  test.each([
    [-5 * MINUTE - 1, false],
    [-5 * MINUTE, true],
    [5 * MINUTE, true],
    [5 * MINUTE + 1, false],
  ])('a date that differs by %i ms from the clock is valid: %s', (skew, valid) => {
    expect(verify(put, signedAt(put) + skew).valid).toBe(valid);
  });

  test.each(['', 'today', '20261399T999999Z', '2026-11-23T12:17:19Z', '20261123T121719Z, 20261123T121719Z'])(
    'the date %j is refused',
    (date) => {
      expect(verdictOn(withHeaders({ 'x-amz-date': date }))).toContain('X-Amz-Date is not of the form');
    },
  );

  test('the date of the credential must be the day of the request', () => {
    const authorization = `${put.headers.authorization}`.replace(/\/\d{8}\//, '/20200101/');
    expect(verdictOn(withHeaders({ authorization }))).toContain('the credential is dated 20200101');
  });
});

describe('a change after the signature', () => {
  test.each<[string, Partial<SignedRequest>]>([
    ['method', { method: 'DELETE' }],
    ['path', { target: '/key-value-stores/other/keys/k' }],
    ['query', { target: '/key-value-stores/other/keys/k?MaxResults=1' }],
  ])('of the %s is refused', (_, change) => {
    expect(verdictOn({ ...put, ...change })).toContain('the signature does not match this request');
  });

  test('of any signed header is refused', () => {
    const signed = /SignedHeaders=([^,]+)/.exec(`${put.headers.authorization}`)?.[1]?.split(';') ?? [];
    expect(signed).toContain('if-match');
    for (const name of signed) {
      expect(verdictOn(withHeaders({ [name]: `${put.headers[name]}x` }))).not.toBe('valid');
      expect(verdictOn(withHeaders({ [name]: undefined }))).not.toBe('valid');
    }
  });

  test('of any byte of the body is refused', () => {
    fc.assert(
      fc.property(fc.nat(put.body.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const body = put.body.map((byte, index) => (index === at ? byte ^ flip : byte));
        expect(verdictOn({ ...put, body })).toContain('X-Amz-Content-Sha256');
        const rehashed = withHeaders({ 'x-amz-content-sha256': undefined });
        expect(verdictOn({ ...rehashed, body })).not.toBe('valid');
      }),
    );
  });

  test('by an additional unsigned header of AWS is refused', () => {
    expect(verdictOn(withHeaders({ 'x-amz-meta-extra': '1' }))).toContain('x-amz-meta-extra is not signed');
  });

  test('by another additional header does not affect the signature', () => {
    expect(verdictOn(withHeaders({ 'user-agent': 'curl', via: '1.1 proxy' }))).toBe('valid');
  });
});

describe('hostile input', () => {
  test.each([
    undefined,
    '',
    'Bearer token',
    'AWS4-HMAC-SHA256 Credential=AKIDLOCAL/20261123/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=00',
    'AWS4-ECDSA-P256-SHA256 Credential=/20261123//aws4_request, SignedHeaders=, Signature=',
  ])('Authorization %j is refused', (authorization) => {
    expect(verdictOn(withHeaders({ authorization }))).toContain('sign with SigV4A');
  });

  test('SignedHeaders with the name of a property of every object is refused', () => {
    const authorization = `${put.headers.authorization}`.replace('amz-sdk-request', 'constructor');
    expect(verdictOn(withHeaders({ authorization }))).toContain('the signature does not match this request');
  });

  test.each(['/%zz?a=%', '/?%ff=1', '/\ud800', '?', ''])('target %j is refused', (target) => {
    expect(verdictOn({ ...put, target })).not.toBe('valid');
  });

  test('any input is refused and nothing throws', () => {
    const hex = fc.uint8Array({ maxLength: 72 }).map((bytes) => Buffer.from(bytes).toString('hex'));
    const sound = fc.constant(`${put.headers.authorization}`);
    const forged = fc.tuple(sound, hex).map(([text, hex]) => text.replace(/[0-9a-f]+$/, hex));
    const authorization = fc.oneof(fc.string(), forged);
    const strings = fc.dictionary(fc.constantFrom('host', 'x-amz-date', 'x-amz-region-set'), fc.string());
    fc.assert(
      fc.property(authorization, strings, fc.string(), fc.boolean(), (authorization, others, path, keep) => {
        const headers = keep ? { authorization } : { ...others, authorization };
        const target = keep ? put.target : `/${path}`;
        expect(verdictOn({ ...withHeaders(headers), target })).not.toBe('valid');
      }),
    );
  });
});
