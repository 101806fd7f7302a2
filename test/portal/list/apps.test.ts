import { describe, expect, test } from 'vitest';
import type { RouteSummary, RoutesFile } from '../../../core/journal/routes-file.ts';
import { NO_FILTERS, type Sort } from '../../../portal/address/address.ts';
import { describeApps } from '../../../portal/list/apps.ts';
import { filterApps } from '../../../portal/list/filter.ts';
import { sortApps } from '../../../portal/list/sort.ts';
import { type Memory, openFavourites } from '../../../portal/memory/favourites.ts';
import { describeProblems } from '../../../portal/problems/describe-problem.ts';
import { route, routesFile, rulesOf } from '../site.ts';
import { NOW } from './made-list.ts';

const PLACE = {
  ...{ origin: 'https://dev.example.com', protocol: 'https:', hostname: 'dev.example.com', port: '' },
};
const NONE: ReadonlySet<string> = new Set();

const name = (label: string) => `${label}.dev.example.com`;
const appsOf = (list: RoutesFile, lastRequests: ReadonlyMap<string, number> = new Map()) =>
  describeApps(list, lastRequests, NOW, PLACE);
const listOf = (...labels: string[]) => routesFile(labels.map((label) => route(name(label))));
const labels = (apps: readonly { label: string }[]) => apps.map(({ label }) => label);

describe('the order of the list', () => {
  const sorted = (list: RoutesFile, sort: Sort, favourites = NONE) =>
    labels(sortApps(appsOf(list), sort, favourites));

  test('is natural: api-2 comes before api-10', () => {
    const list = listOf('api-10', 'api', 'api-2', 'B', 'a');
    expect(sorted(list, 'name')).toEqual(['a', 'api', 'api-2', 'api-10', 'B']);
    expect(sorted(list, '-name')).toEqual(['B', 'api-10', 'api-2', 'api', 'a']);
  });

  test('by state begins with those that need a person', () => {
    const states = { a: 'asleep', b: 'live', c: 'conflict', d: 'starting', e: 'later' };
    const list = routesFile(Object.entries(states).map(([label, state]) => route(name(label), { state })));
    expect(sorted(list, 'state')).toEqual(['e', 'c', 'd', 'b', 'a']);
  });

  test('by last request begins with the latest, and ends with apps without one in both directions', () => {
    const list = listOf('a', 'b', 'c', 'd');
    const times = new Map([
      [name('b'), NOW - 1_000],
      [name('d'), NOW - 9_000],
    ]);
    const order = (sort: Sort) => labels(sortApps(appsOf(list, times), sort, NONE));
    expect(order('last')).toEqual(['b', 'd', 'a', 'c']);
    expect(order('-last')).toEqual(['d', 'b', 'a', 'c']);
  });

  test('begins with favourites', () => {
    expect(sorted(listOf('a', 'b', 'c'), '-name', new Set([name('a')]))).toEqual(['a', 'c', 'b']);
  });
});

describe('the filters of the list', () => {
  const problem = {
    ...{ code: 'bad-value', instance: 'i-0bad', tag: 'proxy:port', found: '80a', message: 'it is wrong' },
    hostnames: [name('cart')],
  };
  const list = routesFile(
    [
      route(name('cart'), { state: 'conflict', instances: ['i-0bad'] }),
      route(name('shop'), { rules: rulesOf('/', '/checkout'), expiresAt: '2026-11-23T11:00:00Z' }),
      route(name('docs'), { access: 'open' }),
    ],
    { problems: [problem] },
  );
  const found = (filters: Partial<typeof NO_FILTERS>) =>
    labels(filterApps(appsOf(list), { ...NO_FILTERS, ...filters }));

  test.each([
    ['CART', ['cart']],
    ['dev.example.com', ['cart', 'shop', 'docs']],
    ['0bad', ['cart']],
    ['80a', ['cart']],
    ['/checkout', ['shop']],
    ['lease ended', ['shop']],
    ['open', ['docs']],
    ['do cs', ['docs']],
    ['docs shop', []],
  ])('the query %j finds %j', (query, expected) => {
    expect(found({ query })).toEqual(expected);
  });

  test('a state is the present one, so a lease that has ended counts as ended', () => {
    expect(found({ state: 'live' })).toEqual(['docs']);
    expect(found({ state: 'expired' })).toEqual(['shop']);
  });
});

