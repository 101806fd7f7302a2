import { describe, expect, test } from 'vitest';
import type { Access } from '../../../../core/entry/access.ts';
import { decodeEntry, type Entry, encodeEntry } from '../../../../core/entry/entry.ts';
import { encodeTombstone } from '../../../../core/entry/tombstone.ts';
import { instanceKey, type Paces } from '../../../../core/pace.ts';
import type { Changes } from '../../../../core/plan/plan.ts';
import { brake, pacesAfter } from '../../../../core/plan/policies/brake.ts';
import { applyPolicies, type Scene } from '../../../../core/plan/policies/policy.ts';
import { idOf, ipv4, NOW, publicNameOf } from '../../../support/values/instances.ts';

const live = (...ids: number[]): Entry => ({
  access: 'public',
  deployment: 'main',
  state: 'live',
  sequence: 1,
  token: '',
  instances: ids.map((id) => ({
    id: idOf(id),
    launchedAt: id,
    address: { via: 'ipv4', name: publicNameOf(id) },
  })),
  rules: [
    {
      path: '/',
      to: ids.map((_, instance) => ({ instance, port: 80, weight: 1 })),
      conditions: [],
      strip: false,
    },
  ],
});

const closed = (state: 'asleep' | 'starting' | 'maintenance', ...ids: number[]): Entry => ({
  access: 'public',
  deployment: 'main',
  state,
  sequence: 1,
  instances: ids.map((id) => ({ id: idOf(id), launchedAt: id })),
});

const DEVS = { since: 9, rule: 'group:devs' };

const admitting = (access: Access, ...ids: number[]): Entry => ({ ...live(...ids), access });

/** The same entry with a rule on another port. */
const onPort = (entry: Entry, port: number): Entry =>
  'rules' in entry
    ? {
        ...entry,
        rules: entry.rules.map((rule) => ({
          ...rule,
          to: typeof rule.to === 'string' ? rule.to : rule.to.map((each) => ({ ...each, port })),
        })),
      }
    : entry;

function scene(owned: Record<string, Entry>): Scene {
  const current = new Map(Object.entries(owned).map(([key, entry]) => [key, encodeEntry(entry)]));
  const rest = { seen: new Map(), reportedDead: new Set<string>(), sequence: 9, bytes: 0 };
  return { current, owned: new Map(Object.entries(owned)), ...rest };
}

const put = (name: string, entry: Entry): Changes => ({
  puts: new Map([[name, encodeEntry({ ...entry, sequence: 9 })]]),
  deletes: new Set(),
});

const braked = (key: string, added: number, removed: number[] = []): Paces =>
  new Map([[key, { added: [NOW - added], removed: removed.map((age) => NOW - age), isBraked: true }]]);

/** The part of a change that passes while the name is braked: the entry, or undefined. */
function passing(before: Entry | undefined, after: Entry, paces = braked('shop', 1)) {
  const around = scene(before ? { shop: before } : {});
  const { changes, withheld, problems } = applyPolicies(put('shop', after), [brake(paces, NOW)], around);
  const value = changes.puts.get('shop');
  return { entry: value === undefined ? undefined : decodeEntry(value), withheld, problems };
}

const numbered = (entry: Entry) => ({ ...entry, sequence: 9 });

