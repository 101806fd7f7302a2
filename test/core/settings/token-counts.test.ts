import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Fault } from '../../../core/schema.ts';
import {
  parseTokenCounts,
  printTokenCounts,
  raiseCounts,
  tokenCountsKey,
} from '../../../core/settings/token-counts.ts';
import { hostileText } from '../../support/values/arbitraries.ts';

const anyCounts = fc
  .array(
    fc.tuple(
      fc.oneof(fc.constantFrom('shop.dev.example.com', '*.preview', '__proto__'), hostileText),
      fc.nat(),
    ),
  )
  .map((pairs) => new Map(pairs));

describe('the counts of tokens', () => {
  test('are parsed as they were printed', () => {
    fc.assert(
      fc.property(anyCounts, (counts) => {
        expect(parseTokenCounts(printTokenCounts(counts))).toEqual(counts);
      }),
    );
  });

  test.each([
    '',
    'null',
    '[]',
    '{}',
    '{"version":2,"counts":{}}',
    '{"version":1,"counts":[]}',
    '{"version":1,"counts":{"shop":1.5}}',
  ])('are not parsed from %s', (body) => {
    expect(parseTokenCounts(body)).toBeInstanceOf(Fault);
  });

  test('grow by one for each hostname and do not change the original', () => {
    const before = new Map([['shop', 1]]);
    expect(raiseCounts(before, ['shop', 'cart', 'cart'])).toEqual(
      new Map([
        ['shop', 2],
        ['cart', 1],
      ]),
    );
    expect(before).toEqual(new Map([['shop', 1]]));
  });

  test('have a key for each deployment, outside of the folders that expire', () => {
    expect(tokenCountsKey('team-a')).toBe('tokens/team-a.json');
  });
});
