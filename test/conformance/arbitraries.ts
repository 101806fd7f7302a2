import fc from 'fast-check';
import type { ConformanceRequest, HttpMatch, HttpRoute, HttpRule, NamedValue } from './gateway-api.ts';

// Few values, so that routes and requests often meet.
const path = fc.constantFrom('/', '/a', '/a/', '/a/b', '/ab');
const method = fc.constantFrom('GET', 'GET', 'GET', 'PUT');
const value = fc.constantFrom('1', '1', '1', 'a b', 'é');
const names = ['x', 'y', 'Z'] as const;

const namedValues = (named: fc.Arbitrary<string>): fc.Arbitrary<NamedValue[]> =>
  fc.uniqueArray(fc.record({ name: named, value }), { maxLength: 2, selector: ({ name }) => name });

const match: fc.Arbitrary<HttpMatch> = fc.record(
  {
    path: fc.record({ type: fc.constantFrom('Exact', 'PathPrefix'), value: path }),
    method,
    headers: namedValues(fc.constantFrom(...names)),
    queryParams: namedValues(fc.constantFrom(...names)),
  },
  { requiredKeys: [] },
);

const rule: fc.Arbitrary<HttpRule> = fc.record({
  matches: fc.array(match, { minLength: 1, maxLength: 3 }),
  backendRefs: fc.constantFrom('one', 'two', 'three').map((name) => [{ name, port: 3000 }]),
});

const hostname = fc.constantFrom('a.test', 'b.a.test', '*.a.test', '*.test');

const route: fc.Arbitrary<HttpRoute> = fc.record({
  kind: fc.constant('HTTPRoute'),
  name: fc.constant('any'),
  spec: fc.record({
    hostnames: fc.uniqueArray(hostname, { minLength: 1, maxLength: 3 }),
    rules: fc.array(rule, { minLength: 1, maxLength: 3 }),
  }),
});

/** HTTPRoutes that overlap in every way, each rule with one backend. */
export const anyRoutes = fc.array(route, { minLength: 1, maxLength: 3 });

const query = fc
  .uniqueArray(fc.tuple(fc.constantFrom(...names, 'w'), value), {
    minLength: 1,
    maxLength: 4,
    selector: ([name]) => name,
  })
  .map((pairs) => pairs.map(([name, text]) => `${name}=${encodeURIComponent(text)}`).join('&'));

/** Names in another case than in the matches. Values are sent as bytes, so non-ASCII values would not compare equal. */
const headers = fc.dictionary(
  fc.constantFrom('X', 'y', 'z'),
  value.filter((text) => text !== 'é'),
  { minKeys: 1, maxKeys: 3 },
);

/** Requests that these routes may match. */
export const anyRequest: fc.Arbitrary<ConformanceRequest> = fc
  .record({
    host: fc.constantFrom(
      'a.test',
      'b.a.test',
      'c.b.a.test',
      'c.a.test',
      'C.test',
      'd.c.a.test',
      'test',
      'a.test:81',
    ),
    target: fc.constantFrom('/', '/a', '/a/b', '/ab', '/a/', '/A', '/a/b/c', '/a/c', '/b'),
    query,
    method,
    headers,
  })
  .map(({ host, target, query: asked, method: verb, headers: sent }) => ({
    host,
    path: asked === '' ? target : `${target}?${asked}`,
    method: verb,
    headers: sent,
  }));
