import { describe, expect, test } from 'vitest';
import type { ChangeRow } from './change.ts';
import { type OneChangeFigures, oneChangeFigures, oneChangePart } from './one-change.ts';

function row(apps: number, build: string, mean: number, changes = 300): ChangeRow {
  return {
    ...{ apps, build, changes, accepted: 110, peak: 200, calls: { describe: 1, write: 1, s3: 5 } },
    processor: { mean, p50: mean - 1, p99: mean * 3 },
    wall: { mean: mean * 2, p50: mean * 2, p99: mean * 6 },
    sweep: { processor: 1_500, wall: 3_000, peak: 350 },
  };
}

const OWN = [row(10, 'this build', 10), row(30_000, 'this build', 12)];
const ALONE: OneChangeFigures = {
  builds: ['this build'],
  rows: OWN,
  commands: [{ name: '`list`', unit: 's', kind: 'processor', figures: [0.25] }],
};
const COMPARED: OneChangeFigures = {
  builds: ['this build', 'abc1234'],
  rows: [...OWN, row(10, 'abc1234', 20), row(30_000, 'abc1234', 9_000, 7)],
  commands: [{ name: '`list`', unit: 's', kind: 'processor', figures: [0.25, 1] }],
};

describe('the section about one change', () => {
  test('has a row for each size, with the times of the fewest apps', () => {
    expect(oneChangePart(ALONE)).toContain(
      '| 30,000 | this build | 300 | 12.0 | 11.0 | 36.0 | 1.20 | 24.0 | 24.0 | 72.0 |',
    );
  });

  test('draws its sentences from the figures', () => {
    const text = oneChangePart(ALONE);
    expect(text).toContain(
      'A change among 30,000 apps takes **1.20** times the processor time of a change among 10.',
    );
    expect(text).toContain('A sweep of 30,000 reads 30 pages, and takes 50.0 ms of processor time for each');
    expect(text).not.toContain('A build that is slow');
  });

  test('compares two builds, each with its own fewest apps', () => {
    const text = oneChangePart(COMPARED);
    expect(text).toContain('| 30,000 | abc1234 | 7 | 9,000 | 8,999 | 27,000 | 450.00 |');
    expect(text).toContain('It takes **1/750** of the time that abc1234 takes for it.');
    expect(text).toContain('| `list` | 0.250 s | 1.00 s | 0.25 |');
    expect(text).toContain('A build that is slow makes fewer changes');
  });

  test('states the tolerances', () => {
    expect(oneChangePart(ALONE)).toContain('25 % (processor time), 50 % (other times), 15 % (memory)');
  });

  test('commits the figures of this build alone, each under a name of its own', () => {
    const figures = oneChangeFigures(COMPARED);
    expect(new Set(figures.map(({ name }) => name)).size).toBe(figures.length);
    expect(figures).toHaveLength(2 * 6 + 1);
    expect(figures).toContainEqual({
      name: '30000 apps, mean of a change, ms',
      value: 12,
      kind: 'processor',
    });
    expect(figures).toContainEqual({ name: '`list`, s', value: 0.25, kind: 'processor' });
  });
});
