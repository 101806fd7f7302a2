import { expect, test } from 'vitest';
import { PROBLEMS, problemPage } from '../../core/problem-codes.ts';

test.each(Object.entries(PROBLEMS))(
  'the code %s explains itself in sentences',
  (code, { meaning, remedy }) => {
    // A code is a word in an address and the anchor of its section.
    expect(code).toMatch(/^[a-z]+(?:-[a-z]+)*$/);
    expect(meaning).toMatch(/^[A-Z`].*\.$/);
    expect(remedy).toMatch(/^[A-Z`].*\.$/);
  },
);

test('the page of a code is its section', () => {
  expect(problemPage('name-taken')).toMatch(/\/docs\/use\/problems\.md#name-taken$/);
});

test('the page of a code of another version is the whole page', () => {
  expect(problemPage('constructor')).toMatch(/\/docs\/use\/problems\.md$/);
});