describe('the brake', () => {
  test.each<[string, Entry | undefined, Entry]>([
    ['a new name', undefined, live(1)],
    ['a name that opens', closed('asleep', 1), live(1)],
    ['another state of a closed name', closed('asleep', 1), closed('starting', 1)],
    ['another port', live(1), onPort(live(1), 8081)],
    ['one more member', live(1), live(1, 2)],
    ['a wider access', admitting(DEVS, 1), admitting({ since: 9 }, 1)],
    ['a name that becomes open', admitting({ since: 1 }, 1), admitting('open', 1)],
  ])('holds back %s, and reports it', (_, before, after) => {
    const { entry, withheld, problems } = passing(before, after);
    expect([entry, withheld]).toEqual([undefined, ['shop']]);
    expect(problems.map(({ message }) => message).join()).toContain('once a minute at most');
  });

  test.each<[string, Entry, Entry]>([
    ['a name that closes', live(1), closed('asleep', 1)],
    ['a name that closes for another', live(1), closed('starting', 2)],
    ['a member that leaves', live(1, 2), live(2)],
    ['the member of a closed name that leaves', closed('asleep', 1, 2), closed('asleep', 2)],
    ['a narrower access', admitting({ since: 1 }, 1), admitting(DEVS, 1)],
    ['a narrower access of a closed name', closed('asleep', 1), { ...closed('asleep', 1), access: DEVS }],
    ['the first access rule', live(1), admitting({ since: 9 }, 1)],
  ])('lets pass %s', (_, before, after) => {
    expect(passing(before, after)).toEqual({ entry: numbered(after), withheld: [], problems: [] });
  });

  test('passes deletes and the replacement of an unreadable value', () => {
    const deletes: Changes = { puts: new Map(), deletes: new Set(['shop']) };
    const policy = [brake(braked('shop', 1), NOW)];
    expect(applyPolicies(deletes, policy, scene({ shop: live(1) })).changes).toEqual(deletes);
    const spoilt: Scene = { ...scene({}), current: new Map([['shop', '99 ? main#7']]) };
    expect(applyPolicies(put('shop', live(1)), policy, spoilt).withheld).toEqual([]);
  });

  test('holds back a name that comes back in the place of its tombstone', () => {
    const tombstone = encodeTombstone({ access: 'public', deployment: 'main', sequence: 7, goneAt: NOW - 1 });
    const gone: Scene = { ...scene({}), current: new Map([['shop', tombstone]]) };
    const policy = [brake(braked('shop', 1), NOW)];
    expect(applyPolicies(put('shop', live(1)), policy, gone).withheld).toEqual(['shop']);
    const [[, pace] = []] = [...pacesAfter(new Map(), put('shop', live(1)), gone, NOW)];
    expect(pace).toMatchObject({ added: [NOW], removed: [] });
  });

  test('lets a removal of an address pass at once, even within a change that it holds back', () => {
    expect(passing(live(1, 2), live(2, 3)).entry).toEqual(numbered(live(2)));
    expect(passing(live(1), live(2)).entry).toEqual(numbered(closed('starting', 2)));
    const moved: Entry = {
      ...live(1),
      instances: [{ ...live(1).instances[0], address: ipv4('b.example.com') }],
    } as Entry;
    expect(passing(live(1), moved).entry).toEqual(numbered(closed('starting', 1)));
    const leased = { ...live(2), expiresAt: NOW + 60 };
    expect(passing(live(1), leased).entry).toMatchObject({ state: 'starting', expiresAt: NOW + 60 });
  });

  test('takes viewers away at once, even within a change that it holds back', () => {
    expect(passing(admitting({ since: 1 }, 1), admitting(DEVS, 1, 2)).entry).toEqual(
      numbered(admitting(DEVS, 1)),
    );
    const ops = { since: 9, rule: 'group:ops' };
    expect(passing(admitting(DEVS, 1), admitting(ops, 1)).entry).toEqual(
      numbered(admitting({ since: 9, rule: '-' }, 1)),
    );
    expect(passing(admitting(DEVS, 1, 2), admitting({ since: 9 }, 2, 3)).entry).toEqual(
      numbered(admitting(DEVS, 2)),
    );
  });

  test.each<[string, Paces, boolean]>([
    ['a minute after the last addition', braked('shop', 60), true],
    ['less than a minute after it', braked('shop', 59), false],
    ['two minutes after an addition that was undone', braked('shop', 120, [60]), true],
    ['less than two minutes after an addition that was undone', braked('shop', 119, [60]), false],
    ['a minute after an addition that followed a removal', braked('shop', 60, [61]), true],
    ['after five minutes without a change', braked('shop', 300), true],
    ['while the joining instance is braked', braked(instanceKey(idOf(2)), 1), false],
    ['while a staying instance is braked', braked(instanceKey(idOf(1)), 1), true],
    ['while another name is braked', braked('wiki', 1), true],
  ])('decides whether a member may join %s', (_, paces, passes) => {
    expect(passing(live(1), live(1, 2), paces).withheld).toEqual(passes ? [] : ['shop']);
  });
});

