import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeEntry, encodeEntry, isServing } from '../../../core/entry/entry.ts';
import { incumbentsOf } from '../../../core/routes/route.ts';
import { LIMITS } from '../../../core/wire/limits.ts';
import { anyFleet, anyIncumbents, anyInstance } from '../../support/values/arbitraries.ts';
import { routed } from '../../support/values/instances.ts';

const OUTSIDER = 99;

/** An instance that cannot share a name, because its account is its own. */
const anyOutsider = anyInstance(OUTSIDER).map((instance) => ({ ...instance, account: '999999999999' }));

describe('the routes of any fleet', () => {
  test('are the same for every order of its instances', () => {
    const twice = anyFleet.chain((fleet) =>
      fc.tuple(fc.constant(fleet), fc.shuffledSubarray(fleet, { minLength: fleet.length })),
    );
    fc.assert(
      fc.property(twice, anyIncumbents, ([fleet, shuffled], incumbents) => {
        const one = routed(fleet, { incumbents });
        const other = routed(shuffled, { incumbents });
        expect([...other.entries]).toEqual([...one.entries]);
        expect(other.problems).toEqual(one.problems);
      }),
    );
  });

  test('fit into the store with any sequence number, and are decoded as they were encoded', () => {
    fc.assert(
      fc.property(anyFleet, anyIncumbents, (fleet, incumbents) => {
        const { entries } = routed(fleet, { incumbents, tokenOf: () => 'N6kTCdMVqlYH0PzS' });
        for (const [hostname, entry] of entries) {
          const value = encodeEntry({ ...entry, sequence: Number.MAX_SAFE_INTEGER });
          expect(new TextEncoder().encode(value).length).toBeLessThanOrEqual(LIMITS.valueBytes);
          expect(new TextEncoder().encode(hostname).length).toBeLessThanOrEqual(LIMITS.keyBytes);
          expect(decodeEntry(encodeEntry(entry))).toEqual(entry);
        }
      }),
    );
  });

  test('stay the same when they are built again', () => {
    fc.assert(
      fc.property(anyFleet, anyIncumbents, (fleet, incumbents) => {
        const { entries } = routed(fleet, { incumbents });
        expect(routed(fleet, { incumbents: incumbentsOf(entries) }).entries).toEqual(entries);
      }),
    );
  });

  test('do not change by one more instance with other names and any tags', () => {
    fc.assert(
      fc.property(anyFleet, anyOutsider, (fleet, outsider) => {
        const before = routed(fleet).entries;
        const after = routed([...fleet, outsider], { incumbents: incumbentsOf(before) }).entries;
        for (const [hostname, entry] of before) expect(after.get(hostname)).toEqual(entry);
      }),
    );
  });

  test('lead only to running instances, by their public names', () => {
    fc.assert(
      fc.property(anyFleet, anyIncumbents, (fleet, incumbents) => {
        const byId = new Map(fleet.map((each) => [each.id, each]));
        for (const entry of routed(fleet, { incumbents }).entries.values()) {
          if (!isServing(entry)) expect(encodeEntry(entry)).not.toContain('amazonaws');
          else
            for (const { id, address, launchedAt } of entry.instances)
              expect(byId.get(id)).toMatchObject({
                state: 'running',
                address,
                launchedAt,
              });
        }
      }),
    );
  });

  test('contain two instances together only if both name one group in one account', () => {
    fc.assert(
      fc.property(anyFleet, anyIncumbents, (fleet, incumbents) => {
        for (const { instances } of routed(fleet, { incumbents }).entries.values()) {
          const members = fleet.filter((each) => instances.some(({ id }) => id === each.id));
          if (members.length < 2) continue;
          expect(new Set(members.map(({ account }) => account)).size).toBe(1);
          for (const { tags } of members)
            expect(tags['proxy:group'] ?? tags['proxy:api:group']).toBe('shop-web');
        }
      }),
    );
  });

  test('are tried in order of precedence: exact, longest, method, headers, queries', () => {
    const rank = (path: string) => (path.startsWith('=') ? 1_000 : 0) + path.length;
    fc.assert(
      fc.property(anyFleet, anyIncumbents, (fleet, incumbents) => {
        for (const entry of routed(fleet, { incumbents }).entries.values()) {
          if (!isServing(entry)) continue;
          const ranks = entry.rules.map(({ path }) => rank(path));
          expect(ranks).toEqual(ranks.toSorted((a, b) => b - a));
        }
      }),
    );
  });

  test('have problems that each name an instance and a remedy', () => {
    fc.assert(
      fc.property(anyFleet, anyIncumbents, (fleet, incumbents) => {
        for (const { instance, message } of routed(fleet, { incumbents }).problems) {
          expect(fleet.map(({ id }) => id)).toContain(instance);
          expect(message).toContain(instance);
          expect(message).toMatch(/; (?:fix|choose|give|make|use|spread) /);
        }
      }),
    );
  });
});
