import { describe, expect, test } from 'vitest';
import type { Entry } from '../../../core/entry/entry.ts';
import { printTokenCounts, type TokenCounts } from '../../../core/settings/token-counts.ts';
import { deriveToken, OriginTokens } from '../../../updater/tokens/origin-tokens.ts';
import { tokenCountsReader } from '../../../updater/tokens/token-counts.ts';
import { settleTokens } from '../../../updater/tokens/tokens.ts';
import { MemoryClock, MemoryNotebook } from '../../support/stands/memory.ts';
import { entryFor, instance, routed } from '../../support/values/instances.ts';

/** A secret and counts that the test changes; undefined: they cannot be read. */
function stand(secret: string | undefined, counts: TokenCounts | undefined = new Map()) {
  const held: { secret?: string | undefined; counts?: TokenCounts | undefined; now: number } = {
    secret,
    counts,
    now: 0,
  };
  const reads = { secret: 0, counts: 0 };
  const warnings: string[] = [];
  const read =
    <What extends 'secret' | 'counts'>(what: What) =>
    async () => {
      reads[what] += 1;
      const value = held[what];
      if (value === undefined) throw new Error('AccessDeniedException');
      return value;
    };
  const clock = { now: () => held.now };
  const tokens = new OriginTokens({ read: read('secret') }, read('counts'), clock, (message) =>
    warnings.push(message),
  );
  return { held, reads, tokens, warnings };
}

describe('the origin secret', () => {
  test('is read once, and again after an hour', async () => {
    const { held, reads, tokens } = stand('one');
    await tokens.refresh();
    held.secret = 'two';
    held.now = 3_599_999;
    await tokens.refresh();
    expect([reads.secret, tokens.tokenOf('shop')]).toEqual([1, deriveToken('one', 'shop')]);
    held.now = 3_600_000;
    await tokens.refresh();
    expect([reads.secret, tokens.tokenOf('shop')]).toEqual([2, deriveToken('two', 'shop')]);
  });

  test('that cannot be read any more keeps its last value, and is read again half a minute later', async () => {
    const { held, reads, tokens, warnings } = stand('one');
    await tokens.refresh();
    Object.assign(held, { secret: undefined, now: 3_600_000 });
    await tokens.refresh();
    await tokens.refresh();
    expect([reads.secret, tokens.tokenOf('shop')]).toEqual([2, deriveToken('one', 'shop')]);
    held.now += 30_000;
    await tokens.refresh();
    expect(reads.secret).toBe(3);
    expect(warnings[0]).toMatch(
      /the origin secret cannot be read, so the last known value is used: Error: AccessDenied/,
    );
  });

  test('that was never read gives no token, and nothing throws', async () => {
    const { tokens, warnings } = stand(undefined);
    await tokens.refresh();
    expect(tokens.tokenOf('shop')).toBeUndefined();
    expect(warnings).toEqual([expect.stringContaining('new hostnames are not served yet')]);
  });

  test('that was never read is read again after ten seconds, because new names wait for it', async () => {
    const { held, reads, tokens } = stand(undefined);
    await tokens.refresh();
    Object.assign(held, { secret: 'one', now: 9_999 });
    await tokens.refresh();
    expect([reads.secret, tokens.tokenOf('shop')]).toEqual([1, undefined]);
    held.now = 10_000;
    await tokens.refresh();
    expect([reads.secret, tokens.tokenOf('shop')]).toEqual([2, deriveToken('one', 'shop')]);
  });

  test('gives each name another token of 16 characters', () => {
    expect(deriveToken('s', 'shop.dev.example.com')).toMatch(/^[\w-]{16}$/);
    expect(deriveToken('s', 'shop')).not.toBe(deriveToken('s', 'cart'));
  });
});

describe('the origin key', () => {
  test('is the secret, from which the router computes the token of a hostname that was never renewed', async () => {
    const { tokens } = stand('one', new Map([['shop', 2]]));
    expect([tokens.originKey, tokens.firstTokenOf('cart')]).toEqual([undefined, undefined]);
    await tokens.refresh();
    expect(tokens.originKey).toBe('one');
    expect(tokens.firstTokenOf('cart')).toBe(tokens.tokenOf('cart'));
    expect(tokens.firstTokenOf('shop')).not.toBe(tokens.tokenOf('shop'));
  });

  test.each(['two words', 'ü', 'x', 'x'.repeat(129)])(
    'is unknown for a secret that is not one word: %s',
    async (secret) => {
      const { tokens } = stand(secret);
      await tokens.refresh();
      expect([tokens.originKey, tokens.firstTokenOf('cart')]).toEqual([undefined, undefined]);
      expect(tokens.tokenOf('cart')).toBeDefined();
    },
  );
});

