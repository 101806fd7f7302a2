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
  when('condition on the method takes that method', [method('POST')], { method: 'POST' }, 'taken'),
  when('condition on the method passes another', [method('POST')], { method: 'GET' }, 'passed'),
  when('condition on GET does not take HEAD', [method('GET')], { method: 'HEAD' }, 'passed'),
];

const canary = [header('x-canary', 'yes')];

const HEADERS: readonly RouterCase[] = [
  when('condition on a header takes its value', canary, { headers: { 'X-Canary': 'yes' } }, 'taken'),
  when('condition on a header passes another value', canary, { headers: { 'x-canary': 'no' } }, 'passed'),
  when('condition on a header compares case', canary, { headers: { 'x-canary': 'Yes' } }, 'passed'),
  when('condition on a header compares all of it', canary, { headers: { 'x-canary': 'yes, no' } }, 'passed'),
  when('condition on a header passes its absence', canary, {}, 'passed'),
  when(
    'condition on a header compares the value undecoded',
    [header('x-name', 'a b')],
    { headers: { 'x-name': 'a%20b' } },
    'passed',
  ),
  when(
    'condition on a missing header does not hold if every object has a property of that name',
    [header('constructor', 'Object')],
    {},
    'passed',
  ),
  when(
    'condition on a header sees a forged copy of ours before it is removed',
    [header('x-proxy-token', 'guess')],
    { headers: { 'x-proxy-token': 'guess' } },
    'taken',
  ),
];

const named = [query('name', 'a b&c')];

const QUERIES: readonly RouterCase[] = [
  when('condition on the query takes its value', [query('v', '2')], { query: 'x=1&v=2' }, 'taken'),
  when('condition on the query passes another value', [query('v', '2')], { query: 'v=21' }, 'passed'),
  when('condition on the query passes its absence', [query('v', '2')], {}, 'passed'),
  when('condition on the query compares text: %20', named, { query: 'name=a%20b%26c' }, 'taken'),
  when('condition on the query compares text: +', named, { query: 'name=a+b%26c' }, 'taken'),
  when('condition on the query compares UTF-8', [query('q', 'é')], { query: 'q=%C3%a9' }, 'taken'),
  when(
    'condition on the query compares characters of any plane',
    [query('q', '🛒é')],
    { query: 'q=%f0%9f%9b%92%c3%a9' },
    'taken',
  ),
  when('condition on the query finds an encoded name', [query('a b', '1')], { query: 'a%20b=1' }, 'taken'),
  when('condition on the query takes an empty value', [query('debug', '')], { query: 'debug' }, 'taken'),
  when(
    'condition on the query compares a malformed value as it is',
    [query('q', '%zz')],
    { query: 'q=%zz' },
    'taken',
  ),
  when('condition on the query survives a malformed value', [query('q', 'x')], { query: 'q=%zz' }, 'passed'),
  when(
    'condition on the query compares the first of several values',
    [query('v', '1')],
    { query: 'v=1&v=2' },
    'taken',
  ),
  when('condition on the query passes what comes second', [query('v', '2')], { query: 'v=1&v=2' }, 'passed'),
  when(
    'condition on a missing parameter does not hold if every object has a property of that name',
    [query('constructor', 'Object')],
    {},
    'passed',
  ),
];

const both = [method('GET'), header('x-canary', 'yes'), query('v', '2')];

const COMBINED: readonly RouterCase[] = [
  when('conditions take what fulfils all', both, { query: 'v=2', headers: { 'x-canary': 'yes' } }, 'taken'),
  when('conditions pass what misses one', both, { query: 'v=2' }, 'passed'),
  {
    name: 'answers that the path is unknown if no condition holds',
    store: { 'shop.dev.example.com': live('shop', { rules: [rule('/', { conditions: canary })] }) },
    expected: { status: 404, state: 'unknown path' },
  },
  {
    name: 'checks conditions only below the rule’s own path',
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
