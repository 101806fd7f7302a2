import { describe, expect, test } from 'vitest';
import {
  LambdaValidationError,
  MOST_BYTES,
  parseGenerated,
} from '../../../../local/edge/lambda-edge/generated-answer.ts';

const header = (name: string, value: unknown = 'x') => ({
  status: '200',
  headers: { [name]: [{ key: name, value }] },
});

describe('an answer of a function at origin request', () => {
  test('needs a status alone', () => {
    expect(parseGenerated({ status: '204' })).toEqual({
      status: 204,
      statusDescription: '',
      headers: [],
      body: Buffer.alloc(0),
    });
  });

  test('keeps each value of a header apart, and the spelling of each key', () => {
    const headers = {
      'set-cookie': [
        { key: 'Set-Cookie', value: 'a=1, b' },
        { key: 'set-cookie', value: 'c=2' },
      ],
      location: [{ value: '/' }],
    };
    expect(parseGenerated({ status: '302', headers }).headers).toEqual([
      { key: 'Set-Cookie', value: 'a=1, b' },
      { key: 'set-cookie', value: 'c=2' },
      { key: 'location', value: '/' },
    ]);
  });

  test('may have a body as text or in base64', () => {
    expect(parseGenerated({ status: '200', body: 'żółw' }).body.toString()).toBe('żółw');
    expect(parseGenerated({ status: '200', body: 'AP8K', bodyEncoding: 'base64' }).body).toEqual(
      Buffer.from([0, 255, 10]),
    );
  });

  test('may have a megabyte', () => {
    expect(parseGenerated({ status: '200', body: 'a'.repeat(MOST_BYTES) }).body).toHaveLength(MOST_BYTES);
    const headers = { a: [{ key: 'a', value: 'b'.repeat(100) }] };
    const rest = MOST_BYTES - 101;
    expect(parseGenerated({ status: '200', headers, body: 'a'.repeat(rest) }).body).toHaveLength(rest);
  });
});

describe('CloudFront refuses', () => {
  test.each([
    ['nothing', undefined, /returned undefined/],
    ['null', null, /returned null/],
    ['a text', 'OK', /returned "OK"/],
    ['a function, which is not JSON', () => {}, /returned undefined/],
    ['the request', { uri: '/', method: 'GET', headers: {} }, /returned the request/],
    ['no status', { body: 'a' }, /status is undefined/],
    ['a status that is a number', { status: 200 }, /status is 200/],
    ['a status below 200', { status: '199' }, /status is "199"/],
    ['a status above 599', { status: '600' }, /status is "600"/],
    ['a status with a sign', { status: '+200' }, /status is "\+200"/],
    ['a description with a line break', { status: '200', statusDescription: 'a\r\nb' }, /control character/],
    ['headers as a list', { status: '200', headers: [] }, /headers is \[\]/],
    [
      'a header in the shape of CloudFront Functions',
      { status: '200', headers: { a: { value: 'b' } } },
      /list/,
    ],
    ['a header without a value', { status: '200', headers: { a: [] } }, /list/],
    ['a value that is not a text', header('a', 1), /expected a string/],
    ['a value with a line break', header('a', 'b\r\nset-cookie: c'), /control character/],
    ['a key of another name', { status: '200', headers: { a: [{ key: 'b', value: '' }] } }, /the key "b"/],
    ['a name in upper case', { status: '200', headers: { Location: [{ value: '/' }] } }, /lower case/],
    ['a body that is an object', { status: '200', body: {} }, /body is \{\}/],
    ['another encoding', { status: '200', body: '', bodyEncoding: 'utf8' }, /bodyEncoding is "utf8"/],
    ['a body that is not base64', { status: '200', body: 'a', bodyEncoding: 'base64' }, /not base64/],
    ['more than a megabyte', { status: '200', body: 'a'.repeat(MOST_BYTES + 1) }, /1000001 bytes/],
    ['a megabyte of text and one header', { ...header('a'), body: 'a'.repeat(MOST_BYTES) }, /1000002 bytes/],
    [
      'a megabyte of base64',
      { status: '200', body: 'AAAA'.repeat(MOST_BYTES / 4 + 1), bodyEncoding: 'base64' },
      /1000004 bytes/,
    ],
  ])('%s', (_what, result, reason) => {
    expect(() => parseGenerated(result)).toThrow(LambdaValidationError);
    expect(() => parseGenerated(result)).toThrow(reason);
  });

  test.each([
    ...[
      'connection',
      'expect',
      'keep-alive',
      'proxy-authenticate',
      'proxy-authorization',
      'proxy-connection',
    ],
    ...['trailer', 'upgrade', 'x-accel-redirect', 'x-amz-cf-id', 'x-amzn-requestid', 'x-amzn-trace-id'],
    ...['x-cache', 'x-edge-location', 'x-forwarded-proto', 'x-real-ip'],
    ...['accept-encoding', 'content-length', 'if-modified-since', 'if-none-match', 'if-range'],
    ...['if-unmodified-since', 'transfer-encoding', 'via'],
  ])('the header %s', (name) => {
    expect(() => parseGenerated(header(name))).toThrow(name);
  });
});
