import { describe, expect, test } from 'vitest';
import { parseSessionKeys, printSessionKeys } from '../../../core/session/session-keys.ts';
import { firstOrders, type Orders } from '../../../core/sign-in/orders.ts';
import { planKeys } from '../../../core/sign-in/plan-keys.ts';

const NOW = 1_795_440_000;
const [A, B] = ['a'.repeat(43), 'b'.repeat(43)];
const FIRST = firstOrders(undefined, NOW);
const printed = (current: string, epoch = NOW, revoked: string[] = []) =>
  printSessionKeys({ epoch, current, revoked });

describe('the plan for :keys', () => {
  test('writes the keys of the secret with epoch and revocations, once', () => {
    const orders = { ...FIRST, revoked: new Map([['abcdefghijkl', NOW + 60]]) };
    const plan = planKeys(undefined, { current: A, next: B }, orders, NOW);
    const value = printSessionKeys({ epoch: NOW, current: A, next: B, revoked: ['abcdefghijkl'] });
    expect(plan).toEqual({ put: value });
    expect(planKeys(value, { current: A, next: B }, orders, NOW)).toBe('keep');
  });

  test('has the origin secret, and keeps the stored one while it is unknown', () => {
    const [one, two] = ['one', 'two'].map((origin) =>
      printSessionKeys({ epoch: NOW, current: A, revoked: [], origin }),
    );
    expect(planKeys(one, { current: A }, FIRST, NOW, 'two')).toEqual({ put: two });
    expect(planKeys(one, { current: A }, FIRST, NOW)).toBe('keep');
    expect(planKeys(undefined, { current: A }, FIRST, NOW, 'one')).toEqual({ put: one });
  });

  test('leaves out a revoked pass that has ended', () => {
    const orders = { ...FIRST, revoked: new Map([['abcdefghijkl', NOW]]) };
    expect(planKeys(undefined, { current: A }, orders, NOW)).toEqual({ put: printed(A) });
  });

  test.each(['k2 new format', 'rubbish', printed(B), printed(A, NOW + 1)])(
    'repairs the value of another writer: %s',
    (stored) => {
      expect(planKeys(stored, { current: A }, FIRST, NOW)).toEqual({ put: printed(A) });
    },
  );

  test('keeps the keys in the store while the secret is unknown, and still applies orders', () => {
    expect(planKeys(printed(A), undefined, FIRST, NOW)).toBe('keep');
    const later: Orders = { ...FIRST, epoch: NOW + 5, revoked: new Map([['abcdefghijkl', NOW + 60]]) };
    expect(planKeys(printed(A), undefined, later, NOW)).toEqual({
      put: printed(A, NOW + 5, ['abcdefghijkl']),
    });
    expect(planKeys(undefined, undefined, FIRST, NOW)).toBe('keep');
    expect(planKeys('rubbish', undefined, FIRST, NOW)).toBe('keep');
  });

  test('deletes the keys an hour after the secret could be read for the last time', () => {
    const since = { ...FIRST, unreadableSince: NOW };
    expect(planKeys(printed(A), undefined, since, NOW + 3_599)).toBe('keep');
    expect(planKeys(printed(A), undefined, since, NOW + 3_600)).toBe('delete');
    expect(planKeys('rubbish', undefined, since, NOW + 3_600)).toBe('delete');
    expect(planKeys(undefined, undefined, since, NOW + 3_600)).toBe('keep');
    expect(planKeys(undefined, { current: A }, since, NOW + 3_600)).toEqual({ put: printed(A) });
  });
});

describe('the first orders', () => {
  test('take epoch and revocations from the store, if the document was lost', () => {
    const stored = parseSessionKeys(printed(A, 7, ['abcdefghijkl']));
    const orders = firstOrders(stored, NOW);
    expect(planKeys(printed(A, 7, ['abcdefghijkl']), { current: A }, orders, NOW)).toBe('keep');
    expect(orders.revoked.get('abcdefghijkl')).toBe(NOW + 30 * 86_400);
  });

  test('begin with the present epoch without them, so that no older session is valid', () => {
    expect(firstOrders(undefined, NOW).epoch).toBe(NOW);
  });
});
