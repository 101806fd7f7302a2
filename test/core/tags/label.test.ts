import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LABEL, makeLabel } from '../../../core/tags/label.ts';

const IS_LABEL = new RegExp(`^${LABEL}$`);

describe('the label for', () => {
  test.each([
    ['feature/login', 'feature-login'],
    ['Feature_Login', 'feature-login'],
    ['UPPER-Case', 'upper-case'],
    ['pr-123--web', 'pr-123--web'],
    ['dependabot/npm_and_yarn/@types/node-20.1.1', 'dependabot-npm-and-yarn-types-node-20-1-1'],
    ['fix/#12: a+b', 'fix-12-a-b'],
    ['/-x-/', 'x'],
    ['Größe/naïve', 'gro-e-naive'],
    ['42', '42'],
  ])('%s is %s', (text, label) => expect(makeLabel(text)).toBe(label));

  test.each(['', '///', 'ветка', '__'])('"%s" does not exist, because no letter or digit remains', (text) =>
    expect(makeLabel(text)).toBe(''),
  );

  test('a long text ends in a hash of the whole text', () => {
    const long = `feature/${'x'.repeat(80)}`;
    expect(makeLabel(long)).toMatch(/^feature-x{49}-[0-9a-z]{5}$/);
    expect(makeLabel(long)).toHaveLength(63);
    expect(makeLabel(`${long}1`)).not.toBe(makeLabel(`${long}2`));
    expect(makeLabel(`${'a'.repeat(56)}/${'b'.repeat(20)}`)).toMatch(/^a{56}-[0-9a-z]{5}$/);
  });

  test('63 characters is unchanged', () => {
    expect(makeLabel(`a/${'b'.repeat(61)}`)).toBe(`a-${'b'.repeat(61)}`);
  });

  test('any text is a label or nothing, and the label for a label is the label itself', () => {
    const text = fc.oneof(fc.string(), fc.string({ unit: 'binary', maxLength: 200 }), fc.domain());
    fc.assert(
      fc.property(text, (any) => {
        const label = makeLabel(any);
        if (label !== '') expect(label).toMatch(IS_LABEL);
        expect(makeLabel(label)).toBe(label);
      }),
    );
  });
});
