import { describe, expect, test } from 'vitest';
import { METRICS, type MetricName } from '../../core/metrics.ts';
import { run } from '../../updater/run/run.ts';
import { message, RUNNING, stand } from '../support/stands/updater-stand.ts';
import { fixture } from '../support/values/event-fixtures.ts';
import { instance, NOW } from '../support/values/instances.ts';
import { SWEEP } from '../support/values/made-events.ts';

const instances = (count: number) =>
  Array.from({ length: count }, (_, index) =>
    instance({ id: index + 1, tags: { 'proxy:host': `app-${index}` } }),
  );

describe('the figures of a run', () => {
  test('of a sweep without a change are those that are sent each minute', async () => {
    const { parts, metrics } = await stand();
    await run(parts, [message(SWEEP)], 'request-1');
    await run(parts, [message(SWEEP)], 'request-2');
    const standing = (Object.keys(METRICS) as MetricName[]).filter((name) =>
      ['run', 'look'].includes(METRICS[name].sent),
    );
    expect(Object.keys(metrics.runs[1] ?? {}).sort()).toEqual(standing.sort());
    expect(metrics.runs[1]).toMatchObject({ Runs: [1], Problems: [0], OwnedEntries: [1] });
  });

  test('of a change include the age of the event, the changes and the size of the store', async () => {
    const { parts, metrics, store } = await stand();
    await run(parts, [message(RUNNING), message(fixture('run-instances'))], 'request-1');
    const age = NOW * 1000 - Date.parse(String(RUNNING['time']));
    const { bytes } = store.store.describe();
    expect(metrics.runs).toEqual([
      {
        ...{ Runs: [1], EventAge: [age, age], ApplyTime: [0], Changes: [1] },
        ...{ StoreCalls: [3], ApiCallEvents: [1], StateChangeEvents: [1] },
        ...{ Problems: [0], OwnedEntries: [1], StoreBytes: [bytes] },
      },
    ]);
  });

  test('count a change as drift if only a sweep found it', async () => {
    const { parts, metrics, fleet } = await stand();
    await run(parts, [message(SWEEP)], 'request-1');
    expect(metrics.runs[0]).toMatchObject({ Drift: [1], Changes: [1] });
    fleet.instances = instances(3);
    await run(parts, [message(SWEEP), message(RUNNING)], 'request-2');
    expect(metrics.runs[1]).toMatchObject({ Changes: [3 + 1] });
    expect(metrics.runs[1]).not.toHaveProperty('Drift');
  });

  test('do not count the end of a lease as drift', async () => {
    const { parts, metrics, fleet, clock } = await stand();
    const tags = { 'proxy:host': 'shop', 'proxy:ttl': '4h' };
    fleet.instances = [instance({ id: 1, tags, launchedAt: NOW - 60 })];
    await run(parts, [message(SWEEP)], 'request-1');
    clock.advance(4 * 3_600_000);
    await run(parts, [message(SWEEP)], 'request-2');
    expect(metrics.runs[1]).toMatchObject({ Changes: [1] });
    expect(metrics.runs[1]).not.toHaveProperty('Drift');
  });

  test('do not count the end of the lease of one of two instances as drift', async () => {
    const { parts, metrics, fleet, clock } = await stand();
    const shared = { 'proxy:host': 'shop', 'proxy:group': 'web' };
    fleet.instances = [
      instance({ id: 1, tags: shared, launchedAt: NOW - 60 }),
      instance({ id: 2, tags: { ...shared, 'proxy:ttl': '4h' }, launchedAt: NOW - 60 }),
    ];
    await run(parts, [message(SWEEP)], 'request-1');
    clock.advance(4 * 3_600_000);
    await run(parts, [message(SWEEP)], 'request-2');
    expect(metrics.runs[1]).toMatchObject({ Changes: [1] });
    expect(metrics.runs[1]).not.toHaveProperty('Drift');
  });

  test('do not count a name as drift that its instance loses because its tags stay wrong', async () => {
    const { parts, metrics, fleet, clock } = await stand();
    const tags = { 'proxy:host': 'shop' };
    fleet.instances = [instance({ id: 1, tags, launchedAt: NOW - 60 })];
    await run(parts, [message(SWEEP)], 'request-1');
    fleet.instances = [instance({ id: 1, tags: { ...tags, 'proxy:port': '80a' }, launchedAt: NOW - 60 })];
    await run(parts, [message(SWEEP)], 'request-2');
    clock.advance(180_000);
    await run(parts, [message(SWEEP)], 'request-3');
    expect(metrics.runs.slice(1)).toMatchObject([{ Drift: [1] }, { Changes: [1] }]);
    expect(metrics.runs[2]).not.toHaveProperty('Drift');
  });

  test('count junk, but neither the age of a replay nor its events', async () => {
    const { parts, metrics } = await stand();
    await run(parts, [message('{"half'), message(fixture('state-change.terminated.replayed'))], 'request-1');
    expect(metrics.runs[0]).toMatchObject({ QuarantinedEvents: [1] });
    expect(metrics.runs[0]).not.toHaveProperty('EventAge');
    expect(metrics.runs[0]).not.toHaveProperty('StateChangeEvents');
  });

  test('include zero calls beside a state change, because the trail may be missing', async () => {
    const { parts, metrics } = await stand();
    await run(parts, [message(RUNNING)], 'request-1');
    expect(metrics.runs[0]).toMatchObject({ StateChangeEvents: [1], ApiCallEvents: [0] });
  });

  test('count names that a policy held back', async () => {
    const { parts, metrics, fleet } = await stand();
    fleet.instances = instances(20);
    await run(parts, [message(SWEEP)], 'request-1');
    fleet.instances = [];
    await run(parts, [message(SWEEP)], 'request-2');
    expect(metrics.runs[1]).toMatchObject({ GuardTrips: [20] });
    expect(metrics.runs[1]).not.toHaveProperty('Changes');
  });

  test('count a listing that failed', async () => {
    const { parts, metrics, fleet } = await stand();
    fleet.down.add('us-east-1');
    await run(parts, [message(SWEEP)], 'request-1');
    expect(metrics.runs[0]).toMatchObject({ Runs: [1], FailedListings: [1] });
    expect(metrics.runs[0]).not.toHaveProperty('OwnedEntries');
  });

  test('are sent if the store cannot be written, with each lost race', async () => {
    const { parts, metrics, store } = await stand();
    const rival = () => {
      store.put('rival', `${store.calls.write}`);
      store.before = rival;
    };
    store.before = rival;
    await expect(run(parts, [message(RUNNING)], 'request-1')).rejects.toThrow();
    expect(metrics.runs[0]).toMatchObject({ FailedRuns: [1], Conflicts: [7] });
  });

  test('count a list of routes that could not be published', async () => {
    const { parts, metrics } = await stand();
    parts.routesFile.fault = new Error('SlowDown');
    await run(parts, [message(RUNNING)], 'request-1');
    expect(metrics.runs[0]).toMatchObject({ PublishFailures: [1] });
  });
});