describe('a name that was given a new token', () => {
  test('has another one after each renewal, and other names keep theirs', async () => {
    const { tokens } = stand('s', new Map([['shop', 2]]));
    await tokens.refresh();
    expect(tokens.tokenOf('shop')).toBe(deriveToken('s', 'shop', 2));
    expect(tokens.tokenOf('cart')).toBe(deriveToken('s', 'cart'));
    expect(new Set([0, 1, 2, 12].map((count) => deriveToken('s', 'shop', count))).size).toBe(4);
  });

  test('gets it with the next sweep, because the counts are read once a minute', async () => {
    const { held, reads, tokens } = stand('s');
    await tokens.refresh();
    held.counts = new Map([['shop', 1]]);
    held.now = 10_000;
    await tokens.refresh();
    expect([reads.counts, tokens.tokenOf('shop')]).toEqual([1, deriveToken('s', 'shop')]);
    held.now = 60_000;
    await tokens.refresh();
    expect([reads.counts, tokens.tokenOf('shop')]).toEqual([2, deriveToken('s', 'shop', 1)]);
  });

  test('keeps it while the counts cannot be read, and has none if they never were', async () => {
    const { held, tokens, warnings } = stand('s', new Map([['shop', 1]]));
    await tokens.refresh();
    Object.assign(held, { counts: undefined, now: 60_000 });
    await tokens.refresh();
    expect(tokens.tokenOf('shop')).toBe(deriveToken('s', 'shop', 1));
    expect(warnings).toEqual([
      'the token counts cannot be read, so the last known value is used: Error: AccessDeniedException',
    ]);
    const cold = stand('s');
    cold.held.counts = undefined;
    await cold.tokens.refresh();
    expect(cold.tokens.tokenOf('shop')).toBeUndefined();
  });

  test('is served two seconds after the first read of the counts failed', async () => {
    const { held, reads, tokens } = stand('s');
    held.counts = undefined;
    await tokens.refresh();
    Object.assign(held, { counts: new Map([['shop', 1]]), now: 2_000 });
    await tokens.refresh();
    expect([reads.counts, tokens.tokenOf('shop')]).toEqual([2, deriveToken('s', 'shop', 1)]);
  });
});

describe('the document with the counts', () => {
  const clock = new MemoryClock(0);
  const counts = new Map([['shop', 3]]);

  test('is downloaded again only if its version changed', async () => {
    const paper = { body: printTokenCounts(counts) };
    const read = tokenCountsReader(new MemoryNotebook(paper), clock);
    expect(await read()).toEqual(counts);
    expect(await read()).toEqual(counts);
    paper.body = printTokenCounts(new Map([['shop', 4]]));
    expect(await read()).toEqual(new Map([['shop', 4]]));
  });

  test('that is absent counts nothing', async () => {
    expect(await tokenCountsReader(new MemoryNotebook({}), clock)()).toEqual(new Map());
  });

  test('that is damaged is an error: otherwise old tokens would become valid again', async () => {
    const read = tokenCountsReader(new MemoryNotebook({ body: '{"version":1}' }), clock);
    await expect(read()).rejects.toThrow(
      'the document with the token counts is damaged: counts is not an object',
    );
  });

  test('gets two seconds, because a run waits for it', async () => {
    const rings: [number, () => void][] = [];
    const ringing = {
      alarm(milliseconds: number, ring: () => void) {
        rings.push([milliseconds, ring]);
        return () => {};
      },
    };
    const silent = { load: () => new Promise<never>(() => {}), save: async () => '' };
    const reading = tokenCountsReader(silent, ringing)();
    const [[milliseconds, ring] = [0, () => {}]] = rings;
    ring();
    await expect(reading).rejects.toThrow('no answer within 2 s');
    expect(milliseconds).toBe(2_000);
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

  test('a served name keeps the token in the store, and may change otherwise', () => {
    const moved = { ...entry('shop', ''), sequence: 7 };
    const { entries, problems } = settleTokens(
      new Map([['shop', moved]]),
      new Map([['shop', entry('shop', 'known')]]),
      unknown,
    );
    expect(entries.get('shop')).toEqual({ ...moved, token: 'known' });
    expect(problems).toEqual([]);
  });

  test('a new name is not served, a sleeping one stays asleep, and a problem says so', () => {
    const desired = new Map([
      ['new', entry('new', '')],
      ['nap', entry('nap', '')],
    ]);
    const asleep = entry('nap', '', 'stopped');
    const { entries, problems } = settleTokens(desired, new Map([['nap', asleep]]), unknown);
    expect(entries).toEqual(new Map([['nap', asleep]]));
    expect(
      problems.map(({ hostnames, message }) => [
        hostnames,
        /the origin secret or the token counts cannot be read/.test(message),
      ]),
    ).toEqual([
      [['new'], true],
      [['nap'], true],
    ]);
  });

  test('names fall asleep and are deleted as usual', () => {
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
