import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NO_PERSON } from '../../../../core/access/access-rule.ts';
import { encodeAddress } from '../../../../core/address.ts';
import { type Access, commonAccess, isGated } from '../../../../core/entry/access.ts';
import {
  type ClosedEntry,
  decodeEntry,
  type Entry,
  encodeEntry,
  isServing,
  type ServingEntry,
} from '../../../../core/entry/entry.ts';
import { encodeTombstone } from '../../../../core/entry/tombstone.ts';
import { applyChanges, type Changes } from '../../../../core/plan/plan.ts';
import { acceptable, contentOf } from '../../../../core/plan/policies/acceptable.ts';
import { modePolicy } from '../../../../core/plan/policies/mode.ts';
import { applyPolicies, type Scene } from '../../../../core/plan/policies/policy.ts';
import { bytesOf, fitInto, isTight, RESERVE_BYTES } from '../../../../core/plan/policies/quota.ts';
import { LIMITS } from '../../../../core/wire/limits.ts';
import { idOf, ipv4, publicNameOf } from '../../../support/values/instances.ts';

const asleep = (id: number, launchedAt = id): ClosedEntry => ({
  access: 'public',
  deployment: 'main',
  state: 'asleep',
  sequence: 1,
  instances: [{ id: idOf(id), launchedAt }],
});

const live = (id: number): ServingEntry => ({
  access: 'public',
  deployment: 'main',
  state: 'live',
  sequence: 1,
  token: '',
  instances: [{ id: idOf(id), launchedAt: id, address: { via: 'ipv4', name: publicNameOf(id) } }],
  rules: [{ path: '/', to: [{ instance: 0, port: 80, weight: 1 }], conditions: [], strip: false }],
});

/** The addresses in a value. */
function addressesIn(value: string | undefined): string[] {
  const entry = decodeEntry(value ?? '');
  return entry && isServing(entry) ? entry.instances.map(({ address }) => encodeAddress(address)) : [];
}

const sizeOf = (entries: ReadonlyMap<string, string>) =>
  [...entries].reduce((sum, [key, value]) => sum + bytesOf(key) + bytesOf(value), 0);

function scene(owned: Record<string, Entry>): Scene {
  const current = new Map(Object.entries(owned).map(([key, entry]) => [key, encodeEntry(entry)]));
  return {
    current,
    owned: new Map(Object.entries(owned)),
    seen: new Map(),
    reportedDead: new Set(),
    sequence: 9,
    bytes: sizeOf(current),
  };
}

const changes = (puts: Record<string, string>, ...deletes: string[]): Changes => ({
  puts: new Map(Object.entries(puts)),
  deletes: new Set(deletes),
});

describe('the mode', () => {
  const around = scene({ awake: live(1), nap: asleep(2) });
  const wanted = changes({ new: 'x' }, 'awake', 'nap');

  test('sync lets all changes pass', () => {
    expect(applyPolicies(wanted, [modePolicy('sync')], around)).toMatchObject({
      changes: wanted,
      withheld: [],
    });
  });

  test('upsert-only deletes no name, and removes the address of each name that sync would delete', () => {
    const { changes: passed, problems } = applyPolicies(wanted, [modePolicy('upsert-only')], around);
    expect(passed.deletes.size).toBe(0);
    expect([...passed.puts.keys()]).toEqual(['new', 'awake']);
    expect(decodeEntry(passed.puts.get('awake') ?? '')).toEqual({ ...asleep(1), sequence: 9 });
    expect(problems).toMatchObject([{ hostnames: ['awake'], message: expect.stringContaining('only adds') }]);
  });

  test('dry-run changes nothing and reports each change', () => {
    const { changes: passed, withheld, problems } = applyPolicies(wanted, [modePolicy('dry-run')], around);
    expect(passed).toEqual(changes({}));
    expect(withheld).toEqual(['awake', 'nap', 'new']);
    expect(problems).toHaveLength(3);
  });
});

