import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseTags } from '../../../core/routes/route-spec.ts';
import { TAGS } from '../../../core/tags/tags.ts';
import { tagSet } from '../../support/values/arbitraries.ts';
import { BARE, idOf, instance, SETTINGS } from '../../support/values/instances.ts';

const parse = (tags: Record<string, string>, settings = SETTINGS) =>
  parseTags(instance({ id: 1, tags }), settings);

/** The hostnames of the routes, without the base domain, and the faulty tags. */
function outcome(tags: Record<string, string>) {
  const { specs, problems } = parse(tags);
  return {
    names: specs.map(({ hostname }) => hostname.replace('.dev.example.com', '')),
    faults: problems.map(({ tag }) => tag),
  };
}

describe('an instance with proxy:host alone', () => {
  test('has one route for all paths to port 80', () => {
    expect(parse({ 'proxy:host': 'shop' })).toMatchObject({
      specs: [
        {
          hostname: 'shop.dev.example.com',
          path: '/',
          strip: false,
          conditions: [],
          port: 80,
          weight: 1,
          maintenance: false,
        },
      ],
      problems: [],
    });
  });

  test('has no lease, group, certificate, cookie or timeout', () => {
    const [spec] = parse({ 'proxy:host': 'shop' }).specs;
    for (const term of ['expiresAt', 'group', 'certName', 'sticky', 'timeout'])
      expect(spec).not.toHaveProperty(term);
  });

  test('may have further tags that are not ours', () => {
    const tags = { 'proxy:host': 'shop', Name: 'web', 'proxy-host': 'x', proxy: 'y', '': '', __proto__: 'z' };
    expect(outcome(tags)).toEqual({ names: ['shop'], faults: [] });
  });

  test('has no route and no problem without our tags', () => {
    expect(outcome({ Name: 'web' })).toEqual({ names: [], faults: [] });
  });
});

describe('a named route', () => {
  test.each(Object.keys(TAGS).filter((attribute) => attribute !== 'host'))(
    'without a host is a problem, even with other tags: %s',
    (attribute) => {
      const { specs, problems } = parse({ [`proxy:api:${attribute}`]: '1' });
      expect(specs).toEqual([]);
      expect(problems.length).toBeGreaterThan(0);
    },
  );
});

describe('several names', () => {
  test('are one route each, for any blanks between them and any repetition', () => {
    expect(outcome({ 'proxy:host': ' shop \t cart  SHOP shop.dev.example.com ' }).names).toEqual([
      'shop',
      'cart',
    ]);
  });

  test('lose only an invalid name', () => {
    const { specs, problems } = parse({ 'proxy:host': 'shop my_app cart' });
    expect(specs.map(({ hostname }) => hostname)).toEqual(['shop.dev.example.com', 'cart.dev.example.com']);
    expect(problems).toEqual([
      {
        ...{ code: 'bad-name', instance: idOf(1), tag: 'proxy:host', found: 'my_app' },
        remedy: 'fix the tag and the next event picks it up',
        message: `${idOf(1)}: \`proxy:host\` is "my_app", in which "my_app" is not a label of 1–63 letters, digits and inner hyphens; write "my-app"; fix the tag and the next event picks it up`,
      },
    ]);
  });

  test('are at most ten', () => {
    const names = Array.from({ length: 11 }, (_, at) => `app${at}`);
    expect(outcome({ 'proxy:host': names.slice(1).join(' ') }).names).toHaveLength(10);
    const { specs, problems } = parse({ 'proxy:host': names.join(' ') });
    expect(specs).toEqual([]);
    expect(problems[0]?.message).toContain('which has 11 names; a tag may have 10');
  });

  test('are at most fifty per instance, and a route that exceeds them is not made', () => {
    const tags = Object.fromEntries(
      Array.from({ length: 6 }, (_, route) => [
        `proxy:r${route}:host`,
        Array.from({ length: 10 }, (__, at) => `app${route * 10 + at}`).join(' '),
      ]),
    );
    const fifty = { ...tags, 'proxy:r5:host': 'app3 app49', 'proxy:r5:path': '/x' };
    expect(outcome(fifty).faults).toEqual([]);
    expect(new Set(outcome(fifty).names)).toHaveLength(50);
    const { specs, problems } = parse({
      ...tags,
      'proxy:r5:host': 'app3 more',
      'proxy:r6:host': 'app4',
      'proxy:r6:path': '/y',
    });
    expect(new Set(specs.map(({ hostname }) => hostname))).toHaveLength(50);
    expect(specs.some(({ path }) => path === '/y')).toBe(true);
    expect(problems.map(({ message }) => message)).toEqual([
      `${idOf(1)}: \`proxy:r5:host\` is "app3 more", which would give the instance 51 names; an instance may have 50; fix the tag and the next event picks it up`,
    ]);
  });

  test.each(['', '   '])('are reported as missing when the value is "%s"', (value) => {
    const { specs, problems } = parse({ 'proxy:host': value });
    expect(specs).toEqual([]);
    expect(problems[0]?.message).toBe(
      `${idOf(1)}: \`proxy:host\` is "", but a route needs a name such as "shop"; fix the tag and the next event picks it up`,
    );
  });

  test('are reported as missing if other tags ask for a route', () => {
    for (const more of [{}, { 'proxy:ttl': '4h' }])
      expect(outcome({ 'proxy:port': '3000', ...more })).toEqual({ names: [], faults: ['proxy:host'] });
  });
});

