import { describe, expect, test } from 'vitest';
import { parseTags } from '../../../core/routes/route-spec.ts';
import { idOf, instance, SETTINGS } from '../../support/values/instances.ts';

const parse = (tags: Record<string, string>) =>
  parseTags(instance({ id: 1, tags: { 'proxy:host': 'shop', ...tags } }), SETTINGS);

const refused = (attribute: string, value: string, reason: string, code = 'bad-value') => ({
  specs: [],
  problems: [
    {
      ...{ code, instance: idOf(1), tag: `proxy:${attribute}`, found: value },
      remedy: 'fix the tag and the next event picks it up',
      hostnames: ['shop.dev.example.com'],
      message: `${idOf(1)}: \`proxy:${attribute}\` is ${JSON.stringify(value)}, ${reason}; fix the tag and the next event picks it up`,
    },
  ],
});

describe('a path written as a pattern is refused with the prefix that it means', () => {
  test.each([
    ['/api/*', '/api'],
    ['/api*', '/api'],
    ['/api/**', '/api'],
    ['=/api/*', '/api'],
    ['api/*', '/api'],
    ['api*', '/api'],
    ['*.php', '/'],
    ['/api/*/x', '/api'],
    ['/*', '/'],
    ['*', '/'],
    ['^/api/(.*)$', '/api'],
    ['/users/{id}', '/users'],
    ['/{proxy+}', '/'],
    ['//*', '/'],
  ])('%s: %s', (value, prefix) => {
    const reason = `but a path is not a pattern: a prefix covers everything below it; write "${prefix}"`;
    expect(parse({ 'proxy:path': value })).toMatchObject(refused('path', value, reason));
    expect(parse({ 'proxy:path': prefix }).problems).toEqual([]);
  });
});

test.each(['/api,/v2', '/api, /v2', '/api /v2', '/a,=/b'])(
  'a list of paths such as %s is refused',
  (value) => {
    const reason =
      'but a route has one path; make a second route for the other path, with `proxy:b:host` and `proxy:b:path`';
    expect(parse({ 'proxy:path': value })).toMatchObject(refused('path', value, reason));
  },
);

test('a comma within a path is a normal character', () => {
  expect(parse({ 'proxy:path': '/at/48.1,11.5' }).specs).toMatchObject([{ path: '/at/48.1,11.5' }]);
});

test.each(['method=GET,header:x=1', 'header:x=1,query:y=2', 'header:x=1, query:y=2'])(
  'a list of conditions with commas such as %s is refused',
  (value) => {
    const reason = 'but conditions are separated by spaces, not commas; write a comma in a value as %2C';
    expect(parse({ 'proxy:match': value })).toMatchObject(refused('match', value, reason));
  },
);

test('a cookie of the proxy is refused for proxy:sticky', () => {
  const value = 'cookie:__Host-proxy-app';
  const reason = 'but that is a cookie of the proxy; name a cookie of the app';
  expect(parse({ 'proxy:sticky': value })).toMatchObject(refused('sticky', value, reason));
});

test('a comma within the value of a condition is a normal character', () => {
  const { specs } = parse({ 'proxy:match': 'header:x=a,b query:y=1%2Cmethod=2' });
  const values = specs.flatMap(({ conditions }) => conditions.map(({ value }) => value));
  expect(values).toEqual(['a,b', '1,method=2']);
});

describe('a port that is common for TLS', () => {
  const asked =
    'where TLS is usual, but CloudFront will use plain HTTP; set `proxy:scheme` = "https" and `proxy:cert-name`, or `proxy:scheme` = "http" to keep plain HTTP';

  test.each(['443', '8443'])('%s alone makes the route, and a problem asks for the scheme', (port) => {
    const { specs, problems } = parse({ 'proxy:port': port });
    expect(specs).toMatchObject([{ port: Number(port) }]);
    expect(problems).toEqual(refused('port', port, asked, 'tls-port').problems);
  });

  test('causes no problem if the scheme is given or there is no route', () => {
    const https = { 'proxy:scheme': 'https', 'proxy:cert-name': 'origin.example.com' };
    expect(parse({ 'proxy:port': '443', 'proxy:scheme': 'http' }).problems).toEqual([]);
    expect(parse({ 'proxy:port': '443', ...https }).problems).toEqual([]);
    expect(parse({ 'proxy:port': '443', 'proxy:weight': 'x' }).problems).toHaveLength(1);
    expect(parse({ 'proxy:port': '3000' }).problems).toEqual([]);
  });
});
