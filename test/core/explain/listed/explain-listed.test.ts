import { buildSync } from 'esbuild';
import { describe, expect, test } from 'vitest';
import { distance } from '../../../../cli/nearest.ts';
import { explainListed, type ListedOptions } from '../../../../core/explain/listed/explain-listed.ts';
import type { List, ListedRoute } from '../../../../core/explain/listed/list.ts';
import { makeProblem } from '../../../../core/problem.ts';
import { summaryOf } from '../../../support/stands/lists.ts';
import { idOf, instance, publishedProblems, routed } from '../../../support/values/instances.ts';

const SHOP = 'shop.dev.example.com';
const NOW = 1_800_000_000;

const shop: ListedRoute = {
  ...{ hostname: SHOP, state: 'live', since: '2026-11-23T12:03:59Z', instances: [idOf(1)] },
  rules: [{ path: '/', to: [{ instance: 0, port: 80, weight: 1 }] }],
};

function listWith(routes: readonly ListedRoute[], more: Partial<List> = {}): List {
  return {
    ...{ deployment: 'main', baseDomain: 'dev.example.com', detail: 'full', problems: [], routes },
    instances: [{ id: idOf(1), via: 'ipv6' }],
    ...more,
  };
}

function explained(list: List, address: string, more: Partial<ListedOptions> = {}) {
  const answer = explainListed(list, address, {
    now: NOW,
    portal: 'https://dev.example.com',
    distance,
    ...more,
  });
  if (typeof answer === 'string') throw new Error(answer);
  return answer;
}

const wordsOf = ({ requests }: ReturnType<typeof explained>, code: string) =>
  requests.flatMap(({ steps }) => steps.filter((step) => step.code === code).map(({ words }) => words));

