import { describe, expect, test } from 'vitest';
import { Fault } from '../../../core/schema.ts';
import { parseOrder } from '../../../core/sign-in/order.ts';
import {
  addPass,
  currentOrders,
  firstOrders,
  type IssuedPass,
  MAX_PASSES,
  type Orders,
  parseOrders,
  printOrders,
  Refusal,
  revokePass,
  signEverybodyOut,
  signOut,
} from '../../../core/sign-in/orders.ts';

const NOW = 1_795_440_000;
const FIRST = firstOrders(undefined, NOW);
const idOf = (n: number) => `pass${String(n).padStart(8, '0')}`;
const PASS: IssuedPass = { host: 'shop.dev.example.com', name: 'ci', endsAt: NOW + 86_400 };

function carriedOut(orders: Orders | Refusal): Orders {
  if (orders instanceof Refusal) throw new Error(orders.reason);
  return orders;
}

/** Orders with this many passes. */
const withPasses = (count: number): Orders => ({
  ...FIRST,
  passes: new Map(Array.from({ length: count }, (_, n) => [idOf(n), PASS])),
});

describe('orders about sign-in', () => {
  test('survive their document', () => {
    const orders: Orders = {
      ...signOut(carriedOut(revokePass(withPasses(2), idOf(1))), 'alice@example.com', NOW),
      unreadableSince: NOW,
    };
    expect(parseOrders(printOrders(orders))).toEqual(orders);
    expect(parseOrders(printOrders(FIRST))).toEqual(FIRST);
  });

  test.each([
    '{}',
    '{"version":2}',
    printOrders(FIRST).replace('"passes":{}', '"passes":{"short":{}}'),
    // In milliseconds: the value of `:keys` has no place for it.
    printOrders({ ...FIRST, epoch: NOW * 1_000 }),
    printOrders({ ...FIRST, epoch: 9_999_999_999 }),
    '',
  ])('in a damaged document are refused: %s', (body) => {
    expect(parseOrders(body)).toBeInstanceOf(Fault);
  });

  test('a revoked pass stays revoked until its end, however often it is revoked', () => {
    const once = carriedOut(revokePass(withPasses(2), idOf(1)));
    expect([...once.passes.keys()]).toEqual([idOf(0)]);
    expect(once.revoked).toEqual(new Map([[idOf(1), PASS.endsAt]]));
    expect(revokePass(once, idOf(1))).toBe(once);
    expect(currentOrders(once, PASS.endsAt - 1).revoked.size).toBe(1);
    expect(currentOrders(once, PASS.endsAt)).toEqual(FIRST);
  });

  test('an unknown pass cannot be revoked, nor a twenty-first', () => {
    expect(revokePass(FIRST, idOf(1))).toMatchObject({
      reason: expect.stringContaining('no pass with the id'),
    });
    let orders = withPasses(21);
    for (let n = 0; n < 20; n++) orders = carriedOut(revokePass(orders, idOf(n)));
    expect(revokePass(orders, idOf(20))).toMatchObject({
      reason: expect.stringContaining('put a new text into the secret of session keys'),
    });
  });

  test('at most 500 passes are valid at a time', () => {
    const full = withPasses(MAX_PASSES);
    expect(addPass(full, idOf(MAX_PASSES), PASS)).toBeInstanceOf(Refusal);
    expect(carriedOut(addPass(withPasses(1), idOf(1), PASS)).passes.size).toBe(2);
  });

  test('a person stays signed out for as long as an older sign-in could count', () => {
    const orders = signOut(FIRST, 'alice@example.com', NOW);
    expect(orders.epoch).toBe(FIRST.epoch);
    expect(currentOrders(orders, NOW + 28_799).signedOut).toEqual(new Map([['alice@example.com', NOW]]));
    expect(currentOrders(orders, NOW + 28_800).signedOut.size).toBe(0);
  });

  test('the epoch rises with each order to sign everybody out, even if the clock stands or falls', () => {
    const once = signEverybodyOut(FIRST, NOW + 10);
    expect(once.epoch).toBe(NOW + 10);
    expect(signEverybodyOut(once, NOW + 10).epoch).toBe(NOW + 11);
    expect(signEverybodyOut(once, NOW).epoch).toBe(NOW + 11);
  });
});

describe('an order', () => {
  test.each([
    { action: 'pass', host: 'shop', for: 'ci', days: 30 },
    { action: 'pass', host: 'a.dev.example.com', for: 'night-run', days: 1 },
    { action: 'passes' },
    { action: 'revoke', id: 'abcDEF012-_x' },
    { action: 'sign-out', user: 'alice@example.com' },
    { action: 'sign-out', user: 'alice@example.com', everybody: true },
  ])('is read: %j', (order) => {
    expect(parseOrder(order)).toEqual(order);
  });

  test('names a person as sessions do, in lower case', () => {
    expect(parseOrder({ action: 'sign-out', user: 'Alice@Example.com' })).toMatchObject({
      user: 'alice@example.com',
    });
  });

  test.each<[unknown, string]>([
    [{}, 'action is not pass or passes or revoke or sign-out'],
    [[], 'it is not an object'],
    [null, 'it is not an object'],
    [{ action: 'toString' }, 'action is not'],
    [
      { action: 'pass', host: '*.shop', for: 'ci', days: 1 },
      'host is not a hostname in lower case without a star: "*.shop"',
    ],
    [{ action: 'pass', host: 'Shop', for: 'ci', days: 1 }, 'host is not'],
    [{ action: 'pass', host: 'shop|x', for: 'ci', days: 1 }, 'host is not'],
    [{ action: 'pass', host: ':keys', for: 'ci', days: 1 }, 'host is not'],
    [{ action: 'pass', host: 'shop', for: 'C I', days: 1 }, 'for is not a name of 1–32'],
    [{ action: 'pass', host: 'shop', for: 'ci', days: 31 }, 'days is not a number of days from 1 to 30'],
    [{ action: 'pass', host: 'shop', for: 'ci', days: 0.5 }, 'days is not'],
    [{ action: 'pass', host: 'shop', for: 'ci' }, 'days is not'],
    [{ action: 'revoke', id: 'short' }, 'id is not the id of a pass'],
    [{ action: 'sign-out', user: 'pass:ci' }, 'user is not the name of a person'],
    [{ action: 'sign-out', user: 'a b' }, 'user is not'],
    [{ action: 'sign-out', user: 'alice', everybody: 'yes' }, 'everybody is not true or false'],
  ])('is refused: %j', (order, message) => {
    expect(String(parseOrder(order))).toContain(message);
  });
});
