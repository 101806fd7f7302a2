import { describe, expect, test } from 'vitest';
import { THIS_TREE } from '../trees.ts';
import type { RunCost, UpdaterProcess } from '../updater/updater-process.ts';
import { countCalls, quantiles, series, untilWritten } from './change.ts';
import { ChangingFleet } from './changing-fleet.ts';
import { inTurn, parseTime } from './commands.ts';

const cost = (total: number): RunCost => ({ total, processor: total, peak: 0, calls: [] });
// The steps of these tests do not use it.
const UPDATERS = ['fast', 'slow'] as unknown as UpdaterProcess[];

describe('a fleet that changes', () => {
  test('ends the oldest app and starts a new one, in turn', () => {
    const fleet = new ChangingFleet(2);
    const [first, second] = fleet.instances;
    expect(fleet.change()).toEqual({ id: first?.id, state: 'shutting-down' });
    expect(fleet.instances.map(({ id, state }) => [id, state])).toEqual([
      [first?.id, 'shutting-down'],
      [second?.id, 'running'],
    ]);
    expect(fleet.instances[0]).not.toHaveProperty('address');
    const launched = fleet.change();
    expect(launched.state).toBe('running');
    expect(fleet.instances.map(({ id, state }) => [id, state])).toEqual([
      [second?.id, 'running'],
      [launched.id, 'running'],
    ]);
  });

  test('uses each instance and each name for one start, so that nothing is slowed down', () => {
    const fleet = new ChangingFleet(1);
    const started = Array.from({ length: 20 }, () => {
      const { id, state } = fleet.change();
      const name = fleet.instances.at(-1)?.tags['proxy:host'];
      return state === 'running' ? [id, name] : undefined;
    }).filter((each) => each !== undefined);
    expect(started).toHaveLength(10);
    expect(new Set(started.flat()).size).toBe(20);
  });
});

describe('a series of steps', () => {
  test('takes each step by all updaters in turn', async () => {
    const taken: unknown[] = [];
    let number = 0;
    const next = () => {
      number += 1;
      const step = number;
      return async (updater: UpdaterProcess) => {
        taken.push(`${updater} ${step}`);
        return cost(step);
      };
    };
    const costs = await series(UPDATERS, 2, next);
    expect(taken).toEqual(['fast 1', 'slow 1', 'fast 2', 'slow 2']);
    expect(costs.map((each) => each.map(({ total }) => total))).toEqual([
      [1, 2],
      [1, 2],
    ]);
  });

  test('goes on without an updater whose budget is spent', async () => {
    const next = () => async (updater: UpdaterProcess) => cost(String(updater) === 'slow' ? 60 : 1);
    const costs = await series(UPDATERS, 5, next, 100);
    expect(costs.map(({ length }) => length)).toEqual([5, 2]);
  });
});

describe('a change that is not written at once', () => {
  const written: RunCost = { ...cost(10), accepted: 4, calls: ['kvs PUT'] };
  const missed: RunCost = { ...cost(5_000), peak: 300, calls: ['ec2 us-east-1 DescribeInstances'] };

  test('has the cost of all runs until it is written', async () => {
    const next = [missed, written, written];
    const costs = await untilWritten(
      async () => missed,
      async () => next.shift() ?? written,
    );
    const describe = 'ec2 us-east-1 DescribeInstances';
    expect(costs).toEqual({
      ...{ total: 10_010, processor: 10_010, accepted: 10_004, peak: 300 },
      calls: [describe, describe, 'kvs PUT'],
    });
  });

  test('needs no further run when it is written', async () => {
    const never = () => Promise.reject(new Error('a further run'));
    expect(await untilWritten(async () => written, never)).toEqual(written);
  });

  test('is an error after five runs', async () => {
    let runs = 0;
    const miss = async () => {
      runs += 1;
      return missed;
    };
    await expect(untilWritten(miss, miss)).rejects.toThrow('5 runs did not write a change');
    expect(runs).toBe(5);
  });
});

describe('the figures of a change', () => {
  test('are mean, median and 99th percentile', () => {
    const figures = [...Array.from({ length: 298 }, () => 10), 400, 700];
    expect(quantiles(figures)).toEqual({ mean: 4_080 / 300, p50: 10, p99: 10 });
    expect(quantiles([...figures, 900, 900]).p99).toBe(400);
  });

  test('count the calls by service', () => {
    const calls = ['s3 GET', 'ec2 us-east-1 DescribeInstances', 'kvs PUT', 's3 PUT', 'sts POST'];
    expect(countCalls(calls)).toEqual({ describe: 1, write: 1, s3: 2 });
  });
});

describe('a measured command', () => {
  test("has the user and system time of bash's time, among other output", () => {
    expect(parseTime('warning\nTIME 1.250 0.500\n')).toBe(1.75);
    expect(() => parseTime('real 1.2')).toThrow('printed no time');
  });

  test('is measured in turn, and its first round does not count', async () => {
    const trees = [THIS_TREE, { ...THIS_TREE, name: 'other' }];
    const taken: string[] = [];
    const figures = [900, 800, 1, 5, 2, 6, 3, 7];
    const row = await inTurn('synth', trees, 4, async ({ name }) => {
      taken.push(name);
      return figures[taken.length - 1] ?? Number.NaN;
    });
    expect(taken).toEqual(Array.from({ length: 4 }, () => ['this build', 'other']).flat());
    expect(row.figures).toEqual([2, 6]);
  });
});
