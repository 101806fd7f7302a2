import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeAddress } from '../../../core/address.ts';
import { type Entry, encodeEntry, type ServingEntry } from '../../../core/entry/entry.ts';
import { encodeTombstone, TOMBSTONE_SECONDS, type Tombstone } from '../../../core/entry/tombstone.ts';
import { CHANGE_SECONDS, type Change, changeOf, type Fact } from '../../../core/live/change.ts';
import { hintOf } from '../../../core/live/hint-of.ts';
import { HINT } from '../../../core/session/hint.ts';
import { anyEntry } from '../../support/values/arbitraries.ts';

const NOW = 1_795_440_240;
const HOST = 'shop.dev.example.com';
const context = { deployment: 'main', at: NOW, firstTokenOf: () => 'token' };

const LIVE: ServingEntry = {
  ...{ deployment: 'main', sequence: NOW, access: { since: 7, rule: 'group:devs' }, state: 'live' },
  token: 'token',
  instances: [
    {
      id: 'i-0123456789abcdef0',
      launchedAt: 1,
      address: { via: 'ipv4', name: 'ec2-203-0-113-25.example.com' },
    },
  ],
  rules: [{ path: '/', to: [{ instance: 0, port: 8_080, weight: 1 }], conditions: [], strip: false }],
};
const ASLEEP: Entry = {
  ...{ deployment: 'main', sequence: NOW, access: { since: 7 }, state: 'asleep' },
  instances: [{ id: 'i-0123456789abcdef0', launchedAt: 1 }],
};
const APP: Fact = {
  ...{ is: 'app', since: 7, port: 8_080, instance: 'i-0123456789abcdef0' },
  address: { via: 'ipv4', name: 'ec2-203-0-113-25.example.com' },
};
const GONE = { ...{ deployment: 'main', sequence: NOW, access: { since: 7 } }, goneAt: NOW } as const;
const [RULE] = LIVE.rules;
const [TARGET] = LIVE.instances;

const factOf = (entry: Entry, key = HOST) => changeOf(key, encodeEntry(entry), context)?.fact;

