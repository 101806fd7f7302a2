import { expect, test } from 'vitest';
import { chartOptions, type Series } from '../../../portal/charts/options.ts';

const LOOK = { width: 600, ink: '#000', colours: ['#00f'] };

function scalesOf(times: number[], shape: Series['shape']) {
  const series: Series[] = [{ name: 'Requests', tone: 'link', shape, values: times.map(() => 1) }];
  return chartOptions({ times, series, print: String }, LOOK, undefined).scales;
}

test('bars of hours have room for the last hour', () => {
  expect(scalesOf([0, 3_600, 7_200], 'bars')?.['x']?.range).toEqual([0, 10_800]);
});

test('points end at the last time, and one point alone has a scale', () => {
  expect(scalesOf([0, 60, 7_200], 'points')?.['x']?.range).toEqual([0, 7_200]);
  expect(scalesOf([60], 'points')?.['x']?.range).toEqual([60, 61]);
  expect(scalesOf([], 'points')?.['x']?.range).toEqual([0, 1]);
});

test('the axis of values begins at zero', () => {
  const range = scalesOf([0, 60], 'points')?.['y']?.range;
  if (typeof range !== 'function') throw new Error('no function');
  const upTo = (max: number | null) => range(undefined as never, 0, max as never, 'y');
  expect([upTo(100), upTo(0), upTo(null)]).toEqual([
    [0, 105],
    [0, 1],
    [0, 1],
  ]);
});
