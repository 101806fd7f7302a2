import { describe, expect, test } from 'vitest';
import { publicNameOf } from '../../../local/ec2/addresses.ts';
import { inProcess } from '../../../local/ec2/api/caller.ts';
import type { LocalFleet } from '../../../local/ec2/fleet.ts';
import { instanceOf, launchOne, SETTLED, testFleet, userData } from '../../support/aws/local-fleet.ts';

const SHOP = [{ resourceType: 'instance', tags: [{ key: 'proxy:host', value: 'shop' }] }];

function publicName(fleet: LocalFleet, id: string): string {
  const { publicAddress } = instanceOf(fleet, id);
  return publicAddress === undefined ? '' : publicNameOf(publicAddress);
}

describe('instances', () => {
  test('a new instance is pending without a public name, then running with one that resolves to it', async () => {
    const { fleet, scheduler } = testFleet();
    const id = launchOne(fleet);
    expect(instanceOf(fleet, id)).toMatchObject({ state: 'pending', publicAddress: undefined });
    await scheduler.advance(SETTLED);
    expect(instanceOf(fleet, id).state).toBe('running');
    expect(publicName(fleet, id)).toMatch(/^ec2-203-0-113-\d+\.compute-1\.amazonaws\.com$/);
    expect(fleet.resolve(publicName(fleet, id), 3000)).toEqual({ host: '127.0.0.1', port: 3000 });
  });

  test('an instance loses its public name as soon as it is stopping', async () => {
    const { fleet, scheduler } = testFleet();
    const id = launchOne(fleet);
    await scheduler.advance(SETTLED);
    const name = publicName(fleet, id);
    fleet.stopInstances([id]);
    expect(instanceOf(fleet, id)).toMatchObject({ state: 'stopping', publicAddress: undefined });
    expect(fleet.resolve(name, 80)).toBeUndefined();
    await scheduler.advance(SETTLED);
    expect(instanceOf(fleet, id).state).toBe('stopped');
  });

  test('an instance has a new name and a later launch time after a quick restart', async () => {
    const { fleet, scheduler } = testFleet();
    const id = launchOne(fleet);
    await scheduler.advance(250);
    const before = { name: publicName(fleet, id), ...instanceOf(fleet, id) };
    fleet.stopInstances([id]);
    await scheduler.advance(150);
    fleet.startInstances([id]);
    await scheduler.advance(250);
    const after = instanceOf(fleet, id);
    expect(after.launchedAt).toBeGreaterThan(before.launchedAt);
    expect(after.launchedAt % 1_000).toBe(0);
    expect(publicName(fleet, id)).not.toBe(before.name);
    expect(after.privateAddress).toBe(before.privateAddress);
    expect(fleet.resolve(before.name, 80)).toBeUndefined();
  });

  test('a terminated instance keeps its tags for a minute, and is listed for an hour', async () => {
    const { fleet, scheduler } = testFleet();
    const id = launchOne(fleet, { tagSpecifications: SHOP });
    fleet.terminateInstances([id]);
    await scheduler.advance(SETTLED);
    expect(instanceOf(fleet, id)).toMatchObject({ state: 'terminated', publicAddress: undefined });
    expect(instanceOf(fleet, id).tags.get('proxy:host')).toBe('shop');
    await scheduler.advance(60_000);
    expect(instanceOf(fleet, id).tags.size).toBe(0);
    await scheduler.advance(3_600_000);
    expect(fleet.list()).toEqual([]);
    expect(() => fleet.terminateInstances([id])).toThrow(`The instance ID '${id}' does not exist`);
  });

  test('an instance that is terminated while pending never runs', async () => {
    const { fleet, log, scheduler } = testFleet();
    const id = launchOne(fleet);
    fleet.terminateInstances([id]);
    await scheduler.advance(SETTLED);
    expect(log.words).toEqual([
      'RunInstances',
      'pending',
      'TerminateInstances',
      'shutting-down',
      'terminated',
    ]);
  });

  test('an instance that is terminated while stopping does not become stopped', async () => {
    const { fleet, log, scheduler } = testFleet();
    const id = launchOne(fleet);
    await scheduler.advance(SETTLED);
    fleet.stopInstances([id]);
    fleet.terminateInstances([id]);
    await scheduler.advance(SETTLED);
    expect(log.words.slice(-4)).toEqual(['stopping', 'TerminateInstances', 'shutting-down', 'terminated']);
  });

  test('an instance that cannot start its program stops with a reason', async () => {
    const { fleet, log, scheduler } = testFleet();
    const id = launchOne(fleet, { userData: userData('exit 0') });
    await scheduler.advance(SETTLED);
    await log.until('stopping');
    await scheduler.advance(SETTLED);
    expect(log.words).toEqual(['RunInstances', 'pending', 'stopping', 'stopped']);
    expect(instanceOf(fleet, id).stateReason?.message).toContain('/dev/null/no-folder');
  });
});