describe('the change of an entry', () => {
  test('has its number, and the address of its one instance', () => {
    expect(changeOf(HOST, encodeEntry(LIVE), context)).toEqual({ sequence: NOW, at: NOW, fact: APP });
  });

  test('has the end of the route', () => {
    expect(changeOf(HOST, encodeEntry({ ...LIVE, expiresAt: NOW + 5 }), context)).toEqual({
      ...{ sequence: NOW, at: NOW, until: NOW + 5, fact: APP },
    });
  });

  test('keeps IPv6, and a hostname that is open', () => {
    const address = { via: 'ipv6', name: 'f5lnz-6.ap-southeast-2.ip.aws' } as const;
    const target = { id: 'i-0123456789abcdef0', launchedAt: 1, address };
    expect(factOf({ ...LIVE, access: 'open', instances: [target] })).toEqual({
      ...APP,
      since: 'open',
      address,
    });
  });

  test('has the letter of a closed state', () => {
    expect(factOf(ASLEEP)).toEqual({ is: 'closed', since: 7, letter: 'A' });
  });

  test('says that a hostname is gone', () => {
    const goneOf = (tombstone: Tombstone) => changeOf(HOST, encodeTombstone(tombstone), context)?.fact;
    expect(goneOf(GONE)).toEqual({ is: 'gone', since: 7 });
    expect(goneOf({ ...GONE, access: 'open' })).toEqual({ is: 'gone', since: 'open' });
    // The tombstone of a value that could not be read.
    expect(goneOf({ ...GONE, access: 'public' })).toEqual({ is: 'gone', since: 0 });
  });

  test.each<[string, Entry]>([
    ['two instances', { ...LIVE, instances: [TARGET, { ...TARGET, id: 'i-0123456789abcdef1' }] as never }],
    ['a prefix', { ...LIVE, rules: [{ ...RULE, path: '/api' }] as never }],
    ['two paths', { ...LIVE, rules: [RULE, { ...RULE, path: '/api' }] as never }],
    ['a condition', { ...LIVE, rules: [{ ...RULE, conditions: [{ on: 'method', value: 'GET' }] }] as never }],
    ['TLS to the app', { ...LIVE, rules: [{ ...RULE, certName: 'shop.example.com' }] as never }],
    ['a timeout', { ...LIVE, rules: [{ ...RULE, timeout: 5 }] as never }],
    ['a weight', { ...LIVE, rules: [{ ...RULE, to: [{ instance: 0, port: 80, weight: 9 }] }] as never }],
    ['a closed rule', { ...LIVE, rules: [{ ...RULE, to: 'maintenance' }] as never }],
    ['draining', { ...LIVE, state: 'draining' }],
    ['a renewed token', { ...LIVE, token: 'renewed' }],
    [
      'a VPC origin',
      { ...LIVE, instances: [{ ...TARGET, address: { via: 'vpc', origin: 'vo-1' } }] as never },
    ],
    ['an access from before sign-in', { ...LIVE, access: 'public' }],
  ])('is too rich for a hint with %s', (_, entry) => {
    expect(factOf(entry)).toEqual({ is: 'other' });
  });

  test('of a wildcard is never hinted', () => {
    expect(factOf(LIVE, '*.shop.dev.example.com')).toEqual({ is: 'other' });
    expect(factOf(ASLEEP, '*.shop.dev.example.com')).toEqual({ is: 'other' });
  });

  test('is that of the own deployment', () => {
    expect(changeOf(HOST, encodeEntry({ ...LIVE, deployment: 'other' }), context)).toBeUndefined();
    expect(changeOf(':keys', 'k1 3 key - - - -', context)).toBeUndefined();
  });

  test('has a number that the document of changes takes', () => {
    for (const value of [
      encodeEntry({ ...LIVE, sequence: 36 ** 7 }),
      encodeTombstone({ ...GONE, sequence: 36 ** 7 }),
    ])
      expect(changeOf(HOST, value, context)).toBeUndefined();
  });

  test('leads nowhere but to the one instance of the entry, whatever the entry', () => {
    fc.assert(
      fc.property(anyEntry, (entry) => {
        const firstTokenOf = () => ('token' in entry ? entry.token : '');
        const change = changeOf(HOST, encodeEntry(entry), {
          ...context,
          deployment: entry.deployment,
          firstTokenOf,
        });
        if (change === undefined) return;
        expect(change.sequence).toBe(entry.sequence);
        if (change.fact.is !== 'app') return;
        const hint = hintOf(change, NOW);
        if (hint === undefined) return;
        const [target, ...others] = entry.instances;
        expect(others).toEqual([]);
        expect(HINT.print(hint).endsWith(`.${target?.id}.${encodeAddress(change.fact.address)}`)).toBe(true);
      }),
    );
  });
});

describe('a hint', () => {
  const change: Change = { sequence: NOW, at: NOW, fact: APP };

  test('with an address ends after 45 seconds, and without one after 90', () => {
    expect(hintOf(change, NOW + 9)).toEqual({ endsAt: NOW + 54, sequence: NOW, fact: APP });
    for (const fact of [
      { is: 'gone', since: 7 },
      { is: 'closed', since: 7, letter: 'S' },
    ] as const)
      expect(hintOf({ ...change, fact }, NOW)?.endsAt).toBe(NOW + 90);
  });

  test('ends with the route', () => {
    expect(hintOf({ ...change, until: NOW + 10 }, NOW + 9)?.endsAt).toBe(NOW + 10);
    expect(hintOf({ ...change, until: NOW + 10 }, NOW + 10)).toBeUndefined();
  });

  test('ends before a tombstone of the hostname is taken out, even if the truth never hears of the end', () => {
    const last = hintOf(change, NOW + CHANGE_SECONDS - 1);
    expect(last?.endsAt).toBeLessThan(NOW + TOMBSTONE_SECONDS);
  });

  test('is not made of a change that is too rich or four minutes old', () => {
    expect(hintOf({ ...change, fact: { is: 'other' } }, NOW)).toBeUndefined();
    expect(hintOf(change, NOW + 239)).toBeDefined();
    expect(hintOf(change, NOW + 240)).toBeUndefined();
  });
});
