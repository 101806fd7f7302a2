import { describe, expect, test } from 'vitest';
import { type Entry, encodeEntry } from '../../../core/entry/entry.ts';
import { encodeTombstone } from '../../../core/entry/tombstone.ts';
import { decodeContent } from '../../../core/plan/decoded.ts';
import { type Entries, plan } from '../../../core/plan/plan.ts';
import { findOldTombstones, placeTombstones } from '../../../core/plan/tombstones.ts';

const ASLEEP: Entry = { access: 'public', deployment: 'main', sequence: 1, state: 'asleep', instances: [] };
const gone = (deployment: string, goneAt = 0) =>
  encodeTombstone({ access: 'public', deployment, sequence: 3, goneAt });
const planned = (value: string, desired: ReadonlyMap<string, Entry> = new Map()) =>
  plan(new Map([['shop', value]]), desired, 'main', 7);
const old = (entries: Entries, now: number) =>
  findOldTombstones(decodeContent(entries, 'main').tombstones, now);

describe('a removed hostname', () => {
  test('leaves a tombstone with its access without the rule, and the number and time of the write', () => {
    const owned = new Map([['shop', { ...ASLEEP, access: { since: 5, rule: 'group:devs' } }]]);
    const changes = { puts: new Map([['wiki', 'v']]), deletes: new Set(['shop', 'unreadable']) };
    const facts = { deployment: 'main', sequence: 36, goneAt: 9 };
    expect(placeTombstones(changes, owned, facts)).toEqual({
      puts: new Map([
        ['wiki', 'v'],
        ['shop', '3 g5 G9 main#10'],
        ['unreadable', '3 p G9 main#10'],
      ]),
      deletes: new Set(),
    });
  });
});

describe('a tombstone', () => {
  test.each(['main', 'team-b'])('of %s frees its hostname for every deployment', (deployment) => {
    const { changes, occupied } = planned(gone(deployment), new Map([['shop', ASLEEP]]));
    expect(changes.puts).toEqual(new Map([['shop', encodeEntry({ ...ASLEEP, sequence: 7 })]]));
    expect(occupied).toEqual([]);
  });

  test.each(['main', 'team-b'])('of %s is not deleted again', (deployment) => {
    expect(planned(gone(deployment)).changes.deletes).toEqual(new Set());
  });

  test('is old after five minutes, for its own deployment alone', () => {
    const entries = new Map([
      ['old', gone('main', 100)],
      ['theirs', gone('team-b', 1)],
      ['asleep', encodeEntry(ASLEEP)],
      ['by-hand', 'G'],
    ]);
    expect(old(entries, 399)).toEqual([]);
    expect(old(entries, 400)).toEqual(['old']);
  });

  test('that is old waits up to ten minutes for a younger one, so that both share a write', () => {
    const entries = new Map([
      ['old', gone('main', 100)],
      ['new', gone('main', 101)],
    ]);
    expect(old(entries, 400)).toEqual([]);
    expect(old(entries, 401)).toEqual(['old', 'new']);
    const young = new Map([...entries, ['young', gone('main', 650)] as const]);
    expect(old(young, 699)).toEqual([]);
    expect(old(young, 700)).toEqual(['old', 'new']);
  });

  test('with a time far in the future is old, and one a few seconds ahead is not', () => {
    expect(old(new Map([['ahead', gone('main', 700)]]), 400)).toEqual(['ahead']);
    expect(old(new Map([['skewed', gone('main', 405)]]), 400)).toEqual([]);
  });
});
