import { expect, test } from 'vitest';
import { isMoving, nextPace, type Pace } from '../../core/pace.ts';
import { NOW } from '../support/values/instances.ts';

const at = (...added: number[]): Pace => ({ added, removed: [], isBraked: false });

test.each([
  [NOW - 299, true],
  [NOW - 300, false],
  [NOW + 5, true],
  [NOW + 6, false],
])('a pace with its latest change at %d is moving: %s', (time, moves) => {
  expect(isMoving(at(time), NOW)).toBe(moves);
});

test('a pace remembers the last ten changes of the last five minutes', () => {
  const times = Array.from({ length: 12 }, (_, age) => NOW - 12 + age);
  expect(nextPace(at(...times), false, NOW).added).toEqual([...times.slice(-9), NOW]);
  expect(nextPace(at(NOW - 300, NOW - 299), false, NOW).added).toEqual([NOW - 299, NOW]);
});
