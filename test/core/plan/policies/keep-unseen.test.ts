import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Access } from '../../../../core/entry/access.ts';
import { decodeEntry, type Entry, encodeEntry, isServing } from '../../../../core/entry/entry.ts';
import type { Instance } from '../../../../core/instance.ts';
import { CEILING, type Doubt, findDoubt, keepUnseen } from '../../../../core/plan/policies/keep-unseen.ts';
import { applyPolicies, type Scene } from '../../../../core/plan/policies/policy.ts';
import { idOf, instance, ipv6, publicNameOf } from '../../../support/values/instances.ts';

const live = (...ids: number[]): Entry => ({
  access: 'public',
  deployment: 'main',
  state: 'live',
  sequence: 1,
  token: '',
  instances: ids.map((id) => ({
    id: idOf(id),
    launchedAt: 1,
    address: { via: 'ipv4', name: publicNameOf(id) },
  })),
  rules: [
    {
      path: '/',
      to: ids.map((_, index) => ({ instance: index, port: 80, weight: 1 })),
      conditions: [],
      strip: false,
    },
  ],
});

const DEVS = { since: 9, rule: 'group:devs' };

const asleep = (...ids: number[]): Entry => ({
  access: 'public',
  deployment: 'main',
  state: 'asleep',
  sequence: 1,
  instances: ids.map((id) => ({ id: idOf(id), launchedAt: 1 })),
});

const seen = (...ids: number[]): ReadonlyMap<string, Instance> =>
  new Map(ids.map((id) => [idOf(id), instance({ id, tags: {} })]));

/** A store with these entries, some of whose instances are seen. */
function scene(entries: Record<string, Entry>, ...listed: number[]): Scene {
  const owned = new Map(Object.entries(entries));
  return {
    owned,
    current: new Map([...owned].map(([key, entry]) => [key, encodeEntry(entry)])),
    seen: seen(...listed),
    reportedDead: new Set(),
    sequence: 9,
    bytes: 0,
  };
}

const puts = (entries: Record<string, Entry>) =>
  new Map(Object.entries(entries).map(([key, entry]) => [key, encodeEntry({ ...entry, sequence: 9 })]));

const idsOf = (value: string | undefined) =>
  (decodeEntry(value ?? '')?.instances ?? []).map((member) => member.id);

const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => from + at);

describe('the absence of instances', () => {
  const absence = (owned: number, listed: readonly number[], more: object = {}) =>
    findDoubt({
      ...scene(Object.fromEntries(numbers(1, owned).map((n) => [`app${n}`, asleep(n)])), ...listed),
      unreadable: 0,
      failures: 0,
      confirmed: false,
      ...more,
    });

  test.each([
    ['5 of 10', 10, 5, undefined],
    ['6 of 10', 10, 6, 'too many at once'],
    ['20 of 100', 100, 20, undefined],
    ['21 of 100', 100, 21, 'too many at once'],
  ])('of %s instances is believed or doubted', (_, owned, gone, doubt) => {
    expect(absence(owned, numbers(gone + 1, owned))).toBe(doubt);
  });

  test('is not believed if the listing is empty, unless a person confirms it', () => {
    expect(absence(1, [])).toBe('empty listing');
    expect(absence(1, [], { confirmed: true })).toBeUndefined();
    expect(absence(0, [])).toBeUndefined();
  });

  test('is not believed while a source does not answer, even if confirmed', () => {
    expect(absence(1, [1], { failures: 1, confirmed: true })).toBe('source failed');
  });

  test('is believed if an event has reported the death', () => {
    expect(absence(10, [1], { reportedDead: new Set(numbers(2, 10).map(idOf)) })).toBeUndefined();
  });

  test('counts one instance for each unreadable name', () => {
    expect(absence(1, [1], { unreadable: CEILING.count + 1 })).toBe('too many at once');
  });
});

