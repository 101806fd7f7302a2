import { describe, expect, test } from 'vitest';
import { app, member, updaterStand } from '../../support/stands/updater-stand.ts';
import { idOf, publicNameOf } from '../../support/values/instances.ts';
import {
  inService,
  SWEEP,
  spotWarning,
  stateChange,
  terminateAction,
} from '../../support/values/made-events.ts';

const apps = (count: number, more = {}) =>
  Array.from({ length: count }, (_, n) => app(n + 1, `app-${n + 1}`, more));

describe('the fleet', () => {
  test('F45: a fleet that cannot be listed changes nothing; the next sweep catches up, and no message fails', async () => {
    const { sweep, become, fleet, states, decisions } = await updaterStand(app(1, 'shop'));
    await sweep();
    fleet.down.add('us-east-1');
    become(app(2, 'cart'));
    await sweep();
    expect(states()).toEqual({ shop: 'live' });
    expect(decisions().at(-1)).toMatchObject({
      outcome: 'failed',
      error: expect.stringContaining('RequestLimit'),
    });
    fleet.down.clear();
    await sweep();
    expect(states()).toEqual({ cart: 'live' });
  });

  test('F45: a region that fails keeps its routes while the others follow', async () => {
    const { sweep, fleet, become, states, addresses, problems, decisions } = await updaterStand();
    const west = { region: 'eu-west-1' };
    become(app(1, 'here'), { ...app(2, 'there'), ...west }, member(3, 'both'), {
      ...member(4, 'both'),
      ...west,
    });
    await sweep();
    fleet.down.add('eu-west-1');
    become(app(1, 'here', { state: 'stopping' }), member(3, 'both', { state: 'terminated' }), app(5, 'new'));
    await sweep();
    expect(states()).toEqual({ here: 'asleep', there: 'live', both: 'live', new: 'live' });
    expect(addresses('both')).toEqual([publicNameOf(4)]);
    expect(problems()).toEqual([
      expect.stringMatching(/^eu-west-1 could not be listed, so its routes stay unchanged/),
    ]);
    expect(decisions().at(-1)).toMatchObject({ outcome: 'applied' });
  });

  test('F45: the portal shows the name of a region’s error, and only log and journal have its text', async () => {
    const { sweep, fleet, become, problems, decisions, lines } = await updaterStand();
    fleet.down.add('eu-west-1');
    fleet.refusal = 'AccessDenied: arn:aws:iam::444455556666:role/reader may not';
    become(app(1, 'here'));
    await sweep();
    expect(problems()).toEqual([expect.stringMatching(/^eu-west-1 could not be listed.*: AccessDenied; /)]);
    const error = `part of the fleet could not be listed: eu-west-1: ${fleet.refusal}`;
    expect(decisions().at(-1)).toMatchObject({ outcome: 'applied', error });
    await sweep();
    expect(lines.at(-1)).toMatchObject({ level: 'WARN', outcome: 'unchanged', error });
  });

  test('F45: if a region cannot be listed, only instances that are reported dead lose their routes', async () => {
    const { send, sweep, fleet, become, states } = await updaterStand();
    const west = { region: 'eu-west-1' };
    become({ ...app(1, 'one'), ...west }, { ...app(2, 'two'), ...west });
    await sweep();
    fleet.down.add('eu-west-1');
    await send(stateChange(idOf(1), 'shutting-down', 2));
    expect(states()).toEqual({ one: 'asleep', two: 'live' });
  });

  test('F45: if a region fails, doubtful instances are read again in the other regions', async () => {
    const { send, fleet, become } = await updaterStand();
    become(app(1, 'one'));
    fleet.down.add('eu-west-1');
    await send(stateChange(idOf(1), 'shutting-down', 2));
    expect(fleet.calls.read).toBeGreaterThan(0);
    expect(fleet.without).toContain('eu-west-1');
  });

  test('F46: a fleet that is suddenly empty, or smaller than the ceiling allows, loses no route until a person confirms', async () => {
    const { send, sweep, become, states, problems } = await updaterStand(...apps(20));
    await sweep();
    become();
    await sweep();
    expect(Object.keys(states())).toHaveLength(20);
    become(...apps(20).slice(0, 10));
    await sweep();
    expect(Object.keys(states())).toHaveLength(20);
    expect(problems()).toHaveLength(10);
    expect(problems()[0]).toMatch(
      /too many instances are missing at once.*confirm with \{"action":"reconcile","confirm":"removals"\}/,
    );
    await send({ action: 'reconcile', confirm: 'removals' });
    expect(Object.keys(states())).toHaveLength(10);
    expect(problems()).toEqual([]);
  });

  test('F46: a fleet of 200 that is stopped for the night trips no guard', async () => {
    const { sweep, become, states, problems } = await updaterStand(...apps(200));
    await sweep();
    become(...apps(200, { state: 'stopping' }));
    await sweep();
    expect(new Set(Object.values(states()))).toEqual(new Set(['asleep']));
    become(...apps(200, { state: 'terminated' }));
    await sweep();
    expect([states(), problems()]).toEqual([{}, []]);
  });

  test('F47: terminated instances that EC2 lists for an hour cause no second delete', async () => {
    const { sweep, become, store, states } = await updaterStand(app(1, 'shop'), app(2, 'cart'));
    await sweep();
    become(app(1, 'shop', { state: 'terminated' }), app(2, 'cart'));
    for (let n = 0; n < 3; n++) await sweep();
    expect([states(), store.calls.write]).toEqual([{ cart: 'live' }, 2]);
  });

  test('F48: in a storm of events the fleet is listed once for each change, not for each event', async () => {
    const { send, become, fleet, store, clock, states } = await updaterStand();
    become(...apps(200));
    const storm = Array.from({ length: 200 }, (_, n) => [
      stateChange(idOf(n + 1), 'pending', 30),
      stateChange(idOf(n + 1), 'running', 10),
    ]).flat();
    for (let at = 0; at < storm.length; at += 10) await send(...storm.slice(at, at + 10));
    expect(Object.keys(states())).toHaveLength(200);
    expect(fleet.calls.list).toBe(1);
    expect(store.calls).toEqual({ describe: 1, list: 1, get: 0, write: 4 });
    expect(clock.waits).toEqual([]);
  });

  test('F49: instances that services launch and end are followed by their states', async () => {
    const { send, become, states } = await updaterStand(app(1, 'shop'));
    await send(stateChange(idOf(1), 'running', 0));
    expect(states()).toEqual({ shop: 'live' });
    become(app(1, 'shop', { state: 'stopped' }));
    await send(stateChange(idOf(1), 'stopping', 0));
    expect(states()).toEqual({ shop: 'asleep' });
  });

  test('F50: a spot warning sends new viewers to another instance if there is one', async () => {
    const { send, sweep, become, clock, weights, addresses } = await updaterStand(
      member(1, 'shop'),
      member(2, 'shop'),
    );
    await sweep();
    await send(spotWarning(idOf(1)));
    expect(weights('shop')).toEqual([0, 1]);
    // The warning comes once; later batches know it from the mirror.
    await sweep();
    expect(weights('shop')).toEqual([0, 1]);
    become(member(1, 'shop'), member(2, 'shop', { state: 'terminated' }));
    await sweep();
    expect([addresses('shop'), weights('shop')]).toEqual([[publicNameOf(1)], [1]]);
    become(member(1, 'shop'), member(2, 'shop'));
    clock.advance(180_000);
    await sweep();
    expect(weights('shop')).toEqual([1, 1]);
  });

  test('F50: a spot warning is known in another environment, and one for the last target changes nothing', async () => {
    const { send, environment, handle, entryOf, store, sweep, become } = await updaterStand(
      member(1, 'shop'),
    );
    await sweep();
    await send(spotWarning(idOf(1)));
    expect(store.calls.write).toBe(1);
    become(member(1, 'shop'), member(2, 'shop'));
    await sweep();
    await handle(environment(), SWEEP);
    expect(entryOf('shop')).toMatchObject({ rules: [{ to: [{ weight: 0 }, { weight: 1 }] }] });
  });

  test('F50: an instance held up by a scaling group’s hook gets no new viewers meanwhile', async () => {
    const { send, sweep, become, clock, weights, addresses } = await updaterStand(
      member(1, 'shop'),
      member(2, 'shop'),
    );
    await sweep();
    await send(terminateAction(idOf(1)));
    expect(weights('shop')).toEqual([0, 1]);
    clock.advance(47 * 3_600_000);
    await sweep();
    expect(weights('shop')).toEqual([0, 1]);
    become(member(1, 'shop', { state: 'terminated' }), member(2, 'shop'));
    await sweep();
    expect([addresses('shop'), weights('shop')]).toEqual([[publicNameOf(2)], [1]]);
  });

  test('F50: an instance that returns to service in its scaling group gets new viewers again', async () => {
    const { send, sweep, weights } = await updaterStand(member(1, 'shop'), member(2, 'shop'));
    await sweep();
    await send(terminateAction(idOf(1), 9));
    expect(weights('shop')).toEqual([0, 1]);
    await send(inService(idOf(1), 1));
    expect(weights('shop')).toEqual([1, 1]);
  });

  test('F51: the next sweep makes up for a lost event, and is recorded', async () => {
    const { sweep, become, states, decisions } = await updaterStand(app(1, 'shop'));
    await sweep();
    become(app(1, 'shop', { state: 'terminated' }));
    await sweep();
    expect(states()).toEqual({});
    expect(decisions().at(-1)).toMatchObject({
      causes: [{ kind: 'schedule' }],
      deletes: ['shop.dev.example.com'],
    });
  });

  test('F52: without a trail the fleet is followed by state changes and sweeps', async () => {
    const { send, sweep, become, states } = await updaterStand(app(1, 'shop', { state: 'pending' }));
    await send(stateChange(idOf(1), 'pending', 0));
    become(app(1, 'shop'));
    await send(stateChange(idOf(1), 'running', 0));
    become(app(1, 'shop', { state: 'stopped' }));
    await sweep();
    expect(states()).toEqual({ shop: 'asleep' });
  });

  test('an instance that vanishes is removed from its group below the ceiling, and the others serve', async () => {
    const { sweep, become, addresses } = await updaterStand(member(1, 'shop'), member(2, 'shop'));
    await sweep();
    become(member(1, 'shop'));
    await sweep();
    expect(addresses('shop')).toEqual([publicNameOf(1)]);
  });
});
