import { describe, expect, test } from 'vitest';
import { parseTags } from '../../../core/routes/route-spec.ts';
import { instance, routed, SETTINGS } from '../../support/values/instances.ts';

const host = (...labels: string[]) => labels.map((label) => `${label}.dev.example.com`);

/** The hostnames in the problem of each faulty tag. */
function told(tags: Record<string, string>, settings = SETTINGS) {
  const { problems } = parseTags(instance({ id: 1, tags }), settings);
  return Object.fromEntries(problems.map(({ tag, hostnames }) => [tag, hostnames]));
}

describe('the hostnames of a problem', () => {
  test.each([
    ['a wrong value', { 'proxy:host': 'shop cart', 'proxy:port': '80a' }, 'proxy:port', host('cart', 'shop')],
    ['a misspelt key', { 'proxy:host': 'shop', 'proxy:weigth': '1' }, 'proxy:weigth', host('shop')],
    [
      'a misspelt key of one route',
      { 'proxy:a:host': 'shop', 'proxy:a:prot': '80', 'proxy:b:host': 'cart' },
      'proxy:a:prot',
      host('shop'),
    ],
    [
      'a misspelt key of all routes',
      { 'proxy:a:host': 'shop', 'proxy:b:host': 'cart', 'proxy:': 'x' },
      'proxy:',
      host('cart', 'shop'),
    ],
    ['a host in the wrong case', { 'Proxy:Host': 'shop' }, 'Proxy:Host', host('shop')],
    [
      'a tag that routes share',
      { 'proxy:a:host': 'shop', 'proxy:b:host': 'cart', 'proxy:group': 'no good' },
      'proxy:group',
      host('cart', 'shop'),
    ],
    [
      'a second route for the same name and path',
      { 'proxy:a:host': 'shop', 'proxy:b:host': 'shop' },
      'proxy:b:host',
      host('shop'),
    ],
  ])('include every name that it hides: %s', (_, tags, tag, hostnames) => {
    expect(told(tags)).toEqual({ [tag]: hostnames });
  });

  test('include only the name that this instance may not claim', () => {
    const claims = [{ names: ['shop'], accounts: ['999999999999'] }, { names: ['cart'] }];
    const settings = { ...SETTINGS, claims };
    expect(told({ 'proxy:host': 'shop cart' }, settings)).toEqual({ 'proxy:host': host('shop') });
  });

  test('are empty for an invalid name', () => {
    expect(told({ 'proxy:host': 'shop no_name' })).toEqual({ 'proxy:host': undefined });
  });

  test('include all names of an instance without a public name', () => {
    const nameless = instance({ id: 1, publicName: null, tags: { 'proxy:host': 'shop cart' } });
    const { problems } = routed([nameless], { now: 0 });
    expect(problems.map((each) => each.hostnames)).toEqual([host('shop', 'cart')]);
    const wrong = { ...nameless, tags: { ...nameless.tags, 'proxy:address': 'ipv6' } };
    expect(routed([wrong], { now: 0 }).problems).toMatchObject([
      { code: 'address-missing', tag: 'proxy:address', found: 'ipv6', hostnames: host('shop', 'cart') },
    ]);
  });
});
