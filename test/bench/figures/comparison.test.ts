import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { committedOf, type Figure, findWorse, parseCommitted, readBaseline } from './comparison.ts';

const figure = (value: number, kind: Figure['kind'] = 'processor'): Figure => ({
  name: 'sweep',
  value,
  kind,
});

describe('the comparison with the committed figures', () => {
  test.each([
    ['processor', 125, 126],
    ['wall', 150, 151],
    ['memory', 115, 116],
  ] as const)('tolerates a %s figure up to its limit', (kind, tolerated, worse) => {
    const committed = { sweep: 100 };
    expect(findWorse([figure(tolerated, kind)], committed)).toEqual([]);
    expect(findWorse([figure(worse, kind)], committed)).toHaveLength(1);
  });

  test('names the figure, both values, the growth and the tolerance', () => {
    expect(findWorse([figure(3)], { sweep: 2 })).toEqual([
      'sweep: 2.00 → 3.00 (+50 %, processor: 25 % are tolerated)',
    ]);
  });

  test('has nothing to say about better figures and new ones', () => {
    expect(findWorse([figure(1)], { sweep: 2 })).toEqual([]);
    expect(findWorse([figure(1_000)], { other: 2 })).toEqual([]);
  });

  test('notices a figure that could not be measured', () => {
    expect(findWorse([figure(Number.NaN)], { sweep: 2 })).toHaveLength(1);
  });

  test('finds again what it wrote', async () => {
    const file = join(await temporaryFolder(), 'baseline.json');
    expect(readBaseline(file)).toEqual({});
    const figures = [figure(123.456), { ...figure(30_000.4), name: 'change' }];
    writeFileSync(file, JSON.stringify({ router: { rows: [] }, change: committedOf(figures) }));
    const committed = parseCommitted(readBaseline(file)['change']);
    expect(committed).toEqual({ sweep: 123.5, change: 30_000 });
    expect(findWorse(figures, committed)).toEqual([]);
  });

  test.each([
    ['[1]', 'holds no object'],
    ['{', 'JSON'],
  ])('refuses a damaged file: %s', async (text, message) => {
    const file = join(await temporaryFolder(), 'baseline.json');
    writeFileSync(file, text);
    expect(() => readBaseline(file)).toThrow(message);
  });

  test('refuses a committed figure that is not a number', () => {
    expect(() => parseCommitted({ sweep: '100' })).toThrow('"sweep" is not a number');
    expect(() => parseCommitted([])).toThrow('not an object');
    expect(parseCommitted(undefined)).toEqual({});
  });
});