describe('a pace', () => {
  /** This many changes of `shop` by instance 1, some seconds apart. */
  function changed(count: number, seconds: number, isRemoval = false) {
    let paces: Paces = new Map();
    const around = scene({ shop: live(1) });
    const changes: Changes = isRemoval
      ? { puts: new Map(), deletes: new Set(['shop']) }
      : put('shop', onPort(live(1), 8081));
    for (let n = 0; n < count; n++)
      paces = pacesAfter(paces, changes, around, NOW - seconds * (count - 1 - n));
    return paces;
  }

  test.each([
    [9, 1, false],
    [10, 1, true],
    [10, 33, true],
    [10, 34, false],
  ])('of %d changes, %d s apart, brakes the name and its instance: %s', (count, seconds, isBraked) => {
    for (const isRemoval of [true, false]) {
      const paces = changed(count, seconds, isRemoval);
      expect(paces.get('shop')?.isBraked).toBe(isBraked);
      expect(paces.get(instanceKey(idOf(1)))?.isBraked).toBe(isBraked);
    }
  });

  test('of an instance counts one change of ten names once', () => {
    const names = Array.from({ length: 10 }, (_, n) => `app-${n}`);
    const puts = new Map(names.map((name) => [name, encodeEntry(live(1))]));
    const paces = pacesAfter(new Map(), { puts, deletes: new Set() }, scene({}), NOW);
    expect(paces.get(instanceKey(idOf(1)))).toEqual({ added: [NOW], removed: [], isBraked: false });
  });

  test('of a move counts the arrival, not the departure', () => {
    const changes = { puts: new Map([['new', encodeEntry(live(1))]]), deletes: new Set(['old']) };
    const paces = pacesAfter(new Map(), changes, scene({ old: live(1) }), NOW);
    expect(paces.get(instanceKey(idOf(1)))).toMatchObject({ added: [NOW], removed: [] });
    expect(paces.get('old')).toMatchObject({ added: [], removed: [NOW] });
  });

  test('of a name counts the end of an unreadable value', () => {
    const changes = { puts: new Map(), deletes: new Set(['shop']) };
    const spoilt: Scene = { ...scene({}), current: new Map([['shop', '99 ? main#7']]) };
    expect([...pacesAfter(new Map(), changes, spoilt, NOW)]).toEqual([
      ['shop', { added: [], removed: [NOW], isBraked: false }],
    ]);
  });

  test('of a mass change counts only names that were written a short time ago', () => {
    const numbers = Array.from({ length: 1_100 }, (_, n) => n + 1);
    const puts = new Map(numbers.map((n) => [`app-${n}`, encodeEntry(onPort(live(n), 8080))]));
    const writtenAt = (sequence: number) =>
      scene(Object.fromEntries(numbers.map((n) => [`app-${n}`, { ...live(n), sequence }])));
    const pacesIn = (around: Scene, paces: Paces = new Map()) =>
      pacesAfter(paces, { puts, deletes: new Set() }, around, NOW);
    expect(pacesIn(scene({})).size).toBe(0);
    expect(pacesIn(writtenAt(NOW - 300)).size).toBe(0);
    // Names that change together again and again are slowed down all the same.
    expect(pacesIn(writtenAt(NOW - 299)).size).toBe(2_200);
    expect([...pacesIn(writtenAt(1), braked('app-7', 1)).keys()]).toEqual(['app-7']);
    const gone = encodeTombstone({
      access: 'public',
      deployment: 'main',
      sequence: NOW - 9,
      goneAt: NOW - 9,
    });
    const buried = { ...scene({}), current: new Map([['app-7', gone]]) };
    expect([...pacesIn(buried).keys()]).toEqual(['app-7', instanceKey(idOf(7))]);
  });

  test('stays the same without a change', () => {
    const paces = changed(10, 1);
    expect(pacesAfter(paces, { puts: new Map(), deletes: new Set() }, scene({}), NOW)).toBe(paces);
  });
});
