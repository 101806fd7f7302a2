import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Entry, encodeEntry, isServing } from '../../../core/entry/entry.ts';
import { encodeTombstone } from '../../../core/entry/tombstone.ts';
import { decodeContent } from '../../../core/plan/decoded.ts';
import { applyChanges, ownedEntries } from '../../../core/plan/plan.ts';
import { anyEntry } from '../../support/values/arbitraries.ts';

const hostname = fc.constantFrom('a', 'b', 'c', 'd', 'e');
const deployment = fc.constantFrom('main', 'other');
const entry = fc
  .tuple(anyEntry, deployment)
  .map(([each, name]) => encodeEntry({ ...each, deployment: name }));
const tombstone = fc
  .record({ access: fc.constant('public' as const), deployment, sequence: fc.nat(), goneAt: fc.nat() })
  .map(encodeTombstone);
const unreadable = fc.tuple(deployment, fc.nat({ max: 9 })).map(([name, at]) => `9 later ${at} ${name}#7`);
const value = fc.oneof(entry, tombstone, unreadable, fc.constant('by hand'));
const store = fc.array(fc.tuple(hostname, value)).map((pairs) => new Map(pairs));
const changes = fc.record({ puts: store, deletes: fc.uniqueArray(hostname).map((keys) => new Set(keys)) });

const plain = ({ owned, held, unreadable: strange, tombstones }: ReturnType<typeof decodeContent>) =>
  [owned, held, strange, tombstones].map((map: ReadonlyMap<string, unknown>) => new Map(map));

test('a content that follows another is decoded as if it stood alone', () => {
  fc.assert(
    fc.property(store, fc.array(changes), (first, history) => {
      let entries: ReadonlyMap<string, string> = first;
      let decoded = decodeContent(entries, 'main');
      for (const each of history) {
        entries = applyChanges(entries, each);
        decoded = decodeContent(entries, 'main', decoded);
        expect(plain(decoded)).toEqual(plain(decodeContent(entries, 'main')));
        expect(decoded.entries).toBe(entries);
      }
    }),
  );
});

test('a decoded content has each value of the deployment once, and none of another', () => {
  fc.assert(
    fc.property(store, (entries) => {
      const [owned = new Map(), held, strange = new Map(), tombstones = new Map()] = plain(
        decodeContent(entries, 'main'),
      );
      expect(owned).toEqual(ownedEntries(entries, 'main'));
      const isHeld = (each: Entry) => !isServing(each) && each.claimEndsAt !== undefined;
      expect(held).toEqual(new Map([...ownedEntries(entries, 'main')].filter(([, each]) => isHeld(each))));
      const marked = [...entries].filter(([, each]) => each.endsWith('#7') && each.includes(' main#'));
      for (const [key] of marked.filter(([, each]) => each.startsWith('9')))
        expect(strange.has(key)).toBe(true);
      const keys = [...owned.keys(), ...strange.keys(), ...tombstones.keys()];
      expect(new Set(keys).size).toBe(keys.length);
    }),
  );
});

test('the highest number is that of all values that were seen, without those that no clock reaches', () => {
  const gone = (sequence: number, name = 'main') =>
    encodeTombstone({ access: 'public', deployment: name, sequence, goneAt: 0 });
  const first = decodeContent(
    new Map([
      ['a', gone(7)],
      ['b', gone(9, 'other')],
      ['c', gone(36 ** 7)],
    ]),
    'main',
  );
  expect(first.lastSequence).toBe(7);
  const second = decodeContent(new Map([['a', gone(8)]]), 'main', first);
  expect(second.lastSequence).toBe(8);
  expect(decodeContent(new Map(), 'main', second).lastSequence).toBe(8);
});
