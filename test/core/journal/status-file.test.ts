import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseStatusFile, percentilesOf, type StatusFile } from '../../../core/journal/status-file.ts';
import { Fault } from '../../../core/schema.ts';
import { mutated } from '../../support/values/mutations.ts';

const AT = '2026-11-23T14:00:00.000Z';

const FILE: StatusFile = {
  ...{ version: 1, deployment: 'main', updatedAt: AT, lastSweep: AT },
  drift: { at: AT, hostnames: ['shop.dev.example.com'], count: 1 },
  store: { keys: 3, bytes: 1_234, limit: 5_242_880, writesToday: 7 },
  writes: [{ at: AT, milliseconds: 812 }],
};

describe('the status of the updater', () => {
  test('is read back as it was printed', () => {
    expect(parseStatusFile(JSON.stringify(FILE))).toEqual(FILE);
  });

  test('that was mutated is refused or read, and never throws', () => {
    fc.assert(
      fc.property(mutated(JSON.stringify(FILE)), (text) => {
        const file = parseStatusFile(text);
        if (file instanceof Fault) return;
        expect(parseStatusFile(JSON.stringify(file))).toEqual(file);
        percentilesOf(file.writes);
      }),
    );
  });

  test.each([
    [[], undefined],
    [[7], { p50: 7, p95: 7 }],
    [[4, 1, 3, 2], { p50: 2, p95: 4 }],
    [Array.from({ length: 100 }, (_, n) => n + 1), { p50: 50, p95: 95 }],
  ])('has the times that half and 95 % of the writes %j stay within', (times, expected) => {
    expect(percentilesOf(times.map((milliseconds) => ({ milliseconds })))).toEqual(expected);
  });
});
