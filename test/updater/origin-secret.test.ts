import { describe, expect, test } from 'vitest';
import type { Entry } from '../../core/entry.ts';
import { OriginSecret, tokenOf } from '../../updater/origin-secret.ts';
import { settleTokens } from '../../updater/tokens.ts';
import { entryFor, instance, routed } from '../support/instances.ts';

/** A secret that changes when the test says so; undefined: it can't be read. */
function stand(first: string | undefined) {
  const held = { value: first, reads: 0, now: 0 };
  const warnings: string[] = [];
  const read = async () => {
    held.reads += 1;
    if (held.value === undefined) throw new Error('AccessDeniedException');
    return held.value;
  };
  const secret = new OriginSecret({ read }, { now: () => held.now }, (message) => warnings.push(message));
  return { held, secret, warnings };
}

describe('the origin secret', () => {
  test('is read once, and again after an hour', async () => {
    const { held, secret } = stand('one');
    await secret.refresh();
    held.value = 'two';
    held.now = 3_599_999;
    await secret.refresh();
    expect([held.reads, secret.tokenOf('shop')]).toEqual([1, tokenOf('one', 'shop')]);
    held.now = 3_600_000;
    await secret.refresh();
    expect([held.reads, secret.tokenOf('shop')]).toEqual([2, tokenOf('two', 'shop')]);
  });

  test('that can not be read any more counts as it was, and is asked for again half a minute later', async () => {
    const { held, secret, warnings } = stand('one');
    await secret.refresh();
    Object.assign(held, { value: undefined, now: 3_600_000 });
    await secret.refresh();
    await secret.refresh();
    expect([held.reads, secret.tokenOf('shop')]).toEqual([2, tokenOf('one', 'shop')]);
    held.now += 30_000;
    await secret.refresh();
    expect(held.reads).toBe(3);
    expect(warnings[0]).toMatch(/can't be read, the last known one counts: Error: AccessDenied/);
  });

  test('that was never read gives no token, and nothing throws', async () => {
    const { secret, warnings } = stand(undefined);
    await secret.refresh();
    expect(secret.tokenOf('shop')).toBeUndefined();
    expect(warnings).toEqual([expect.stringContaining('no new name is served')]);
  });

  test('makes another token for each name, in 16 characters', () => {
    expect(tokenOf('s', 'shop.dev.example.com')).toMatch(/^[\w-]{16}$/);
    expect(tokenOf('s', 'shop')).not.toBe(tokenOf('s', 'cart'));
  });
});

describe('while no secret is known', () => {
  const entry = (label: string, token: string, state: 'running' | 'stopped' = 'running'): Entry => {
    const fleet = [instance({ id: 1, state, tags: { 'proxy:host': label } })];
    const made = entryFor(label, routed(fleet, { tokenOf: () => token }));
    if (!made) throw new Error('No entry was made.');
    return made;
  };
  const unknown = () => undefined;

  test('a served name keeps the token that the store has, and may change in all else', () => {
    const moved = { ...entry('shop', ''), sequence: 7 };
    const { entries, problems } = settleTokens(
      new Map([['shop', moved]]),
      new Map([['shop', entry('shop', 'known')]]),
      unknown,
    );
    expect(entries.get('shop')).toEqual({ ...moved, token: 'known' });
    expect(problems).toEqual([]);
  });

  test('a new name is not served, a sleeping one sleeps on, and people are told', () => {
    const desired = new Map([
      ['new', entry('new', '')],
      ['nap', entry('nap', '')],
    ]);
    const asleep = entry('nap', '', 'stopped');
    const { entries, problems } = settleTokens(desired, new Map([['nap', asleep]]), unknown);
    expect(entries).toEqual(new Map([['nap', asleep]]));
    expect(
      problems.map(({ hostnames, message }) => [hostnames, /secret can't be read/.test(message)]),
    ).toEqual([
      [['new'], true],
      [['nap'], true],
    ]);
  });

  test('names fall asleep and go as ever', () => {
    const asleep = entry('shop', '', 'stopped');
    const owned = new Map([
      ['shop', entry('shop', 'known')],
      ['gone', entry('gone', 'known')],
    ]);
    expect(settleTokens(new Map([['shop', asleep]]), owned, unknown).entries).toEqual(
      new Map([['shop', asleep]]),
    );
  });
});