describe('a misspelt key', () => {
  test.each([
    'proxy:hots',
    'proxy:Host',
    'Proxy:host',
    'PROXY:PORT',
    'proxy:',
    'proxy::host',
    'proxy:a:b:port',
    'proxy:api',
    'proxy:constructor',
    'proxy:port ',
    'proxy: port',
  ])('%s causes a problem, and its instance has no route', (key) =>
    expect(outcome({ 'proxy:host': 'shop', 'proxy:api:host': 'api', [key]: '80' })).toEqual({
      names: [],
      faults: [key],
    }),
  );

  test.each([
    'proxy:api:hots',
    'proxy:api:Port',
    'Proxy:api:port',
    'proxy:Api:port',
    'proxy:API:weight',
    'proxy:api:health',
  ])('%s affects only the route that it names', (key) =>
    expect(outcome({ 'proxy:host': 'shop', 'proxy:api:host': 'api', [key]: '80' })).toEqual({
      names: ['shop'],
      faults: [key],
    }),
  );

  test.each(['a_b', '-a', 'a'.repeat(33), 'ü', 'a b'])(
    'with the route name "%s" causes a problem that explains route names',
    (name) => {
      const { specs, problems } = parse({ [`proxy:${name}:host`]: 'api' });
      expect(specs).toEqual([]);
      expect(problems[0]?.message).toContain(
        'but a route name has 1–32 lower-case letters, digits and hyphens',
      );
    },
  );

  test('causes a problem that lists all supported tags', () => {
    const { problems } = parse({ 'proxy:hots': 'shop' });
    expect(problems[0]?.message).toMatch(
      /`proxy:hots` is "shop", but the proxy has no tag of that name; its tags are proxy:host, proxy:port, /,
    );
    expect(problems[0]?.message).not.toContain('proxy:idle-after');
  });
});

describe('a named route', () => {
  test('has its own settings beside the unnamed route', () => {
    const { specs } = parse({
      'proxy:host': 'shop',
      'proxy:port': '3000',
      'proxy:api:host': 'shop',
      'proxy:api:path': '/api',
      'proxy:api:port': '4000',
    });
    expect(specs).toMatchObject([
      { hostname: 'shop.dev.example.com', path: '/', port: 3000 },
      { hostname: 'shop.dev.example.com', path: '/api', port: 4000 },
    ]);
  });

  test('inherits only the tags that describe the instance', () => {
    const { specs } = parse({
      'proxy:group': 'web',
      'proxy:maintenance': 'on',
      'proxy:ttl': '4h',
      'proxy:access': 'deployment',
      'proxy:api:host': 'api',
    });
    expect(specs).toMatchObject([
      { hostname: 'api.dev.example.com', group: 'web', maintenance: true, port: 80 },
    ]);
    const { specs: own } = parse({ 'proxy:host': 'shop', 'proxy:weight': '9', 'proxy:api:host': 'api' });
    expect(own.map(({ weight }) => weight)).toEqual([9, 1]);
  });

  test('cannot have an address of its own, because an entry names each instance once', () => {
    const { specs, problems } = parse({
      'proxy:host': 'shop',
      'proxy:api:host': 'api',
      'proxy:api:address': 'ipv6',
    });
    expect(specs).toMatchObject([{ hostname: 'shop.dev.example.com' }]);
    expect(problems).toMatchObject([{ code: 'unknown-tag', tag: 'proxy:api:address' }]);
    expect(problems[0]?.message).toContain(
      'but this tag counts for the whole instance: write `proxy:address`',
    );
  });

  test('is not made with a wrong address of its instance', () => {
    const wrong = { 'proxy:host': 'shop', 'proxy:api:host': 'api', 'proxy:address': 'v6' };
    const { specs, problems } = parse(wrong);
    expect(specs).toEqual([]);
    expect(problems).toMatchObject([{ code: 'bad-value', tag: 'proxy:address', found: 'v6' }]);
    expect(problems[0]?.message).toContain('`proxy:address` is "v6", expected `ipv4` or `ipv6`');
    const right = { ...wrong, 'proxy:address': 'ipv6' };
    expect(parse(right)).toMatchObject({ specs: { length: 2 }, problems: [] });
  });

  test('may override the inherited tags', () => {
    const { specs } = parse({
      'proxy:maintenance': 'on',
      'proxy:api:host': 'api',
      'proxy:api:maintenance': 'off',
    });
    expect(specs).toMatchObject([{ maintenance: false }]);
  });

  test('without a host is reported with its own tag', () => {
    expect(outcome({ 'proxy:host': 'shop', 'proxy:api:port': '4000' })).toEqual({
      names: ['shop'],
      faults: ['proxy:api:host'],
    });
  });

  test('with an invalid value does not affect other routes', () => {
    const tags = { 'proxy:host': 'shop', 'proxy:api:host': 'api', 'proxy:api:port': '80a' };
    expect(outcome(tags)).toEqual({ names: ['shop'], faults: ['proxy:api:port'] });
  });

  test('with the name and path of another route of its instance is not made', () => {
    const same = {
      'proxy:a:host': 'shop cart',
      'proxy:a:port': '3000',
      'proxy:b:host': 'docs shop',
      'proxy:b:port': '4000',
    };
    const { specs, problems } = parse(same);
    expect(specs.map(({ hostname, port }) => `${hostname} ${port}`)).toEqual([
      'shop.dev.example.com 3000',
      'cart.dev.example.com 3000',
      'docs.dev.example.com 4000',
    ]);
    expect(problems).toMatchObject([
      { instance: idOf(1), tag: 'proxy:b:host', hostnames: ['shop.dev.example.com'] },
    ]);
  });
});

