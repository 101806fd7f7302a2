import { describe, expect, test } from 'vitest';
import { type Outcome, scoreOf, scorePart, survivorsPart, type Tested, tallyOf } from './report.ts';

const one = (outcome: Outcome, changes: Partial<Tested> = {}): Tested => ({
  ...{ file: 'core/wire/path.ts', line: 11, original: 'i < end', replacement: 'i <= end', outcome },
  ...changes,
});

describe('the score of a mutation run', () => {
  test.each([
    ['timeouts separately', { killed: 9, survived: 1, uncovered: 0, timeout: 5 }, 0.9],
    ['uncovered mutants against the tests', { killed: 8, survived: 1, uncovered: 1, timeout: 0 }, 0.8],
  ])('counts %s', (_, tally, share) => {
    expect(scoreOf(tally)[0]).toBe(share);
  });

  test('has the Wilson interval', () => {
    const [score, low, high] = scoreOf({ killed: 90, survived: 7, uncovered: 3, timeout: 0 });
    expect([score, low.toFixed(4), high.toFixed(4)]).toEqual([0.9, '0.8256', '0.9448']);
  });

  test('is given by folder and by file, with the interval if mutants were sampled', () => {
    const tested = [
      ...[one('killed'), one('killed'), one('survived'), one('timeout')],
      one('uncovered', { file: 'updater/run/run.ts' }),
    ];
    expect(tallyOf(tested)).toEqual({ killed: 2, survived: 1, uncovered: 1, timeout: 1 });
    expect(scorePart(tested, 5).split('\n')).toEqual([
      '**50.0 % killed**: 5 of 5 mutants met the tests.',
      '',
      '| of | killed | survived | covered by no test | timeout | score |',
      '| --- | ---: | ---: | ---: | ---: | ---: |',
      '| **core/** | 2 | 1 | 0 | 1 | 66.7 % |',
      '| **updater/** | 0 | 0 | 1 | 0 | 0.0 % |',
      '| core/wire/path.ts | 2 | 1 | 0 | 1 | 66.7 % |',
      '| updater/run/run.ts | 0 | 0 | 1 | 0 | 0.0 % |',
    ]);
    expect(scorePart(tested, 9)).toMatch(
      /^\*\*50\.0 % killed\*\*, 95 % interval 15\.0 % to 85\.0 %: 5 of 9 mutants/,
    );
  });

  test('does not exist for a file whose mutants all timed out', () => {
    expect(scorePart([one('timeout')], 1)).toContain('| core/wire/path.ts | 0 | 0 | 0 | 1 | – |');
  });
});

describe('the list of survivors', () => {
  test('gives the reason of each survivor that has one, for any line breaks', () => {
    const why = 'the segment beyond the end is skipped';
    const reason = { file: 'core/wire/path.ts', original: 'i < end', replacement: 'i <= end', why };
    const broken = one('survived', { original: 'i\n   < end' });
    expect(
      survivorsPart([broken, one('killed')], [reason])
        .split('\n')
        .slice(2),
    ).toEqual([`| core/wire/path.ts:11 | \`i < end\` | \`i <= end\` | ${why} |`]);
  });

  test.each([{ file: 'core/wire/pick.ts' }, { original: 'i > end' }, { replacement: 'i > end' }])(
    'has no reason of another mutant: %o',
    (changes) => {
      const reason = {
        ...{ file: 'core/wire/path.ts', original: 'i < end', replacement: 'i <= end' },
        why: 'mine',
      };
      expect(survivorsPart([one('uncovered', changes)], [reason])).toContain('| no test yet |');
    },
  );

  test('escapes bars and line breaks in its cells, and cuts long code', () => {
    const hard = one('survived', { original: 'a || `b`', replacement: 'x'.repeat(200) });
    expect(survivorsPart([hard], [])).toContain(`| \`\` a \\|\\| \`b\` \`\` | \`${'x'.repeat(79)}…\` |`);
  });
});