describe('a value that the store would refuse', () => {
  test('is a key of more than 512 bytes or a value of more than 1,024, in bytes and not in characters', () => {
    const held = (key: string, value: string) =>
      applyPolicies(changes({ [key]: value }), [acceptable(new Map())], scene({})).withheld.length > 0;
    expect(held('k'.repeat(512), 'v'.repeat(1_024))).toBe(false);
    expect(held('k'.repeat(513), 'v')).toBe(true);
    expect(held('k', 'v'.repeat(1_025))).toBe(true);
    expect(held('ü'.repeat(256), 'ü'.repeat(512))).toBe(false);
    expect(held('ü'.repeat(257), 'v')).toBe(true);
    expect(held('k', 'ü'.repeat(513))).toBe(true);
  });

  test('is held back, and other changes are not', () => {
    const wanted = changes({ good: 'x', long: 'x'.repeat(1_025), ['k'.repeat(513)]: 'x' }, 'old');
    const { changes: passed, withheld } = applyPolicies(wanted, [acceptable(new Map())], scene({}));
    expect(passed).toEqual(changes({ good: 'x' }, 'old'));
    expect(withheld).toHaveLength(2);
  });

  test('is not written again until its content changes', () => {
    const value = encodeEntry({ ...asleep(1), sequence: 7 });
    const refusals = new Map([['shop', { content: contentOf(encodeEntry(asleep(1))), reason: 'it is odd' }]]);
    const { withheld, problems } = applyPolicies(changes({ shop: value }), [acceptable(refusals)], scene({}));
    expect(withheld).toEqual(['shop']);
    expect(problems[0]?.message).toMatch(/was not written: it is odd/);
    const gated = (since: number) => encodeEntry({ ...asleep(1), access: { since }, sequence: since });
    const again = new Map([['shop', { content: contentOf(gated(7)), reason: 'it is odd' }]]);
    expect(applyPolicies(changes({ shop: gated(9) }), [acceptable(again)], scene({})).withheld).toEqual([
      'shop',
    ]);
    const other = changes({ shop: encodeEntry(asleep(2)) });
    expect(applyPolicies(other, [acceptable(refusals)], scene({})).withheld).toEqual([]);
  });
});

