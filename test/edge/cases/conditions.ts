import type { Condition } from '../../../core/entry/rule.ts';
import { live, nameOf, on, rule } from '../support/entries.ts';
import type { CaseRequest, RouterCase } from '../support/router-case.ts';

const method = (value: string): Condition => ({ on: 'method', value });
const header = (name: string, value: string): Condition => ({ on: 'header', name, value });
const query = (name: string, value: string): Condition => ({ on: 'query', name, value });

/** A rule with conditions leads to one instance; all other requests go to another. */
const when = (
  name: string,
  conditions: readonly Condition[],
  request: CaseRequest,
  to: 'taken' | 'passed',
): RouterCase => ({
  name,
  store: {
    'shop.dev.example.com': live(['taken', 'passed'], {
      rules: [rule('/', { conditions }), rule('/', { to: [on(1)] })],
    }),
  },
  request,
  expected: { domainName: nameOf(to) },
});

const METHODS: readonly RouterCase[] = [
  when('matches a condition on a method to that method', [method('POST')], { method: 'POST' }, 'taken'),
  when(
    'does not match a condition on a method to another method',
    [method('POST')],
    { method: 'GET' },
    'passed',
  ),
  when('does not match a condition on GET to HEAD', [method('GET')], { method: 'HEAD' }, 'passed'),
];

const canary = [header('x-canary', 'yes')];

const HEADERS: readonly RouterCase[] = [
  when('matches a condition on a header to its value', canary, { headers: { 'X-Canary': 'yes' } }, 'taken'),
  when(
    'does not match a condition on a header to another value',
    canary,
    { headers: { 'x-canary': 'no' } },
    'passed',
  ),
  when('compares the value of a header with its case', canary, { headers: { 'x-canary': 'Yes' } }, 'passed'),
  when('compares the whole value of a header', canary, { headers: { 'x-canary': 'yes, no' } }, 'passed'),
  when('does not match a condition on a header to a request without it', canary, {}, 'passed'),
  when(
    'compares the value of a header without decoding it',
    [header('x-name', 'a b')],
    { headers: { 'x-name': 'a%20b' } },
    'passed',
  ),
  when(
    'does not match a condition on a missing header, even if every object has a property of that name',
    [header('constructor', 'Object')],
    {},
    'passed',
  ),
  when(
    'matches a condition to a forged header of the router before it removes that header',
    [header('x-proxy-token', 'guess')],
    { headers: { 'x-proxy-token': 'guess' } },
    'taken',
  ),
];

const named = [query('name', 'a b&c')];

const QUERIES: readonly RouterCase[] = [
  when(
    'matches a condition on a query parameter to its value',
    [query('v', '2')],
    { query: 'x=1&v=2' },
    'taken',
  ),
  when(
    'does not match a condition on a query parameter to another value',
    [query('v', '2')],
    { query: 'v=21' },
    'passed',
  ),
  when(
    'does not match a condition on a query parameter to a request without it',
    [query('v', '2')],
    {},
    'passed',
  ),
  when('decodes %20 in a query before it compares', named, { query: 'name=a%20b%26c' }, 'taken'),
  when('decodes + in a query before it compares', named, { query: 'name=a+b%26c' }, 'taken'),
  when('decodes UTF-8 in a query before it compares', [query('q', 'é')], { query: 'q=%C3%a9' }, 'taken'),
  when(
    'decodes characters of any plane in a query before it compares',
    [query('q', '🛒é')],
    { query: 'q=%f0%9f%9b%92%c3%a9' },
    'taken',
  ),
  when('finds a query parameter with an encoded name', [query('a b', '1')], { query: 'a%20b=1' }, 'taken'),
  when(
    'matches a condition with an empty value to a query parameter without a value',
    [query('debug', '')],
    { query: 'debug' },
    'taken',
  ),
  when(
    'compares a malformed query value without decoding it',
    [query('q', '%zz')],
    { query: 'q=%zz' },
    'taken',
  ),
  when(
    'does not match a condition to a malformed query value',
    [query('q', 'x')],
    { query: 'q=%zz' },
    'passed',
  ),
  when(
    'compares the first of several values of a query parameter',
    [query('v', '1')],
    { query: 'v=1&v=2' },
    'taken',
  ),
  when('ignores the second value of a query parameter', [query('v', '2')], { query: 'v=1&v=2' }, 'passed'),
  when(
    'does not match a condition on a missing parameter, even if every object has a property of that name',
    [query('constructor', 'Object')],
    {},
    'passed',
  ),
];

const both = [method('GET'), header('x-canary', 'yes'), query('v', '2')];

const COMBINED: readonly RouterCase[] = [
  when(
    'matches a rule if all of its conditions hold',
    both,
    { query: 'v=2', headers: { 'x-canary': 'yes' } },
    'taken',
  ),
  when('does not match a rule if one of its conditions does not hold', both, { query: 'v=2' }, 'passed'),
  {
    name: 'answers that the path is unknown if no condition holds',
    store: { 'shop.dev.example.com': live('shop', { rules: [rule('/', { conditions: canary })] }) },
    expected: { status: 404, state: 'unknown path' },
  },
  {
    name: 'ignores the conditions of rules for other paths',
    store: {
      'shop.dev.example.com': live(['api', 'rest'], {
        rules: [rule('/api', { conditions: [method('GET')] }), rule('/', { to: [on(1)] })],
      }),
    },
    request: { uri: '/cart' },
    expected: { domainName: nameOf('rest') },
  },
  {
    name: 'applies the same conditions to both readings of an ambiguous path',
    store: {
      'shop.dev.example.com': live(['writer', 'rest'], {
        rules: [rule('/api', { conditions: [method('POST')] }), rule('/', { to: [on(1)] })],
      }),
    },
    request: { uri: '/x/../api' },
    expected: { domainName: nameOf('rest') },
  },
];

/** Conditions of a rule: on method, header and query. */
export const CONDITION_CASES = [...METHODS, ...HEADERS, ...QUERIES, ...COMBINED];