describe('calls', () => {
  test('a call for the current state succeeds and changes nothing', async () => {
    const { fleet, log, scheduler } = testFleet();
    const id = launchOne(fleet);
    await scheduler.advance(SETTLED);
    const same = { instanceId: id, previous: 'running', current: 'running' };
    expect(fleet.startInstances([id, id])).toEqual([same]);
    expect(log.words.slice(-2)).toEqual(['running', 'StartInstances']);
  });

  test('a call that includes an instance in the wrong state changes none of the others', async () => {
    const { fleet, scheduler } = testFleet();
    const running = launchOne(fleet);
    await scheduler.advance(SETTLED);
    const pending = launchOne(fleet);
    expect(() => fleet.stopInstances([running, pending])).toThrow(/it is pending/);
    expect(instanceOf(fleet, running).state).toBe('running');
  });

  test.each([
    ['i-nonsense', 'InvalidInstanceID.Malformed', 'Invalid id: "i-nonsense"'],
    [
      'i-0123456789abcdef0',
      'InvalidInstanceID.NotFound',
      "The instance ID 'i-0123456789abcdef0' does not exist",
    ],
  ])('a call for %s is refused with %s', (id, code, message) => {
    const { fleet } = testFleet();
    expect(() => fleet.stopInstances([id])).toThrow(expect.objectContaining({ code, message }));
  });

  test('a dry run is refused and changes nothing', () => {
    const { fleet, log } = testFleet();
    const launch = { imageId: 'ami-hello', minCount: 1, maxCount: 1 };
    expect(() => fleet.runInstances(launch, { ...inProcess(), dryRun: true })).toThrow(/DryRun flag is set/);
    expect(fleet.list()).toEqual([]);
    expect(log.words).toEqual(['RunInstances!Client.DryRunOperation']);
  });

  test.each([
    [{ minCount: 0 }, 'InvalidParameterValue'],
    [{ minCount: 2, maxCount: 1 }, 'InvalidParameterValue'],
    [{ maxCount: 5_001 }, 'InstanceLimitExceeded'],
    [{ imageId: 'ami-nope' }, 'InvalidAMIID.NotFound'],
    [{ userData: '???' }, 'InvalidUserData.Malformed'],
    [{ userData: userData('x'.repeat(16_385)) }, 'InvalidParameterValue'],
  ])('a launch of %j is refused with %s', (launch, code) => {
    const { fleet } = testFleet();
    expect(() => launchOne(fleet, launch)).toThrow(expect.objectContaining({ code }));
  });
});

