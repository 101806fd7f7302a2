import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseCall, printNextToken } from '../../../local/kvs/kvs-call.ts';
import { StoreError } from '../../../local/kvs/kvs-rules.ts';

const arn = 'arn:aws:cloudfront::123456789012:key-value-store/a1';
const base = `/key-value-stores/${encodeURIComponent(arn)}`;

function parse(method: string, target: string, body: string | Uint8Array = '', etag?: string) {
  const headers = etag === undefined ? {} : { 'if-match': etag };
  return parseCall({ method, target, headers, body: Buffer.from(body) });
}

/** Name of the StoreError for the request. */
function refusalOf(...request: Parameters<typeof parse>): string {
  try {
    return `none: ${parse(...request).operation}`;
  } catch (error) {
    if (error instanceof StoreError) return error.name;
    throw error;
  }
}

describe('valid requests', () => {
  test('a request is recognised by its method and the number of its path segments', () => {
    expect(parse('GET', base)).toEqual({ operation: 'DescribeKeyValueStore', arn });
    expect(parse('GET', `${base}/keys`)).toEqual({ operation: 'ListKeys', arn, max: 10 });
    expect(parse('GET', `${base}/keys/shop`)).toEqual({ operation: 'GetKey', arn, key: 'shop' });
  });

  test('a write has an ETag', () => {
    const write = { arn, ifMatch: 'KV1' };
    const puts = [{ key: 'k', value: 'v' }];
    const body = '{"Puts":[{"Key":"k","Value":"v"}],"Deletes":[{"Key":"d"}]}';
    const update = { ...write, operation: 'UpdateKeys', update: { puts, deletes: ['d'] } };
    expect(parse('POST', `${base}/keys`, body, 'KV1')).toEqual(update);
    const put = { ...write, operation: 'PutKey', update: { puts } };
    expect(parse('PUT', `${base}/keys/k`, '{"Value":"v"}', 'KV1')).toEqual(put);
    const gone = { ...write, operation: 'DeleteKey', update: { deletes: ['k'] } };
    expect(parse('DELETE', `${base}/keys/k`, '', 'KV1')).toEqual(gone);
  });

  test('absent and null lists mean the same, and a write may have no ETag', () => {
    const empty = { arn, operation: 'UpdateKeys', update: { puts: [], deletes: [] }, ifMatch: undefined };
    expect(parse('POST', `${base}/keys`, '{}')).toEqual(empty);
    expect(parse('POST', `${base}/keys`, '{"Puts":null,"Deletes":null}')).toEqual(empty);
  });

  test('any key can be in the path and in NextToken', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (key) => {
        expect(parse('GET', `${base}/keys/${encodeURIComponent(key)}`)).toMatchObject({ key });
        const page = { max: 7, after: key };
        const query = `?MaxResults=7&NextToken=${printNextToken(key)}`;
        expect(parse('GET', `${base}/keys${query}`)).toMatchObject(page);
      }),
    );
  });
});

describe('invalid requests', () => {
  test.each([
    ['GET', '/key-value-stores/%ff', 'ValidationException'],
    ['GET', `${base}/keys/%zz`, 'ValidationException'],
    ['GET', `${base}/values`, 'ResourceNotFoundException'],
    ['GET', `${base}/keys/a/b`, 'ResourceNotFoundException'],
    ['PATCH', base, 'ResourceNotFoundException'],
    ['POST', base, 'ResourceNotFoundException'],
    ['', '', 'ResourceNotFoundException'],
  ])('%s %s is refused', (method, target, name) => {
    expect(refusalOf(method, target)).toBe(name);
  });

  test.each([
    ['no JSON', '{"Puts":'],
    ['no UTF-8', Uint8Array.of(0x22, 0xff, 0x22)],
    ['nothing', ''],
    ['null', 'null'],
    ['a list', '[]'],
    ['no list of puts', '{"Puts":{"Key":"k","Value":"v"}}'],
    ['a put that is a text', '{"Puts":["k"]}'],
    ['a put without a value', '{"Puts":[{"Key":"k"}]}'],
    ['a number for a value', '{"Puts":[{"Key":"k","Value":1}]}'],
    ['a delete without a key', '{"Deletes":[{}]}'],
  ])('an update with %s in its body is refused', (_, body) => {
    expect(refusalOf('POST', `${base}/keys`, body)).toBe('ValidationException');
  });

  test('a PutKey without a value is refused', () => {
    expect(refusalOf('PUT', `${base}/keys/k`, '{"value":"v"}')).toBe('ValidationException');
  });

  test.each([
    'MaxResults=0',
    'MaxResults=51',
    'MaxResults=-1',
    'MaxResults=ten',
    'NextToken=!',
    'NextToken=YQ==',
  ])('a listing with %s is refused', (query) => {
    expect(refusalOf('GET', `${base}/keys?${query}`)).toBe('ValidationException');
  });
});
