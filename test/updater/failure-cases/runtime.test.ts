import { describe, expect, test } from 'vitest';
import { parseFleetEvent } from '../../../core/events/fleet-event.ts';
import { EnvironmentError, parseEnvironment } from '../../../updater/environment.ts';
import { StoreUnwrittenError } from '../../../updater/run/run.ts';
import { app, updaterStand } from '../../support/stands/updater-stand.ts';
import { A, fixture } from '../../support/values/event-fixtures.ts';
import { idOf, publicNameOf } from '../../support/values/instances.ts';
import { apiCall, stateChange } from '../../support/values/made-events.ts';

describe('the updater', () => {
  test('F53: the next run makes up for one that died between journal and store, or between store and mirror, with one record', async () => {
    const { environment, handle, store, become, states, journal } = await updaterStand(app(1, 'shop'));
    const event = stateChange(idOf(1), 'running', 0);
    const dying = environment();
    store.fault = new Error('the process is gone');
    await expect(handle(dying, event)).rejects.toThrow(StoreUnwrittenError);
    store.fault = undefined;
    const warm = environment();
    await handle(warm, event);
    expect(states()).toEqual({ shop: 'live' });
    expect([...journal.records.keys()].filter((key) => key.startsWith('raw/'))).toHaveLength(1);

    // Another environment removes the route and dies before its mirror; then the fleet is as before.
    const other = environment();
    become(app(1, 'shop', { state: 'stopped' }));
    await other.store.read();
    await other.store.write({ puts: new Map(), deletes: new Set(['shop.dev.example.com']) });
    become(app(1, 'shop'));
    await handle(warm, { action: 'reconcile' });
    expect(states()).toEqual({ shop: 'live' });
  });

  test('F54: the updater routes without the journal, and journals without the store; log and metrics show both', async () => {
    const { environment, handle, journal, store, states, lines } = await updaterStand(app(1, 'shop'));
    journal.fault = new Error('SlowDown');
    await handle(environment(), stateChange(idOf(1), 'running'));
    expect(states()).toEqual({ shop: 'live' });
    expect(lines).toContainEqual(
      expect.objectContaining({ level: 'ERROR', message: 'the journal could not be written' }),
    );
    journal.fault = undefined;
    store.fault = new Error('InternalServerException');
    await expect(handle(environment(), apiCall('StopInstances', idOf(1)))).rejects.toThrow(
      StoreUnwrittenError,
    );
    expect([...journal.records.keys()].some((key) => key.includes('StopInstances'))).toBe(true);
  });

  test('F55: two events of one second are journaled under two keys, by their own time and id', async () => {
    const { send, journal } = await updaterStand(app(1, 'shop'), app(2, 'cart'));
    await send(stateChange(idOf(1), 'running', 3), stateChange(idOf(2), 'running', 3));
    const keys = [...journal.records.keys()].filter((key) => key.startsWith('raw/'));
    expect(new Set(keys).size).toBe(2);
    expect(new Set(keys.map((key) => key.replace(/event-.*/, ''))).size).toBe(1);
  });

  test('F56: fifty updaters at once reach the same result, each after a bounded number of attempts', async () => {
    const { environment, handle, store, clock, states } = await updaterStand(app(1, 'shop'));
    const parts = Array.from({ length: 50 }, () => environment());
    const outcomes = await Promise.allSettled(parts.map((each) => handle(each, { action: 'reconcile' })));
    expect(outcomes.every(({ status }) => status === 'fulfilled')).toBe(true);
    expect(states()).toEqual({ shop: 'live' });
    expect(store.calls.write).toBeLessThanOrEqual(50);
    expect(Math.max(...clock.waits)).toBeLessThan(2_000);
  });

  test('F57: the updater does not start without its settings, and says which one is missing', () => {
    expect(() => parseEnvironment({})).toThrow(EnvironmentError);
    expect(() => parseEnvironment({ REGIONS: 'eu-west-1' })).toThrow(
      /the environment variable DEPLOYMENT is missing/,
    );
  });

  test('F58: the updater’s own writes cause no further run, and other API calls no plan', async () => {
    const { send, store } = await updaterStand(app(1, 'shop'));
    await send(stateChange(idOf(1), 'running'));
    for (let n = 0; n < 3; n++) await send(apiCall('CreateTags', idOf(1)));
    expect(store.calls.write).toBe(1);
  });

  test('F59: access keys, personal addresses and public names stay out of decisions and log lines', async () => {
    const { send, lines, decisions } = await updaterStand(app(1, 'shop'));
    const call = apiCall('RunInstances', idOf(1));
    const userIdentity = { arn: 'arn:aws:iam::1:user/me', accessKeyId: 'AKIASECRET' };
    await send({
      ...call,
      detail: { ...(call['detail'] as object), userIdentity, sourceIPAddress: '198.51.100.7' },
    });
    const told = JSON.stringify([lines, decisions()]);
    expect(told).toContain('arn:aws:iam::1:user/me');
    for (const secret of ['AKIASECRET', '198.51.100.7', publicNameOf(1)]) expect(told).not.toContain(secret);
  });

  test.each(['aws', 'aws-cn', 'aws-us-gov'])(
    'F60: ids of each partition and names of its regions are read (%s)',
    (partition) => {
      const region = { aws: 'eu-west-1', 'aws-cn': 'cn-north-1', 'aws-us-gov': 'us-gov-west-1' }[partition];
      const event = {
        ...fixture('tag-change'),
        region,
        resources: [`arn:${partition}:ec2:${region}:123456789012:instance/${A}`],
      };
      expect(parseFleetEvent(event, {})).toMatchObject({ verdict: 'hint', ids: [A], region });
    },
  );
});