describe('events', () => {
  test('the events of an instance are in order, each call before its effects', async () => {
    const { fleet, log, scheduler } = testFleet();
    const id = launchOne(fleet, { tagSpecifications: SHOP });
    for (const call of ['stopInstances', 'startInstances', 'terminateInstances'] as const) {
      await scheduler.advance(SETTLED);
      fleet[call]([id]);
    }
    await scheduler.advance(SETTLED);
    const launch = ['RunInstances', 'pending', 'tags', 'running'];
    const nap = ['StopInstances', 'stopping', 'stopped', 'StartInstances', 'pending', 'running'];
    expect(log.words).toEqual([...launch, ...nap, 'TerminateInstances', 'shutting-down', 'terminated']);
  });

  test('a stopped instance that is terminated has no event for shutting-down', async () => {
    const { fleet, log, scheduler } = testFleet();
    const id = launchOne(fleet);
    await scheduler.advance(SETTLED);
    fleet.stopInstances([id]);
    await scheduler.advance(SETTLED);
    fleet.terminateInstances([id]);
    expect(log.words.slice(-2)).toEqual(['TerminateInstances', 'terminated']);
  });

  test('the event of a refused call has its error and no response', () => {
    const { fleet, log } = testFleet();
    expect(() => fleet.terminateInstances(['i-0123456789abcdef0'])).toThrow();
    expect(log.events).toMatchObject([
      {
        detail: {
          eventName: 'TerminateInstances',
          errorCode: 'Client.InvalidInstanceID.NotFound',
          requestParameters: { instancesSet: { items: [{ instanceId: 'i-0123456789abcdef0' }] } },
          responseElements: null,
        },
      },
    ]);
  });

  test('the event of a tag change names the changed keys and all remaining tags', () => {
    const { fleet, log } = testFleet();
    const id = launchOne(fleet, { tagSpecifications: SHOP });
    fleet.createTags(
      [id],
      [
        { key: 'team', value: 'a' },
        { key: 'proxy:host', value: 'shop' },
      ],
    );
    fleet.deleteTags([id], [{ key: 'proxy:host' }]);
    fleet.deleteTags([id], [{ key: 'team', value: 'not this' }]);
    const details = log.events.filter((event) => event.source === 'aws.tag').map((event) => event.detail);
    expect(details).toMatchObject([
      { 'changed-tag-keys': ['proxy:host'], version: 1, tags: { 'proxy:host': 'shop' } },
      { 'changed-tag-keys': ['team'], version: 2, tags: { 'proxy:host': 'shop', team: 'a' } },
      { 'changed-tag-keys': ['proxy:host'], version: 3, tags: { team: 'a' } },
    ]);
    expect(log.words.slice(-3)).toEqual(['DeleteTags', 'tags', 'DeleteTags']);
  });
});

describe('a disposed fleet', () => {
  test('publishes no further event and leaves no timer', async () => {
    const { fleet, log, scheduler } = testFleet();
    launchOne(fleet);
    const stopping = launchOne(fleet);
    await scheduler.advance(SETTLED);
    launchOne(fleet);
    fleet.stopInstances([stopping]);
    const said = log.words.length;
    await fleet.dispose();
    expect(scheduler.waiting).toBe(0);
    await scheduler.advance(SETTLED);
    expect(log.words.length).toBe(said);
  });
});

describe('launches with a client token', () => {
  const LAUNCH = {
    imageId: 'ami-external',
    minCount: 1,
    maxCount: 2,
    clientToken: 'once',
    tagSpecifications: SHOP,
  };
  const idsOf = (launched: readonly { id: string }[]) => launched.map(({ id }) => id);

  test('a repeated launch starts nothing and returns the first instances', async () => {
    const { fleet, scheduler } = testFleet();
    const first = fleet.runInstances(LAUNCH);
    await scheduler.advance(SETTLED);
    const again = fleet.runInstances({ ...LAUNCH });
    expect(idsOf(again)).toEqual(idsOf(first));
    expect(again).toMatchObject([{ state: 'running' }, { state: 'running' }]);
    expect(fleet.list()).toHaveLength(2);
    expect(idsOf(fleet.runInstances({ ...LAUNCH, clientToken: 'other' }))).not.toEqual(idsOf(first));
  });

  test('a repeated launch with other parameters is refused', () => {
    const { fleet } = testFleet();
    fleet.runInstances(LAUNCH);
    expect(() => fleet.runInstances({ ...LAUNCH, maxCount: 1 })).toThrow(
      expect.objectContaining({ code: 'IdempotentParameterMismatch' }),
    );
    expect(fleet.list()).toHaveLength(2);
  });

  test('a repeated launch starts new instances after the first ones are gone', async () => {
    const { fleet, scheduler } = testFleet();
    const first = fleet.runInstances(LAUNCH);
    fleet.terminateInstances(idsOf(first));
    await scheduler.advance(SETTLED);
    expect(idsOf(fleet.runInstances(LAUNCH))).toEqual(idsOf(first));
    await scheduler.advance(3_600_000);
    expect(idsOf(fleet.runInstances(LAUNCH))).not.toEqual(idsOf(first));
  });
});
