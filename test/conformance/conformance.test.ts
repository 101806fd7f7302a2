import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { njsPath } from '../support/tools/njs.ts';
import { anyRequest, anyRoutes } from './arbitraries.ts';
import { DIFFERENCES, FEATURES } from './cases.ts';
import { type Feature, get, prefix, route, SHOP, to } from './feature.ts';
import { shareFault, wordsOf } from './judge.ts';
import { backendFor } from './oracle.ts';
import { eventOf, inEngine, inNjs, type Outcome, type Visit, worldOf } from './runtimes.ts';
import { translate } from './translate.ts';

const named = (features: readonly Feature[]) => features.map((feature) => [feature.name, feature] as const);
const njs = njsPath();

const ends = (outcomes: readonly Outcome[]) =>
  outcomes.map((outcome) => (outcome.kind === 'answer' ? outcome.status : wordsOf(outcome)));

function visitsOf({ objects, requests }: Feature): Visit[] {
  const world = worldOf(objects);
  expect(world.problems, 'problems').toEqual([]);
  return requests.map(([request]) => ({ world, request }));
}

describe('HTTPRoutes, translated into tags and served by the built router', () => {
  test.each(named(FEATURES))('%s', async (_, feature) => {
    const outcomes = await inEngine(visitsOf(feature));
    expect(ends(outcomes)).toEqual(feature.requests.map(([, expected]) => expected));
  });

  test.skipIf(njs === undefined)('have the same result in njs', async () => {
    const visits = FEATURES.flatMap(visitsOf);
    expect(await inNjs(njs ?? '')(visits)).toEqual(await inEngine(visits));
  });

  test('of any kind behave as the text of the Gateway API says', async () => {
    const eight = fc.array(anyRequest, { minLength: 8, maxLength: 8 });
    const law = fc.asyncProperty(anyRoutes, eight, async (routes, requests) => {
      const world = worldOf(routes);
      // Rules that do not fit into a value are left out and reported. Another test covers that.
      fc.pre(world.problems.length === 0);
      const outcomes = await inEngine(requests.map((request) => ({ world, request })));
      expect(ends(outcomes)).toEqual(requests.map((request) => backendFor(routes, request) ?? 404));
    });
    await fc.assert(law, { numRuns: 300 });
  });
});

const viewersOf = (visit: Visit) => Array.from({ length: 1_000 }, (_, viewer) => ({ ...visit, viewer }));

describe('backends of one rule', () => {
  test('share the viewers by their weights, and a backend of weight 0 gets none', async () => {
    const backends = [
      { name: 'stable', weight: 90 },
      { name: 'canary', weight: 10 },
      { name: 'retired', weight: 0 },
    ];
    const world = worldOf([route(SHOP, { backendRefs: backends })]);
    const outcomes = await inEngine(viewersOf({ world, request: get('/') }));
    expect(shareFault(backends, outcomes)).toBeUndefined();
  });

  test('keep a viewer on its instance for every request', async () => {
    const world = worldOf([route(SHOP, { backendRefs: [{ name: 'one' }, { name: 'two' }] })]);
    const requests = ['/', '/a', '/b?c'].map((path) => get(path));
    const outcomes = await inEngine(requests.map((request) => ({ world, request })));
    expect(new Set(outcomes.map(wordsOf)).size).toBe(1);
  });
});

describe('a request on its way', () => {
  test('loses a prefix that is replaced by /', async () => {
    const path = { type: 'ReplacePrefixMatch', replacePrefixMatch: '/' };
    const rule = { ...to('api', prefix('/api')), filters: [{ type: 'URLRewrite', urlRewrite: { path } }] };
    const world = worldOf([route(SHOP, rule)]);
    const paths = ['/api/v1/users?q=%2F', '/api', '/api/', '/api/api'];
    const outcomes = await inEngine(paths.map((each) => ({ world, request: get(each) })));
    const seen = outcomes.map((outcome) => outcome.kind === 'backend' && outcome.request.uri);
    expect(seen).toEqual(['/v1/users', '/', '/', '/api']);
  });

  test('keeps its bytes', async () => {
    const world = worldOf([route(SHOP, to('web'))]);
    const visit = { world, request: get('/A%2fb//../%zz?x=%2F&x=2&&y') };
    const [outcome] = await inEngine([visit]);
    const { uri, querystring } = eventOf(visit).request;
    expect(outcome).toMatchObject({ kind: 'backend', request: { uri, querystring } });
    expect(uri).toBe('/A%2fb//../%zz');
  });
});

describe('deliberate differences', () => {
  test.each(named(DIFFERENCES))('%s', async (_, feature) => {
    const outcomes = await inEngine(visitsOf(feature));
    expect(ends(outcomes)).toEqual(feature.requests.map(([, expected]) => expected));
  });

  test('instances with equal tags share the viewers, so the younger of two equal matches gets no tag', () => {
    const equal = ['/x', '/x/'].map((value) => ({ path: { value } }));
    const [older, younger] = equal.map((match, index) => ({
      matches: [match],
      backendRefs: [{ name: `${index}` }],
    }));
    const { fleet } = translate([route(SHOP, older ?? {}, younger ?? {})]);
    expect(fleet.map(({ tags }) => tags['proxy:m000:path'])).toEqual(['/x']);
  });

  test('a condition on the header Cookie makes no route, and a message gives the reason', () => {
    const { problems } = worldOf([route(SHOP, to('never', { headers: [{ name: 'cookie', value: 'a=1' }] }))]);
    expect(problems).toEqual([expect.stringContaining('CloudFront Functions cannot read the Cookie header')]);
  });

  test('no tag can express a regular expression, a filter or a rule without backends', () => {
    const backendRefs = [{ name: 'web' }];
    const { fleet, untold } = translate([
      route(
        SHOP,
        { matches: [{ path: { type: 'RegularExpression', value: '/v[12]' } }], backendRefs },
        { filters: [{ type: 'CORS' }], backendRefs },
        { filters: [{ type: 'RequestRedirect' }] },
      ),
    ]);
    expect(fleet).toHaveLength(1);
    expect(untold.map((each) => each.replace(/^.*: /, ''))).toEqual([
      'a regular expression',
      'filter CORS',
      'filter RequestRedirect',
      'no backend',
    ]);
  });

  test('matches that exceed 1 KB are left out, the youngest first, and reported', async () => {
    const rules = Array.from({ length: 12 }, (_, index) => ({
      matches: [{ headers: [{ name: 'x-tenant', value: `tenant-${index}` }] }],
      backendRefs: [{ name: `backend-${index}` }],
    }));
    const world = worldOf([route(SHOP, ...rules)]);
    const requests = rules.map((_, index) => ({
      host: 'shop.test',
      headers: { 'x-tenant': `tenant-${index}` },
    }));
    const outcomes = await inEngine(requests.map((request) => ({ world, request })));
    const left = ends(outcomes).filter((end) => end === 404).length;
    expect([ends(outcomes)[0], left]).toEqual(['backend-0', world.problems.length]);
    expect(left).toBeGreaterThan(0);
  });
});

/** The page promises that the name of a test describes each feature. */
describe('docs/inside/conformance.md', () => {
  const page = readFileSync(new URL('../../docs/inside/conformance.md', import.meta.url), 'utf8');

  test.each(named([...FEATURES, ...DIFFERENCES]))('says that %s', (name) => {
    expect(page).toContain(name);
  });
});