test('a path has at most 200 characters', () => {
  const faults = (length: number) =>
    outcome({ 'proxy:host': 'shop', 'proxy:path': `/${'a'.repeat(length - 1)}` }).faults;
  expect([faults(200), faults(201)]).toEqual([[], ['proxy:path']]);
});

describe('a fault', () => {
  test('in a tag of several routes is reported once', () => {
    const tags = { 'proxy:host': 'shop', 'proxy:api:host': 'api', 'proxy:b:host': 'b', 'proxy:ttl': 'soon' };
    expect(outcome(tags)).toEqual({ names: [], faults: ['proxy:ttl'] });
  });

  test('is reported together with all others of its route', () => {
    const tags = { 'proxy:host': 'shop my_app', 'proxy:port': '1', 'proxy:path': 'x', 'proxy:ttl': '' };
    expect(outcome(tags).faults.sort()).toEqual(['proxy:host', 'proxy:path', 'proxy:port', 'proxy:ttl']);
  });

  test.each([
    [{ 'proxy:scheme': 'https' }, 'proxy:scheme', 'which needs `proxy:cert-name` as well'],
    [{ 'proxy:cert-name': 'a.example' }, 'proxy:cert-name', 'which needs `proxy:scheme` = "https" as well'],
    [
      { 'proxy:cert-name': 'a.example', 'proxy:scheme': 'http' },
      'proxy:cert-name',
      'which needs `proxy:scheme` = "https" as well',
    ],
  ])('is a missing second tag in %j', (tags, tag, reason) => {
    const { specs, problems } = parse({ 'proxy:host': 'shop', ...tags });
    expect(specs).toEqual([]);
    expect(problems).toMatchObject([{ tag }]);
    expect(problems[0]?.message).toContain(reason);
  });
});

describe('conditions', () => {
  test('are the same in any order', () => {
    const [one, other] = ['method=GET header:b=1 header:a=2', 'header:a=2 header:b=1 method=GET'].map(
      (value) => parse({ 'proxy:host': 'shop', 'proxy:match': value }).specs[0]?.conditions,
    );
    expect(one).toHaveLength(3);
    expect(other).toEqual(one);
  });

  test('include the whole name of a header', () => {
    expect(outcome({ 'proxy:host': 'shop', 'proxy:match': 'header:(x=1' }).faults).toEqual(['proxy:match']);
  });

  test('are at most eight', () => {
    const terms = Array.from({ length: 9 }, (_, n) => `header:h${n}=a`);
    expect(outcome({ 'proxy:host': 'shop', 'proxy:match': terms.slice(1).join(' ') }).names).toEqual([
      'shop',
    ]);
    expect(outcome({ 'proxy:host': 'shop', 'proxy:match': terms.join(' ') }).faults).toEqual(['proxy:match']);
  });
});

describe('any tags', () => {
  test('are parsed without an error and the same in any order, with a problem for each route that is not made', () => {
    fc.assert(
      fc.property(tagSet, fc.constantFrom(SETTINGS, BARE), (tags, settings) => {
        const parsed = parse(tags, settings);
        const { specs, problems } = parsed;
        expect(parse(Object.fromEntries(Object.entries(tags).reverse()), settings)).toEqual(parsed);
        const asks = Object.keys(tags).some((key) => /^proxy:(?:[a-z]+:)?host$/.test(key));
        if (asks && specs.length === 0) expect(problems).not.toEqual([]);
        expect(new Set(problems.map((each) => JSON.stringify(each))).size).toBe(problems.length);
      }),
    );
  });
});

test('a condition on cookies is refused with an alternative', () => {
  for (const match of ['header:cookie=a', 'method=GET header:Cookie=a']) {
    const { specs, problems } = parseTags(
      instance({ id: 1, tags: { 'proxy:host': 'shop', 'proxy:match': match } }),
      SETTINGS,
    );
    expect(specs).toEqual([]);
    expect(problems.map(({ tag, message }) => [tag, message])).toEqual([
      ['proxy:match', expect.stringMatching(/cannot read the Cookie header.*or use `proxy:sticky`/)],
    ]);
  }
});
