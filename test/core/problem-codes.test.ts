import { expect, test } from 'vitest';
import { PROBLEMS, problemPage } from '../../core/problem-codes.ts';

test.each(Object.entries(PROBLEMS))(
  'the code %s has a meaning and a remedy in sentences',
  (code, { meaning, remedy }) => {
    // A code is a word in an address and the anchor of its section.
    expect(code).toMatch(/^[a-z]+(?:-[a-z]+)*$/);
    expect(meaning).toMatch(/^[A-Z`].*\.$/);
    expect(remedy).toMatch(/^[A-Z`].*\.$/);
  },
);

test('a code links to its section of the page', () => {
  expect(problemPage('name-taken')).toMatch(/\/docs\/use\/problems\.md#name-taken$/);
});

test('a text that is not a code links to the whole page', () => {
  expect(problemPage('<img src=x>')).toMatch(/\/docs\/use\/problems\.md$/);
});