describe('an app', () => {
  const instance = {
    ...{ region: 'eu-west-1', zone: 'eu-west-1a', account: '111122223333', type: 't4g.small' },
    ...{ state: 'running' as const, launchedAt: '2026-11-23T10:00:00Z' },
  };
  const list = routesFile(
    [
      route(name('cart'), { instances: ['i-0a'], since: '2026-11-23T11:00:00Z' }),
      route(name('shop'), { instances: ['i-0a', 'i-0b'] }),
      route(name('wiki'), { instances: ['i-0gone'] }),
    ],
    {
      instances: [
        { ...instance, id: 'i-0a', name: 'web-1', launchedBy: 'Developer/ann@example.com' },
        { ...instance, id: 'i-0b', tags: { owner: 'bob', team: 'payments' } },
      ],
    },
  );

  test('belongs to the tag owner of an instance, or else to the person who launched it', () => {
    expect(appsOf(list).map(({ owner }) => owner)).toEqual(['ann@example.com', 'bob', undefined]);
  });

  test('belongs to the tag owner in any spelling of its key, without spaces around its value', () => {
    const tagged = { ...instance, id: 'i-0a', tags: { Owner: ' carol  ann ' } };
    const apps = appsOf({ ...list, instances: [tagged] });
    expect(apps[0]?.owner).toBe('carol ann');
  });

  test('has its state since a time, and its instances with their names', () => {
    expect(appsOf(list)[0]).toMatchObject({
      since: { at: '2026-11-23T11:00:00.000Z', words: '1 h ago' },
      instances: [{ id: 'i-0a', name: 'web-1' }],
    });
  });

  test.each([
    ['web-1', ['cart', 'shop']],
    ['payments', ['shop']],
    ['team=pay', ['shop']],
    ['ann@', ['cart', 'shop']],
    ['eu-west-1a', ['cart', 'shop']],
    ['i-0gone', ['wiki']],
  ])('is found by %j of an instance', (query, expected) => {
    expect(labels(filterApps(appsOf(list), { ...NO_FILTERS, query }))).toEqual(expected);
  });

  test('is found by its owner', () => {
    expect(labels(filterApps(appsOf(list), { ...NO_FILTERS, owner: 'bob' }))).toEqual(['shop']);
  });
});

describe('a problem', () => {
  test('names the hosts that it keeps down, apart from those that serve', () => {
    const problem = {
      ...{ code: 'bad-value', instance: 'i-0bad', tag: 'proxy:port', found: '80a', remedy: 'fix the tag' },
      message: 'i-0bad: `proxy:port` is "80a"; fix the tag',
      hostnames: [name('cart'), name('shop')],
    };
    const [view] = describeProblems(routesFile([route(name('shop'))], { problems: [problem, problem] }), NOW);
    expect(view).toMatchObject({
      ...{ headline: '`proxy:port` is "80a"', found: '80a', remedy: 'Fix the tag', isClaim: false },
      down: [{ label: 'cart', fragment: '#cart' }],
      others: [{ label: 'shop' }],
    });
  });

  test('has a short headline, and what one has to know beside it', () => {
    const problem = {
      ...{ code: 'unknown-tag', instance: 'i-0bad', tag: 'proxy:prot', found: '3000', remedy: 'fix the tag' },
      message: 'i-0bad: `proxy:prot` is "3000", but there is no such tag; the tags are a; b; fix the tag',
    };
    const [view] = describeProblems(routesFile([], { problems: [problem] }), NOW);
    expect(view).toMatchObject({
      headline: '`proxy:prot` is "3000", but there is no such tag',
      ...{ detail: 'The tags are a; b', remedy: 'Fix the tag' },
    });
  });

  test('of a name that another instance has tells which one has it', () => {
    const problem = {
      ...{ code: 'name-taken', instance: 'i-0def', tag: 'proxy:host', found: 'i-0abc', remedy: 'choose' },
      message: `i-0def claims ${name('shop')}, which already belongs to i-0abc; choose`,
      hostnames: [name('shop')],
    };
    const headline = (rest: Partial<RouteSummary>) => {
      const routes = [route(name('shop'), { instances: ['i-0abc'], ...rest })];
      return describeProblems(routesFile(routes, { problems: [problem] }), NOW)[0]?.headline;
    };
    expect(headline({})).toBe('`i-0def` wants `shop`, which `i-0abc` has');
    // The clock is that of this machine.
    const since = new Date(NOW).setHours(10, 12);
    expect(headline({ since: new Date(since).toISOString() })).toBe(
      '`i-0def` wants `shop`, which `i-0abc` has had since 10:12',
    );
  });
});

describe('favourites', () => {
  function memoryOf(stored: Map<string, string>): Memory {
    return {
      getItem: (key) => stored.get(key) ?? null,
      setItem: (key, value) => void stored.set(key, value),
    };
  }

  test('stay in the browser', () => {
    const stored = new Map<string, string>();
    const memory = () => memoryOf(stored);
    const favourites = openFavourites(memory, () => {});
    favourites.toggle('a');
    favourites.toggle('b');
    favourites.toggle('a');
    expect([...openFavourites(memory, () => {}).all]).toEqual(['b']);
  });

  test('of another tab stay, too', () => {
    const stored = new Map<string, string>();
    const [one, two] = [0, 1].map(() =>
      openFavourites(
        () => memoryOf(stored),
        () => {},
      ),
    );
    one?.toggle('a');
    two?.toggle('b');
    expect([
      ...openFavourites(
        () => memoryOf(stored),
        () => {},
      ).all,
    ]).toEqual(['a', 'b']);
  });

  test.each(['7', '[7]', '{', 'null'])('ignore a storage that holds %s', (text) => {
    const stored = new Map([['edge-proxy-favourites', text]]);
    expect([
      ...openFavourites(
        () => memoryOf(stored),
        () => {},
      ).all,
    ]).toEqual([]);
  });

  test('last as long as the page where the browser blocks storage', () => {
    const blocked = (): Memory => {
      throw new Error('blocked');
    };
    const favourites = openFavourites(blocked, () => {});
    favourites.toggle('a');
    expect([...favourites.all]).toEqual(['a']);
  });
});