describe('a full store', () => {
  test('has the room that the tombstone of a gated name leaves, which has no access rule', () => {
    const gated = { ...live(1), access: { since: 7, rule: 'alice@example.com,bob@example.com' } };
    const around = scene({ old: gated, shop: asleep(2) });
    const tombstone = encodeTombstone({
      ...{ access: { since: 7 }, deployment: 'main', sequence: around.sequence, goneAt: 1_795_440_120 },
    });
    const value = encodeEntry({ ...live(2), sequence: 9 });
    const after = sizeOf(new Map([...around.current, ['old', tombstone], ['shop', value]]));
    const withheld = (capacity: number) =>
      applyPolicies(changes({ shop: value }, 'old'), [fitInto(capacity)], around).withheld;
    expect(withheld(after)).toEqual([]);
    expect(withheld(after - 1)).toEqual(['shop']);
  });

  const entry = fc.integer({ min: 1, max: 9 }).chain((id) => fc.constantFrom(asleep(id), live(id)));
  const names = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
  const story = fc.record({
    owned: fc.dictionary(names, entry),
    puts: fc.dictionary(names, entry.map(encodeEntry)),
    deletes: fc.uniqueArray(names),
    capacity: fc.integer({ min: 0, max: 2_000 }),
  });

  test('never overflows, passes every delete, and keeps its names', () => {
    fc.assert(
      fc.property(story, ({ owned, puts, deletes, capacity }) => {
        const around = scene(owned);
        const wanted = changes(puts, ...deletes.filter((key) => !(key in puts) && key in owned));
        const passed = fitInto(capacity).apply(wanted, around);
        const after = applyChanges(around.current, passed);
        expect(sizeOf(after)).toBeLessThanOrEqual(Math.max(capacity, around.bytes));
        expect(passed.deletes).toEqual(wanted.deletes);
        for (const key of Object.keys(owned)) expect(after.has(key)).toBe(!wanted.deletes.has(key));
        for (const key of Object.keys(puts).filter((each) => each in owned)) {
          expect(addressesIn(puts[key])).toEqual(expect.arrayContaining(addressesIn(after.get(key))));
        }
      }),
    );
  });

  test('loses a released address even if the rest of its change finds no room', () => {
    const before = live(1);
    const moved = {
      ...before,
      instances: before.instances.map((target) => ({ ...target, address: ipv4('moved.example.com') })),
    };
    const pair = { ...moved, instances: [...moved.instances, ...live(2).instances] };
    const around = scene({ shop: before });
    const { puts } = fitInto(around.bytes).apply(changes({ shop: encodeEntry(pair) }), around);
    expect(decodeEntry(puts.get('shop') ?? '')).toMatchObject({ state: 'asleep', sequence: around.sequence });
    expect(fitInto(around.bytes).apply(changes({ new: encodeEntry(pair) }), around).puts.size).toBe(0);
  });

  const anyRule = fc
    .uniqueArray(
      fc.constantFrom('group:devs', 'alice@example.com', '*@example.org', `bob@${'x.'.repeat(90)}org`),
      {
        minLength: 1,
      },
    )
    .map((terms) => [...terms].sort().join(','));
  const anyAccess: fc.Arbitrary<Access> = fc.oneof(
    fc.constantFrom<Access>('public', 'open', { since: 1 }),
    anyRule.map((rule): Access => ({ since: 1, rule })),
  );

  test('never makes a narrower access wait, at any size of the store', () => {
    fc.assert(
      fc.property(anyAccess, anyAccess, fc.nat(2_000), (from, to, room) => {
        const before = { ...live(1), access: from };
        const access = isGated(to) ? { ...to, since: 9 } : to;
        const around = scene({ shop: before });
        const wanted = changes({ shop: encodeEntry({ ...live(1), access, sequence: 9 }) });
        const { puts } = fitInto(room).apply(wanted, around);
        const after = decodeEntry(puts.get('shop') ?? '') ?? before;
        if (!isServing(after)) expect(isGated(after.access)).toBe(isGated(to) || isGated(from));
        else expect(commonAccess(after.access, to)).toEqual(commonAccess(after.access, after.access));
        expect(sizeOf(applyChanges(around.current, changes(Object.fromEntries(puts))))).toBeLessThanOrEqual(
          Math.max(room, around.bytes),
        );
      }),
    );
  });

  test('closes a name for every person if not even its closed entry has room for a narrower rule', () => {
    const around = scene({ shop: { ...live(1), access: { since: 3 } } });
    const put = (rule: string) => {
      const value = encodeEntry({ ...live(1), access: { since: 9, rule } });
      return decodeEntry(
        fitInto(around.bytes)
          .apply(changes({ shop: value }), around)
          .puts.get('shop') ?? '',
      );
    };
    expect(put('group:devs')).toMatchObject({ state: 'asleep', access: { since: 9, rule: 'group:devs' } });
    expect(put(`alice@${'x.'.repeat(100)}com`)).toMatchObject({
      state: 'asleep',
      access: { since: 9, rule: NO_PERSON },
      instances: [{ id: idOf(1) }],
    });
  });

  test('changes its names before it accepts new ones, and accepts the oldest first', () => {
    const around = scene({ old: asleep(1) });
    const value = encodeEntry(live(1));
    const wanted = changes({ b: encodeEntry(asleep(3)), a: encodeEntry(asleep(4)), old: value });
    const oldAndOne = sizeOf(
      new Map([
        ['old', value],
        ['b', encodeEntry(asleep(3))],
      ]),
    );
    const room = Math.ceil(oldAndOne * 1.02);
    const passed = fitInto(room).apply(wanted, around);
    expect([...passed.puts.keys()]).toEqual(['b', 'old']);
    expect(fitInto().apply(wanted, around)).toEqual(wanted);
  });

  test('treats a group as old as its oldest member', () => {
    const pair: ClosedEntry = {
      ...asleep(9),
      instances: [
        { id: idOf(9), launchedAt: 9 },
        { id: idOf(1), launchedAt: 1 },
      ],
    };
    const puts = { a: encodeEntry(asleep(5)), b: encodeEntry(pair) };
    const room = Math.ceil(sizeOf(new Map([['b', puts.b]])) * 1.02);
    expect([...fitInto(room).apply(changes(puts), scene({})).puts.keys()]).toEqual(['b']);
  });

  test('accepts new names of one age in alphabetical order, for any order of input', () => {
    const [a, b] = [encodeEntry(asleep(3)), encodeEntry(asleep(3))];
    const room = Math.ceil(sizeOf(new Map([['a', a]])) * 1.02);
    for (const puts of [
      { a, b },
      { b, a },
    ]) {
      expect([...fitInto(room).apply(changes(puts), scene({})).puts.keys()]).toEqual(['a']);
    }
  });

  test('keeps a reserve for changes, and refuses new names earlier', () => {
    const around = { ...scene({ old: asleep(1) }), bytes: LIMITS.storeBytes - 1_000 };
    const wanted = changes({ new: encodeEntry(asleep(2)), old: encodeEntry(live(1)) });
    expect([...fitInto().apply(wanted, around).puts.keys()]).toEqual(['old']);
  });

  test('accepts a change that fills it to the last byte, and refuses one more byte', () => {
    const around = scene({ old: asleep(1) });
    const wanted = changes({ old: encodeEntry(live(1)) });
    const full = sizeOf(wanted.puts);
    expect(fitInto(full).apply(wanted, around)).toEqual(wanted);
    expect(fitInto(full - 1).apply(wanted, around)).toEqual(changes({}));
  });

  test('accepts new names up to its reserve, which is a hundredth and at most 50,000 bytes', () => {
    const wanted = changes({ new: encodeEntry(asleep(1)) });
    const size = sizeOf(wanted.puts);
    for (const [capacity, reserve] of [
      [10_000, 100],
      [LIMITS.storeBytes, RESERVE_BYTES],
      [2 * LIMITS.storeBytes, RESERVE_BYTES],
    ] as const) {
      const filled = (bytes: number) => fitInto(capacity).apply(wanted, { ...scene({}), bytes });
      expect(filled(capacity - reserve - size)).toEqual(wanted);
      expect(filled(capacity - reserve - size + 1)).toEqual(changes({}));
    }
  });

  test('accepts changes that do not make it larger, at any size', () => {
    const around = { ...scene({ old: live(1), same: asleep(2) }), bytes: 5_000 };
    const wanted = changes({ old: encodeEntry(asleep(1)), same: encodeEntry(asleep(3)) });
    expect(fitInto(1_000).apply(wanted, around)).toEqual(wanted);
  });

  test('has room for puts and deletes at once up to the last byte', () => {
    const around = { ...scene({ old: asleep(1) }), bytes: 900 };
    const wanted = changes({ new: 'x'.repeat(97) }, 'old');
    expect(isTight(wanted, around, 1_000)).toBe(false);
    expect(isTight(wanted, around, 999)).toBe(true);
  });

  test('does not count the room that a smaller put saves, because writes come in any order', () => {
    const around = { ...scene({ old: live(1) }), bytes: 950 };
    const wanted = changes({ new: 'x'.repeat(60), old: encodeEntry(asleep(1)) });
    expect(isTight(wanted, around, 1_000)).toBe(true);
  });

  test('uses the room of its deletes and smaller values', () => {
    const around = scene({ gone: live(1), left: live(5), closing: live(3), opening: asleep(2) });
    const wanted = changes({ opening: encodeEntry(live(2)), closing: encodeEntry(asleep(3)) });
    expect(fitInto(around.bytes).apply(wanted, around)).toEqual(wanted);
    // Each deleted name leaves a tombstone.
    const replaced = changes({ new: encodeEntry(asleep(4)) }, 'gone', 'left');
    expect(fitInto(around.bytes).apply(replaced, around)).toEqual(replaced);
  });

  test('performs its deletes first', () => {
    const around = { ...scene({ old: asleep(1) }), bytes: LIMITS.storeBytes - 10 };
    expect(isTight(changes({ new: 'a long value' }, 'old'), around)).toBe(true);
    expect(isTight(changes({ old: 'x' }), around)).toBe(false);
  });
});