describe('an address explained from the list of the portal', () => {
  test('has its instance, rule and port, and no address or number that the list does not have', () => {
    const answer = explained(listWith([shop]), 'shop');
    expect(answer).toMatchObject({
      ...{ hostname: SHOP, lacks: [] },
      outcome: { is: 'app', key: SHOP, instance: idOf(1), rule: '/', port: 80 },
      requests: [{ request: `GET https://${SHOP}/` }],
    });
    expect(wordsOf(answer, 'entry')).toEqual([`live since 2026-11-23T12:03:59Z; ${idOf(1)}.`]);
    expect(wordsOf(answer, 'origin')[0]).toContain(`http at port 80 of ${idOf(1)} over IPv6`);
    expect(JSON.stringify(answer)).not.toContain('.invalid');
    expect(answer.name).toBeUndefined();
  });

  test('says that the viewer decides in a group', () => {
    const both = { instance: 1, port: 80, weight: 1 };
    const rules = [{ path: '/', to: [{ instance: 0, port: 80, weight: 1 }, both] }];
    const answer = explained(listWith([{ ...shop, instances: [idOf(1), idOf(2)], rules }]), SHOP);
    expect(answer.outcome).toEqual({ is: 'pool', key: SHOP, rule: '/', instances: [idOf(1), idOf(2)] });
    expect(answer.lacks.map(({ fact }) => fact)).toEqual(['viewer']);
  });

  test('says that a header decides, unless it is given', () => {
    const conditions = [{ on: 'header' as const, name: 'x-canary', value: '1' }];
    const to = [{ instance: 0, port: 8080, weight: 1 }];
    const list = listWith([{ ...shop, rules: [{ path: '/', to, conditions }, ...shop.rules] }]);
    const without = explained(list, 'shop');
    expect(without.outcome).toMatchObject({ is: 'app', port: 80 });
    expect(without.lacks.map(({ words }) => words)).toEqual([
      "The viewer's header x-canary decides about a rule; it is missing here.",
    ]);
    const given = explained(list, 'shop', { headers: { 'X-Canary': '1' } });
    expect(given).toMatchObject({ outcome: { is: 'app', port: 8080 }, lacks: [] });
  });

  test('says that an access rule names people, and not whom', () => {
    const answer = explained(listWith([{ ...shop, access: 'named' }], { signIn: true }), 'shop');
    expect(answer.outcome.is).toBe('app');
    expect(answer.lacks.map(({ fact }) => fact)).toEqual(['session']);
    expect(wordsOf(answer, 'access')[0]).toContain('Signed-in people of an access rule only.');
  });

  test('has no outcome where the list has states alone', () => {
    const bare = { hostname: SHOP, state: 'live', instances: [], rules: [] } as const;
    const answer = explained(listWith([bare], { detail: 'names', instances: [] }), 'shop');
    expect(answer.outcome).toEqual({ is: 'unsure', key: SHOP });
    expect(answer.lacks.map(({ fact }) => fact)).toEqual(['details']);
  });

  test('has no outcome for a state of another version', () => {
    const answer = explained(listWith([{ ...shop, state: 'napping' }]), 'shop');
    expect(answer.outcome).toEqual({ is: 'unsure', key: SHOP });
    expect(answer.lacks.map(({ words }) => words)).toEqual([
      'The list is of another version, whose states are not known here.',
    ]);
  });

  test('follows the short address, and the choice of an app on the bare domain', () => {
    const short = explained(listWith([shop]), 'dev.example.com/@shop/cart');
    expect(short.outcome).toMatchObject({ is: 'app', instance: idOf(1) });
    expect(short.requests.map(({ request }) => request)).toEqual([
      'GET https://dev.example.com/@shop/cart',
      `GET https://${SHOP}/cart`,
    ]);
    const list = listWith([{ ...shop, hostname: 'shop' }], { baseDomain: '' });
    const bare = explained(list, 'shop', { portal: 'https://d1.cloudfront.net' });
    expect(bare).toMatchObject({ hostname: 'shop', outcome: { is: 'app', key: 'shop', instance: idOf(1) } });
    expect(bare.requests).toHaveLength(2);
  });

  test('says that a cookie may choose an app of the bare domain, unless the address names one', () => {
    const list = listWith([{ ...shop, hostname: 'shop' }], { baseDomain: '' });
    const lacksOf = (address: string) =>
      explained(list, address, { portal: 'https://d1.cloudfront.net' }).lacks.map(({ fact }) => fact);
    expect(lacksOf('https://d1.cloudfront.net/cart')).toEqual(['cookies']);
    expect(lacksOf('https://d1.cloudfront.net/')).toEqual(['cookies']);
    expect(lacksOf('https://d1.cloudfront.net/@shop/cart')).toEqual([]);
    expect(lacksOf('https://d1.cloudfront.net/_proxy/')).toEqual([]);
    expect(explained(listWith([shop]), 'gone').lacks).toEqual([]);
  });

  test('names the instance whose tag is misspelt, and the change that mends it', () => {
    const problems = publishedProblems([instance({ id: 3, tags: { 'proxy:hsot': 'cart' } })]);
    const { name, outcome } = explained(listWith([shop], { problems }), 'cart');
    expect(outcome).toEqual({ is: 'notice', state: 'unknown' });
    expect(name?.hindrances).toMatchObject([
      {
        problem: { instance: idOf(3), tag: 'proxy:hsot' },
        mend: { instance: idOf(3), set: { key: 'proxy:host', value: 'cart' }, remove: 'proxy:hsot' },
      },
    ]);
  });

  test('does not write a tag again whose people the problem hides', () => {
    const tags = { 'proxy:host': 'cart', 'proxy:acces': 'alice@example.com' };
    const problems = publishedProblems([instance({ id: 3, tags })]);
    const { name } = explained(listWith([shop], { problems }), 'cart');
    expect(name?.hindrances).toMatchObject([{ problem: { found: '…@example.com' } }]);
    expect(name?.hindrances[0]).not.toHaveProperty('mend');
  });

  test.each([
    [undefined, 'proxy:maintenance'],
    [['proxy:ttl', 'proxy:web:maintenance'], 'proxy:web:maintenance'],
    [['proxy:api:maintenance', 'proxy:web:maintenance'], undefined],
  ])('takes the tag away that closes the app, of %j', (closing, remove) => {
    const instances = [{ ...summaryOf(1), ...(closing === undefined ? {} : { closing }) }];
    const list = listWith([{ ...shop, state: 'maintenance', rules: [] }], { instances });
    const mend =
      remove === undefined ? undefined : { instance: idOf(1), region: summaryOf(1).region, remove };
    expect(explained(list, 'shop').name?.mend).toEqual(mend);
  });

  test('does not rename an app whose other tags have become wrong', () => {
    const held = makeProblem({
      ...{ code: 'name-held', instance: idOf(1), hostnames: [SHOP] },
      what: `${SHOP} is closed because tags of ${idOf(1)} are wrong`,
    });
    const list = listWith([{ ...shop, state: 'conflict', rules: [] }], { problems: [held] });
    expect(explained(list, 'shop').name?.hindrances).toEqual([{ problem: held }]);
  });

  test.each([
    ['https://ann:secret@shop.dev.example.com/cart', `GET https://${SHOP}/cart`],
    ['https://shop.dev.example.com@elsewhere.example/', 'GET https://elsewhere.example/'],
    ['münchen', 'GET https://xn--mnchen-3ya.dev.example.com/'],
    ['https://MÜNCHEN.dev.example.com:8443/', 'GET https://xn--mnchen-3ya.dev.example.com:8443/'],
    ['[::1]:80/x', 'GET https://[::1]:80/x'],
    ['123', 'GET https://123.dev.example.com/'],
    ['shop/\ud800', `GET https://${SHOP}/%EF%BF%BD`],
  ])('asks for %j as a browser does', (address, request) => {
    expect(explained(listWith([shop]), address).requests[0]?.request).toBe(request);
  });

  test.each(['file:///shop', 'h2://shop', 'javascript:alert(1)', 'sh\nop', 'shop:', '\\\\shop', '@'])(
    'refuses %j, which is not the address of an app',
    (address) => {
      const options = { now: NOW, portal: 'https://dev.example.com', distance };
      expect(explainListed(listWith([shop]), address, options)).toContain('is not the address of an app');
    },
  );

  test('names the nearest name and the way to launch the unknown one', () => {
    const { name } = explained(listWith([shop]), 'https://shpo.dev.example.com/x');
    expect(name).toEqual({
      hostname: 'shpo.dev.example.com',
      hindrances: [],
      near: SHOP,
      mend: { launch: 'shpo' },
    });
  });

  test('names every instance that a name was refused to', () => {
    const { problems } = routed([
      instance({ id: 1, tags: { 'proxy:host': 'shop' } }),
      instance({ id: 2, tags: { 'proxy:host': 'shop' } }),
    ]);
    const asleep: ListedRoute = { ...shop, state: 'asleep', rules: [] };
    const { name } = explained(listWith([asleep], { problems }), 'shop');
    expect(name?.hindrances.map(({ problem: { code, instance: id } }) => [code, id])).toEqual([
      ['name-taken', idOf(2)],
    ]);
  });

  test('wakes an app that is asleep', () => {
    const { name } = explained(listWith([{ ...shop, state: 'asleep', rules: [] }]), 'shop');
    expect(name?.mend).toEqual({ instance: idOf(1), start: true });
  });

  test('is not found for a text that is not an address', () => {
    const options = { now: NOW, portal: 'https://dev.example.com', distance };
    expect(explainListed(listWith([]), 'ftp://shop', options)).toContain(
      '"ftp://shop" is not the address of an app',
    );
  });

  test('keeps a problem without a mend', () => {
    const problems = [makeProblem({ code: 'store-full', what: 'the store is full', hostnames: [SHOP] })];
    const { name } = explained(listWith([], { problems }), 'shop');
    expect(name?.hindrances).toEqual([{ problem: problems[0] }]);
  });

  test('runs in a browser: its bundle imports nothing, and has less than 45 KB before compression', () => {
    const { outputFiles, metafile } = buildSync({
      entryPoints: ['core/explain/listed/explain-listed.ts'],
      ...{ bundle: true, minify: true, write: false, format: 'esm', platform: 'browser', metafile: true },
    });
    const [output] = Object.values(metafile.outputs);
    expect(output?.imports).toEqual([]);
    expect(outputFiles[0]?.text).not.toContain('Buffer');
    expect(outputFiles[0]?.contents.length).toBeLessThan(45_000);
  });
});
