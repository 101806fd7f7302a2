import { expect, test } from 'vitest';
import { settleNames } from '../../../updater/names/settle-names.ts';
import { instance, ipv6Of, routed, SETTINGS } from '../../support/values/instances.ts';

const SHOP = 'shop.dev.example.com';
const tags = (access: string) => ({ 'proxy:host': 'shop', 'proxy:group': 'shop', 'proxy:access': access });
const settings = { ...SETTINGS, signIn: { groups: ['devs'] } };

test('a narrower access does not wait for the look-up of a new address', () => {
  const first = instance({ id: 1, tags: tags('signed-in') });
  const { entries: owned } = routed([first], { settings });
  const next = [
    { ...first, tags: tags('group:devs') },
    instance({ id: 2, tags: tags('group:devs'), address: ipv6Of(2), publicName: null }),
  ];
  const { entries, open } = settleNames(
    routed(next, { settings }).entries,
    owned,
    () => undefined,
    () => false,
  );
  expect(open.unasked.get(SHOP)).toEqual([ipv6Of(2)]);
  expect(entries.get(SHOP)).toEqual({ ...owned.get(SHOP), access: { since: 0, rule: 'group:devs' } });
});
