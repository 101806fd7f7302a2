import { describe, expect, test } from 'vitest';
import { type Instance, isInstanceId, isSameInstance } from '../../core/instance.ts';
import { instance, ipv4, ipv6 } from '../support/values/instances.ts';

describe('the id of an instance', () => {
  test.each(['i-0123abcd', 'i-0123456789abcdef0'])('may be %s', (id) => expect(isInstanceId(id)).toBe(true));

  test.each([
    ['too short', 'i-0123abc'],
    ['between the two lengths', 'i-0123abcd0'],
    ['too long', 'i-0123456789abcdef01'],
    ['in capitals', 'i-0123ABCD'],
    ['not hexadecimal', 'i-0123abcg'],
    ['behind something else', 'ami-i-0123abcd'],
    ['of something else', 'vol-0123abcd'],
    ['nothing', ''],
  ])('is invalid: %s', (_what, text) => expect(isInstanceId(text)).toBe(false));
});

describe('a new reading of an instance', () => {
  const known: Instance = {
    ...instance({ id: 1, tags: { 'proxy:host': 'shop' } }),
    ...{ ipv6: ipv6('1'), interfaces: ['eni-1'], vpc: 'vpc-1' },
  };

  test('is the same with equal facts', () => {
    expect(isSameInstance(known, structuredClone(known))).toBe(true);
    const { ipv6: _, interfaces: __, ...four } = known;
    expect(isSameInstance(four, structuredClone(four))).toBe(true);
  });

  const changes: readonly Partial<Instance>[] = [
    { state: 'stopped' },
    { launchedAt: 1 },
    { address: ipv6('1') },
    { address: ipv4('2') },
    { ipv6: ipv6('2') },
    { ipv6: 'not-public' },
    { isIpv6Only: true },
    { moreIpv6: ['2'] },
    { interfaces: ['eni-1', 'eni-2'] },
    { interfaces: [] },
    { account: '1' },
    { region: 'eu-west-1' },
    { vpc: 'vpc-2' },
    { tags: { 'proxy:host': 'blog' } },
    { tags: {} },
  ];
  test.each(changes)('differs with %j', (change) => {
    expect(isSameInstance(known, { ...known, ...change })).toBe(false);
    expect(isSameInstance({ ...known, ...change }, known)).toBe(false);
  });

  test('differs if it has lost its IPv6 address', () => {
    const { ipv6: _, ...four } = known;
    expect(isSameInstance(known, four)).toBe(false);
    expect(isSameInstance({ ...four, ipv6: 'other-interface' }, { ...four, ipv6: 'not-public' })).toBe(false);
  });
});
