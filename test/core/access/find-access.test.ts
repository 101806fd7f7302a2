import { describe, expect, test } from 'vitest';
import { findAccess } from '../../../core/access/find-access.ts';
import type { Access } from '../../../core/entry/access.ts';

const BASE = 'dev.example.com';
const named = (label: string) => `${label}.${BASE}`;
const [GATE, DEVS] = [{ since: 7 }, { since: 8, rule: 'group:devs' }];

const HOSTS = new Map<string, Access>([
  [named('shop'), DEVS],
  [named('*.shop'), GATE],
  [named('*.b.shop'), 'open'],
  ['other.example', GATE],
  ['*.example.com', 'open'],
]);

test('a wildcard directly below the base domain is the last step, and never one above it', () => {
  const hosts = new Map<string, Access>([
    [named('*'), GATE],
    ['*.example.com', 'open'],
  ]);
  const found = (name: string) => findAccess(hosts, name, BASE);
  expect(found(named('docs'))).toEqual({ access: GATE, level: 1 });
  expect(found(named('a.b.docs'))).toEqual({ access: GATE, level: 3 });
  expect(found(named('a.b.c.docs'))).toBeUndefined();
  expect(found(BASE)).toBeUndefined();
});

describe('the access of a hostname', () => {
  test.each<[string, Access | undefined, number]>([
    [named('shop'), DEVS, 0],
    [named('a.shop'), GATE, 1],
    [named('b.shop'), GATE, 1],
    [named('a.b.shop'), 'open', 1],
    [named('a.a.b.shop'), 'open', 2],
    [named('x.x.x.shop'), GATE, 3],
    [named('x.x.x.x.shop'), undefined, 0],
    [named('docs'), undefined, 0],
    [BASE, undefined, 0],
    ['a.other.example', undefined, 0],
    ['other.example', GATE, 0],
    ['', undefined, 0],
  ])('%s is %j, %d labels up', (hostname, access, level) => {
    expect(findAccess(HOSTS, hostname, BASE)).toEqual(access && { access, level });
  });
});
