import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DEATHS } from '../../../core/events/event-reading.ts';
import { type FleetFacts, NO_FACTS } from '../../../core/events/fleet-facts.ts';
import { Fault } from '../../../core/schema.ts';
import {
  BASE_PLACES,
  type MirrorHead,
  parseBase,
  parseHead,
  printBase,
  printHead,
} from '../../../updater/store/mirror.ts';
import { hostileText } from '../../support/values/arbitraries.ts';
import { idOf } from '../../support/values/instances.ts';
import { mutated } from '../../support/values/mutations.ts';

const id = fc.nat({ max: 999 }).map(idOf);
const seconds = fc.nat({ max: 4_000_000_000 });

const times = fc.array(fc.tuple(id, seconds)).map((pairs) => new Map(pairs));

const facts: fc.Arbitrary<FleetFacts> = fc.record({
  deaths: fc
    .array(fc.tuple(id, fc.record({ state: fc.constantFrom(...DEATHS), at: seconds })))
    .map((pairs) => new Map(pairs)),
  starts: times,
  warnings: fc
    .array(fc.tuple(id, fc.record({ at: seconds, expiresAt: seconds })))
    .map((pairs) => new Map(pairs)),
  paces: fc
    .array(
      fc.tuple(
        hostileText,
        fc.record({ added: fc.array(seconds), removed: fc.array(seconds), isBraked: fc.boolean() }),
      ),
    )
    .map((pairs) => new Map(pairs)),
  holds: fc
    .array(fc.tuple(id, fc.record({ launchedAt: seconds, expiresAt: seconds })))
    .map((pairs) => new Map(pairs)),
});

const head: fc.Arbitrary<MirrorHead> = fc.record({
  version: fc.record({ etag: hostileText, items: fc.maxSafeNat(), bytes: fc.maxSafeNat() }),
  base: fc.record({ place: fc.constantFrom(...BASE_PLACES), version: hostileText }),
  changes: fc.record({
    puts: fc.array(fc.tuple(hostileText, hostileText)).map((pairs) => new Map(pairs)),
    deletes: fc.uniqueArray(hostileText).map((keys) => new Set(keys)),
  }),
  writer: hostileText,
  unrecorded: fc.uniqueArray(hostileText),
  facts,
  lastSequence: fc.maxSafeNat(),
  doubtedAt: seconds,
  unsettledUntil: fc.maxSafeNat(),
});

const WHOLE = printHead({
  version: { etag: 'E1', items: 1, bytes: 9 },
  base: { place: 0, version: 'B1' },
  changes: { puts: new Map([['shop', 'A']]), deletes: new Set(['wiki']) },
  writer: 'writer-1',
  unrecorded: ['shop'],
  facts: {
    deaths: new Map([[idOf(1), { state: 'stopping', at: 7 }]]),
    starts: new Map([[idOf(3), 9]]),
    warnings: new Map([[idOf(2), { at: 8, expiresAt: 9 }]]),
    paces: new Map([['shop', { added: [1], removed: [2], isBraked: true }]]),
    holds: new Map([[idOf(4), { launchedAt: 5, expiresAt: 125 }]]),
  },
  lastSequence: 1_795_436_239,
  doubtedAt: 1_795_000_000,
  unsettledUntil: 1_795_436_359_000,
});

/** A valid head with one member replaced. */
const withMember = (name: string, value: unknown) => JSON.stringify({ ...JSON.parse(WHOLE), [name]: value });

describe('the head of a mirror', () => {
  test('is parsed as it was printed, for any store and events', () => {
    fc.assert(
      fc.property(head, (each) => {
        expect(parseHead(printHead(each))).toEqual(each);
      }),
    );
  });

  test('that was mutated is refused or read, and never throws', () => {
    fc.assert(
      fc.property(mutated(WHOLE), (body) => {
        const mirrored = parseHead(body);
        if (!(mirrored instanceof Fault)) expect(parseHead(printHead(mirrored))).toEqual(mirrored);
      }),
    );
  });

  test.each([
    ['puts', { shop: 1 }, 'puts["shop"] is not a string'],
    ['puts', [], 'puts is not an object'],
    ['deletes', [7], 'deletes[0] is not a string'],
    ['base', undefined, 'base is not an object'],
    ['base', { place: 2, version: 'B1' }, 'base.place is not 0 or 1'],
    ['store', { etag: 'E1', items: '1', bytes: 9 }, 'store.items is not a whole number of 0 or more'],
    ['unrecorded', 'shop', 'unrecorded is not a list'],
    ['writer', undefined, 'writer is not a string'],
    ['version', 1, 'version is not 2'],
  ])('is refused for its damaged %s: %j', (name, value, fault) => {
    expect(String(parseHead(withMember(name, value)))).toBe(fault);
  });

  test('with damaged facts is read without the facts of that kind, because they are short-lived', () => {
    const none = { facts: NO_FACTS };
    expect(parseHead(withMember('facts', undefined))).toMatchObject(none);
    expect(parseHead(withMember('facts', 7))).toMatchObject(none);
    const deaths = { [idOf(1)]: { state: 'running', at: 7 } };
    const read = parseHead(withMember('facts', { deaths, warnings: { [idOf(2)]: { at: 8, expiresAt: 9 } } }));
    expect(parseHead(withMember('lastSequence', 'x'))).toMatchObject({ lastSequence: 0 });
    expect(read).toMatchObject({
      facts: { deaths: new Map(), warnings: new Map([[idOf(2), { at: 8, expiresAt: 9 }]]) },
    });
  });
});

describe('the base of a mirror', () => {
  test('is read back as it was printed, for any store', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(hostileText, hostileText)), (pairs) => {
        expect(parseBase(printBase(new Map(pairs)))).toEqual(new Map(pairs));
      }),
    );
  });

  test('that was mutated is refused or read, and never throws', () => {
    fc.assert(
      fc.property(mutated(printBase(new Map([['shop', 'A']]))), (body) => {
        const entries = parseBase(body);
        if (!(entries instanceof Fault)) expect(parseBase(printBase(entries))).toEqual(entries);
      }),
    );
  });

  test.each([
    ['{"version":1}', 'entries is not an object'],
    ['{"version":2,"entries":{}}', 'version is not 1'],
    ['{"version":1,"entries":{"shop":1}}', 'entries["shop"] is not a string'],
    ['', 'it is not JSON'],
  ])('is refused for its damage: %s', (body, fault) => {
    expect(String(parseBase(body))).toBe(fault);
  });
});