describe('while absence is doubted', () => {
  const keep = keepUnseen('source failed', () => true);

  test('a name stays if its only instance is unseen, and goes if its instance was seen', () => {
    const around = scene({ gone: live(1), unseen: live(2) }, 1);
    const changes = { puts: new Map(), deletes: new Set(['gone', 'unseen']) };
    expect(keep.apply(changes, around)).toEqual({ puts: new Map(), deletes: new Set(['gone']) });
  });

  test('a group keeps members that are not listed and loses members that are listed as stopped', () => {
    const around = scene({ shop: live(1, 2, 3) }, 1, 2);
    const kept = keep.apply({ puts: puts({ shop: live(1) }), deletes: new Set() }, around);
    expect(idsOf(kept.puts.get('shop'))).toEqual([idOf(1), idOf(3)]);
    expect(decodeEntry(kept.puts.get('shop') ?? '')?.sequence).toBe(9);
  });

  test('a group keeps no member at an address that has changed', () => {
    const around = scene({ shop: live(1, 2) }, 1);
    const elsewhere = live(1);
    for (const member of elsewhere.instances) member.launchedAt = 5;
    const kept = keep.apply({ puts: puts({ shop: elsewhere }), deletes: new Set() }, around);
    expect(idsOf(kept.puts.get('shop'))).toEqual([idOf(2)]);
  });

  test('a group keeps no member at an IPv4 address that has an IPv6 address now', () => {
    const around = scene({ shop: live(1, 2) }, 1);
    const instances = live(1).instances.map((each) => ({ ...each, address: ipv6(publicNameOf(1)) }));
    const changes = { puts: puts({ shop: { ...live(1), instances } }), deletes: new Set<string>() };
    expect(idsOf(keep.apply(changes, around).puts.get('shop'))).toEqual([idOf(2)]);
  });

  test('no instance joins a group with a member that is not listed', () => {
    const around = scene({ shop: live(1, 2) }, 1, 7);
    const kept = keep.apply({ puts: puts({ shop: live(1, 7) }), deletes: new Set() }, around);
    expect(kept).toEqual({ puts: new Map(), deletes: new Set() });
  });

  test.each<[string, Access, number[], Access, Access | undefined]>([
    ['takes a narrower rule of a listed member', { since: 1 }, [1], DEVS, DEVS],
    ['keeps rule and number against a wider rule', { ...DEVS, since: 3 }, [1], { since: 9 }, undefined],
    ['keeps its rule when a listed member opens', DEVS, [1], 'open', undefined],
    ['keeps its rule against that of another claimant', { since: 1 }, [7], DEVS, undefined],
    ['is gated when sign-in begins', 'public', [1], { since: 9 }, { since: 9 }],
    ['is not gated when sign-in ends', DEVS, [1], 'public', 'public'],
  ])('a group with a member that is not listed %s', (_, before, ids, wanted, after) => {
    const around = scene({ shop: { ...live(1, 2), access: before } }, ...ids);
    const changes = { puts: puts({ shop: { ...live(...ids), access: wanted } }), deletes: new Set<string>() };
    const value = keep.apply(changes, around).puts.get('shop');
    expect(value === undefined ? undefined : decodeEntry(value)?.access).toEqual(after);
    if (value !== undefined) expect(idsOf(value)).toEqual([1, 2].map(idOf));
  });

  test.each<[string, Access, Entry | undefined, Access | undefined]>([
    ['is open is gated at once', 'open', undefined, { since: 9 }],
    ['is open gets the rule of a listed member too', 'open', { ...live(1), access: DEVS }, DEVS],
    ['has a rule keeps it', DEVS, undefined, undefined],
  ])('a name that no claim rule opens and that %s', (_, before, wanted, after) => {
    const around = scene({ shop: { ...live(1, 2), access: before } }, 1);
    const change = wanted
      ? { puts: puts({ shop: wanted }), deletes: new Set<string>() }
      : { puts: new Map<string, string>(), deletes: new Set(['shop']) };
    const value = keepUnseen('source failed', () => false)
      .apply(change, { ...around, seen: wanted ? around.seen : new Map() })
      .puts.get('shop');
    expect(value === undefined ? undefined : decodeEntry(value)?.access).toEqual(after);
    if (value !== undefined) expect(idsOf(value)).toEqual([1, 2].map(idOf));
  });

  test('another instance does not get the name', () => {
    const around = scene({ shop: live(1) }, 7);
    expect(keep.apply({ puts: puts({ shop: live(7) }), deletes: new Set() }, around).puts.size).toBe(0);
  });

  test('an event alone can remove an address', () => {
    const around = { ...scene({ shop: live(1) }), reportedDead: new Set([idOf(1)]) };
    const kept = keep.apply({ puts: new Map(), deletes: new Set(['shop']) }, around);
    expect(decodeEntry(kept.puts.get('shop') ?? '')).toMatchObject({ state: 'asleep', sequence: 9 });
  });

  test('a sleeping group may wake if members are seen', () => {
    const around = scene({ shop: asleep(1, 2) }, 1);
    const changes = { puts: puts({ shop: live(1) }), deletes: new Set<string>() };
    expect(keep.apply(changes, around)).toEqual(changes);
  });

  test('only its members can wake a sleeping name', () => {
    const around = scene({ shop: asleep(1, 2) }, 1, 7);
    for (const wanted of [live(7), asleep(7)])
      expect(keep.apply({ puts: puts({ shop: wanted }), deletes: new Set() }, around).puts.size).toBe(0);
  });

  test('an undesired value of another version stays', () => {
    const around = { ...scene({}), current: new Map([['old', '[9,"main"]']]) };
    expect(keep.apply({ puts: new Map(), deletes: new Set(['old']) }, around).deletes.size).toBe(0);
  });

  test.each(['empty listing', 'too many at once', 'source failed'] satisfies Doubt[])(
    '(%s) one problem names the remedy, unless a source failed',
    (doubt) => {
      const changes = { puts: new Map(), deletes: new Set(['shop']) };
      const { withheld, problems } = applyPolicies(
        changes,
        [keepUnseen(doubt, () => true)],
        scene({ shop: live(1) }),
      );
      expect(withheld).toEqual(['shop']);
      expect(problems.map(({ message }) => /are not listed.*"confirm":"removals"/.test(message))).toEqual(
        doubt === 'source failed' ? [] : [true],
      );
    },
  );

  test('a name loses an address only by a listing or a report, and never one that is still desired', () => {
    const ids = fc.uniqueArray(fc.integer({ min: 1, max: 6 }), { maxLength: 4 });
    fc.assert(
      fc.property(ids, ids, ids, fc.boolean(), (before, after, listed, deleted) => {
        const around = scene({ shop: before.length > 0 ? live(...before) : asleep() }, ...listed);
        const wanted = after.length > 0 ? live(...after) : asleep(1);
        const changes = deleted
          ? { puts: new Map<string, string>(), deletes: new Set(['shop']) }
          : { puts: puts({ shop: wanted }), deletes: new Set<string>() };
        const kept = keep.apply(changes, around);
        const value =
          kept.puts.get('shop') ?? (kept.deletes.has('shop') ? undefined : around.current.get('shop'));
        const stays = decodeEntry(value ?? '');
        const served = stays && isServing(stays) ? idsOf(value) : [];
        for (const id of before.map(idOf)) if (!around.seen.has(id)) expect(served).toContain(id);
        const unwanted = before
          .map(idOf)
          .filter((id) => around.seen.has(id) && !after.map(idOf).includes(id));
        for (const id of unwanted) expect(served).not.toContain(id);
        const wantedStill = deleted ? [] : before.filter((id) => after.includes(id));
        for (const id of wantedStill) expect(served).toContain(idOf(id));
      }),
    );
  });
});
