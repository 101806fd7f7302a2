import { describe, expect, test } from 'vitest';
import { parseFleetEvent } from '../../../core/events/fleet-event.ts';
import type { InstanceState } from '../../../core/instance.ts';
import { app, updaterStand } from '../../support/stands/updater-stand.ts';
import { A, fixture, HOME, withDetail } from '../../support/values/event-fixtures.ts';
import { idOf, instance, NOW, publicNameOf } from '../../support/values/instances.ts';
import { apiCall, SWEEP, stateChange, tagChange } from '../../support/values/made-events.ts';

describe('an event that comes', () => {
  test('F1: an event that comes twice, seconds or hours apart, is journaled once and changes nothing the second time', async () => {
    const { send, store, journal, clock } = await updaterStand(app(1, 'shop', { launchedAt: NOW - 10 }));
    const event = stateChange(idOf(1), 'running');
    await send(event, event);
    clock.advance(7_200_000);
    await send(event);
    expect(store.calls).toEqual({ describe: 1, list: 1, get: 0, write: 1 });
    expect([...journal.records.keys()].filter((key) => key.startsWith('raw/'))).toHaveLength(1);
  });

  test('F2: several events of one change cost one write', async () => {
    const { send, fleet, store } = await updaterStand(app(1, 'shop', { launchedAt: NOW - 10 }));
    await send(stateChange(idOf(1), 'running', 0));
    await send(stateChange(idOf(1), 'pending', 8), apiCall('RunInstances', idOf(1)));
    await send(tagChange(idOf(1)));
    expect(store.calls.write).toBe(1);
    // The API call and the tag change are so recent that EC2 may not show them yet.
    expect(fleet.calls).toEqual({ list: 1, read: 0, readFrom: 2 });
    await send(stateChange(idOf(1), 'running', 0));
    expect(fleet.calls).toEqual({ list: 1, read: 0, readFrom: 2 });
  });

  test('F3: events in any order lead to the same store, because EC2 decides', async () => {
    const story = [
      apiCall('RunInstances', idOf(1)),
      stateChange(idOf(1), 'running', 90),
      stateChange(idOf(1), 'shutting-down', 80),
      apiCall('TerminateInstances', idOf(1)),
    ];
    for (const order of permutations(story)) {
      const { send, become, states } = await updaterStand(app(1, 'shop'));
      await send(...order.slice(0, 2));
      become(app(1, 'shop', { state: 'terminated' }));
      for (const event of [...order.slice(2), SWEEP]) await send(event);
      expect(states()).toEqual({});
    }
  });

  test('F4: an event that is hours late, or from an archive, is only a hint: no instance revives or dies', async () => {
    const { send, states } = await updaterStand(app(1, 'gone', { state: 'terminated' }), app(2, 'shop'));
    const replayed = { ...stateChange(idOf(2), 'terminated', 5), 'replay-name': 'archive' };
    await send(stateChange(idOf(1), 'running', 80_000), replayed, stateChange(idOf(2), 'stopping', 80_000));
    expect(states()).toEqual({ shop: 'live' });
  });

  test('F5: a recent death that two reads contradict removes the address for a minute', async () => {
    const { send, sweep, clock, fleet, states } = await updaterStand(app(1, 'shop'));
    await sweep();
    await send(stateChange(idOf(1), 'stopping', 2));
    expect(states()).toEqual({ shop: 'asleep' });
    expect([fleet.calls.readFrom, clock.waits]).toEqual([2, [500]]);
    // Another batch has other events, and EC2 is still behind.
    await send(tagChange(idOf(7)));
    expect(states()).toEqual({ shop: 'asleep' });
    clock.advance(60_000);
    await sweep();
    expect(states()).toEqual({ shop: 'live' });
  });

  test.each<[string, Record<string, unknown>]>([
    ['is a minute old', stateChange(idOf(1), 'stopping', 60)],
    ['is a replay', { ...stateChange(idOf(1), 'stopping', 1), 'replay-name': 'archive' }],
    ['is older than the start of the instance', stateChange(idOf(1), 'stopping', 40)],
    ['is of the second of the start, and so of the life before', stateChange(idOf(1), 'stopped', 30)],
    ['happens in the future', stateChange(idOf(1), 'stopping', -60)],
  ])('F5: an old, replayed or impossible death is not believed against EC2 (it %s)', async (_, event) => {
    const { send, sweep, states } = await updaterStand(app(1, 'shop', { launchedAt: 1_800_000_000 - 30 }));
    await sweep();
    await send(event);
    expect(states()).toEqual({ shop: 'live' });
  });

  test.each<['after' | 'before', ...InstanceState[]]>([
    ['after', 'stopping', 'running'],
    ['before', 'running', 'stopping'],
  ])(
    'F5: a start later than a death lifts the belief in it, in either order of their reports (%s it)',
    async (_, ...names) => {
      const { send, sweep, fleet, states, addresses } = await updaterStand(app(1, 'shop'));
      await sweep();
      const ages: Record<string, number> = { stopping: 20, running: 2 };
      for (const name of names) await send(stateChange(idOf(1), name, ages[name]));
      expect(states()).toEqual({ shop: 'live' });
      expect(addresses('shop')).toHaveLength(1);
      // Instances that contradict a death are read twice all the same.
      expect(fleet.calls.readFrom).toBeGreaterThan(names.length);
    },
  );

  test('F27: a start is not answered by a read of the life before, within the same second', async () => {
    const { send, become, addresses } = await updaterStand(app(1, 'shop', { publicName: 'old.example.com' }));
    await send(tagChange(idOf(1)));
    expect(addresses('shop')).toEqual(['old.example.com']);
    become(app(1, 'shop', { launchedAt: NOW, publicName: 'new.example.com' }));
    await send(stateChange(idOf(1), 'running', 0));
    expect(addresses('shop')).toEqual(['new.example.com']);
  });

  test('F5: a start in the second of a death does not lift the belief', async () => {
    const { send, sweep, states } = await updaterStand(app(1, 'shop'));
    await sweep();
    await send(stateChange(idOf(1), 'stopping', 2), stateChange(idOf(1), 'running', 2));
    expect(states()).toEqual({ shop: 'asleep' });
  });

  test('F5: a start lifts the belief in another environment, too', async () => {
    const { send, sweep, handle, environment, states } = await updaterStand(app(1, 'shop'));
    await sweep();
    await send(stateChange(idOf(1), 'stopping', 20));
    await send(stateChange(idOf(1), 'running', 10));
    await handle(environment(), SWEEP);
    expect(states()).toEqual({ shop: 'live' });
  });

  test('F5: a death that the second read confirms needs no belief', async () => {
    const { send, sweep, fleet, states } = await updaterStand(app(1, 'shop'));
    await sweep();
    fleet.after = () => {
      fleet.instances = [instance(app(1, 'shop', { state: 'shutting-down' }))];
    };
    await send(stateChange(idOf(1), 'shutting-down'));
    expect(states()).toEqual({});
  });

  test('F6: an instance that EC2 does not know yet is read again for two seconds, and then by the next run', async () => {
    const { send, become, fleet, clock, states } = await updaterStand();
    await send(stateChange(idOf(1), 'running'));
    expect(states()).toEqual({});
    expect(fleet.calls.read).toBe(2);
    expect(clock.waits.reduce((sum, wait) => sum + wait)).toBeLessThanOrEqual(2_000);
    become(app(1, 'shop'));
    await send(SWEEP);
    expect(states()).toEqual({ shop: 'live' });
  });

  test('F7: junk in the place of an id does not affect the valid ids beside it', () => {
    const junk = ['i-xyz', '', 'arn:aws:ec2:us-east-1:1:volume/vol-1', '***', 7];
    const items = [...junk, A].map((instanceId) => ({ instanceId }));
    const event = withDetail('terminate-instances', { responseElements: { instancesSet: { items } } });
    expect(parseFleetEvent(event, HOME)).toMatchObject({ verdict: 'hint', ids: expect.arrayContaining([A]) });
    expect(parseFleetEvent(fixture('state-change.masked'), HOME)).toMatchObject({ verdict: 'quarantined' });
  });

  test('F8: a failed call or a dry run changes nothing, but a failed TerminateInstances is a hint', () => {
    for (const name of ['run-instances.refused', 'run-instances.dry-run', 'stop-instances.refused']) {
      expect(parseFleetEvent(fixture(name), HOME)).toMatchObject({ verdict: 'ignored', failed: true });
    }
    const refused = parseFleetEvent(fixture('terminate-instances.refused'), HOME);
    expect(refused).toMatchObject({ verdict: 'hint', scope: 'ids', failed: true });
  });

  test('F9: a truncated event without its instances causes a read of the whole fleet', () => {
    expect(parseFleetEvent(fixture('run-instances.truncated'), HOME)).toMatchObject({
      verdict: 'hint',
      scope: 'fleet',
    });
  });

  test('F10: an event with several instances is a hint for each, and EC2 decides on each', async () => {
    const { send, states } = await updaterStand(
      app(1, 'one'),
      app(2, 'two', { state: 'stopped' }),
      app(3, 'three', { state: 'terminated' }),
      { id: 4, tags: { 'proxy:host': 'not_a_name' } },
    );
    await send(apiCall('StartInstances', ...[4, 3, 2, 1].map(idOf)));
    expect(states()).toEqual({ one: 'live', two: 'asleep' });
  });

  test('F11: an unknown kind, call or service is ignored with a reason', () => {
    const events = [
      fixture('create-bucket'),
      fixture('health.retirement'),
      { ...fixture('state-change.running'), 'detail-type': 'EC2 Something New' },
      withDetail('run-instances', { eventName: 'DescribeEverything' }),
    ];
    for (const event of events) {
      expect(parseFleetEvent(event, HOME)).toMatchObject({
        verdict: 'ignored',
        reason: expect.stringMatching(/./),
      });
    }
  });

  test('F12: a poisoned event is quarantined, and the batch goes on', async () => {
    const { send, journal, states } = await updaterStand(app(1, 'shop'));
    const poison = [
      "{'a': u'python'}",
      'null',
      '"text"',
      '[]',
      '{"__proto__":{"source":"aws.ec2"}}',
      JSON.stringify({ junk: 'x'.repeat(1_000_000) }),
    ];
    await send(...poison, stateChange(idOf(1), 'running'));
    expect(states()).toEqual({ shop: 'live' });
    const kept = [...journal.records.keys()].filter((key) => key.startsWith('quarantine/'));
    expect(kept).toHaveLength(poison.length);
  });

  test('F13: an event from another account or region is ignored with a reason, without a call', async () => {
    const { environment, handle, fleet, decisions } = await updaterStand(app(1, 'shop'));
    const parts = environment({ watched: { accounts: ['444455556666'], regions: ['us-east-1'] } });
    const elsewhere = { ...stateChange(idOf(1), 'running'), account: '444455556666', region: 'eu-west-1' };
    await handle(parts, stateChange(idOf(1), 'running'), elsewhere);
    expect(fleet.calls.list).toBe(0);
    expect(decisions()[0]?.causes.map((cause) => cause.verdict === 'ignored' && cause.reason)).toEqual([
      expect.stringContaining('account "111122223333" is not watched'),
      expect.stringContaining('region "eu-west-1" is not watched'),
    ]);
  });
});

test('two deaths in one second lead to the same result in either order', async () => {
  const deaths = [stateChange(idOf(1), 'stopping', 1), stateChange(idOf(1), 'terminated', 1)];
  for (const order of permutations(deaths)) {
    const { send, sweep, addresses } = await updaterStand(app(1, 'shop'));
    await sweep();
    expect(addresses('shop')).toEqual([publicNameOf(1)]);
    await send(...order);
    expect(addresses('shop')).toEqual([]);
  }
});

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length < 2) return [[...items]];
  return items.flatMap((item, at) =>
    permutations(items.filter((_, other) => other !== at)).map((rest) => [item, ...rest]),
  );
}
