import { describe, expect, test } from 'vitest';
import { app, member, SHOP, updaterStand } from '../../support/stands/updater-stand.ts';
import { idOf, NOW } from '../../support/values/instances.ts';
import { apiCall, calledBy, SWEEP, stateChange } from '../../support/values/made-events.ts';

const iso = (seconds: number) => new Date((NOW + seconds) * 1000).toISOString();
const ALICE = 'arn:aws:sts::111122223333:assumed-role/Developer/alice';

const routeIn = ({ routes }: Awaited<ReturnType<typeof updaterStand>>, hostname = SHOP) =>
  routes().routes?.find((route) => route.hostname === hostname);
const instancesIn = ({ routes }: Awaited<ReturnType<typeof updaterStand>>) => routes().instances ?? [];

describe('the published list', () => {
  test('says since when a name has its state, and which event and caller changed it', async () => {
    const stand = await updaterStand(app(1, 'shop'));
    await stand.send(calledBy(ALICE, apiCall('RunInstances', idOf(1))));
    const cause = { kind: 'RunInstances', at: iso(-1), by: 'Developer/alice' };
    expect(routeIn(stand)).toMatchObject({ state: 'live', since: iso(0), cause });
    stand.become(app(1, 'shop', { state: 'stopped' }));
    stand.clock.advance(60_000);
    await stand.send(stateChange(idOf(1), 'stopped', -59));
    expect(routeIn(stand)).toMatchObject({
      ...{ state: 'asleep', since: iso(60), cause: { kind: 'state-change: stopped', at: iso(59) } },
    });
  });

  test('keeps the time of a state while something else changes', async () => {
    const stand = await updaterStand(member(1, 'shop'));
    await stand.send(stateChange(idOf(1), 'running'));
    const since = routeIn(stand)?.since;
    stand.become(member(1, 'shop'), member(2, 'shop'));
    stand.clock.advance(60_000);
    await stand.send(stateChange(idOf(2), 'running', -60));
    expect(routeIn(stand)).toMatchObject({
      ...{ state: 'live', since, instances: [idOf(1), idOf(2)] },
      cause: { kind: 'state-change: running', at: iso(60) },
    });
  });

  test('blames a sweep for a change that no event reported', async () => {
    const stand = await updaterStand();
    await stand.sweep();
    stand.become(app(1, 'shop'));
    stand.clock.advance(60_000);
    await stand.sweep();
    expect(routeIn(stand)).toMatchObject({ since: iso(60), cause: { kind: 'sweep' } });
  });

  test('has the instances of routes and problems, and who launched them', async () => {
    const launched = { launchedAt: NOW };
    const stand = await updaterStand(
      app(1, 'shop', {
        ...launched,
        tags: { 'proxy:host': 'shop', Name: 'Shop 1', owner: 'alice', secret: 'x' },
      }),
      app(2, 'shop', { launchedAt: NOW + 5 }),
      { id: 3, tags: { team: 'web' } },
    );
    await stand.send(calledBy(ALICE, apiCall('RunInstances', idOf(1))));
    expect(instancesIn(stand)).toMatchObject([
      { id: idOf(1), name: 'Shop 1', tags: { owner: 'alice' }, launchedBy: 'Developer/alice' },
      { id: idOf(2), state: 'running' },
    ]);
  });

  test('forgets who launched an instance when it starts again by other means', async () => {
    const stand = await updaterStand(app(1, 'shop', { launchedAt: NOW }));
    await stand.send(calledBy(ALICE, apiCall('RunInstances', idOf(1))));
    expect(instancesIn(stand)[0]?.launchedBy).toBe('Developer/alice');
    stand.clock.advance(3_600_000);
    stand.become(app(1, 'shop', { launchedAt: NOW + 3_600 }));
    await stand.sweep();
    expect(instancesIn(stand)[0]).not.toHaveProperty('launchedBy');
  });

  test('follows an instance whose type has changed, although its name has not', async () => {
    const stand = await updaterStand(app(1, 'shop', { state: 'stopped' }));
    await stand.sweep();
    stand.fleet.instances = stand.fleet.instances.map((each) => ({ ...each, type: 'm8g.large' }));
    stand.clock.advance(60_000);
    await stand.sweep();
    expect(instancesIn(stand)).toMatchObject([{ id: idOf(1), type: 'm8g.large' }]);
  });

  test('keeps its times, causes and launchers when another environment publishes it', async () => {
    const stand = await updaterStand(app(1, 'shop', { launchedAt: NOW }), app(2, 'docs'));
    await stand.send(calledBy(ALICE, apiCall('RunInstances', idOf(1))));
    const before = { route: routeIn(stand), instances: instancesIn(stand).slice(0, 1) };
    stand.clock.advance(60_000);
    const other = stand.environment();
    stand.become(app(1, 'shop', { launchedAt: NOW }));
    await stand.handle(other, stateChange(idOf(2), 'terminated', -60));
    expect(stand.routes().routes).toHaveLength(1);
    expect({ route: routeIn(stand), instances: instancesIn(stand) }).toEqual(before);
    // The first environment has an older list in its memory.
    stand.clock.advance(60_000);
    stand.become(app(1, 'shop', { launchedAt: NOW, state: 'stopped' }));
    await stand.handle(other, stateChange(idOf(1), 'stopped', -120));
    const after = routeIn(stand);
    await stand.sweep();
    expect(routeIn(stand)).toEqual(after);
  });

  test('takes the time of the last write for a name that changed after the list was written', async () => {
    const stand = await updaterStand(app(1, 'shop'));
    await stand.sweep();
    const old = stand.environment();
    old.routesFile.fault = new Error('SlowDown');
    stand.clock.advance(60_000);
    stand.become(app(1, 'shop', { state: 'stopped' }));
    await stand.handle(old, stateChange(idOf(1), 'stopped', -60));
    stand.clock.advance(60_000);
    await stand.handle(stand.environment(), SWEEP);
    const route = routeIn(stand);
    expect(route).toMatchObject({ state: 'asleep', since: iso(61) });
    expect(route).not.toHaveProperty('cause');
  });
});
