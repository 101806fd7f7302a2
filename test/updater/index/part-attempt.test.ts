import { describe, expect, test } from 'vitest';
import type { InstanceState } from '../../../core/instance.ts';
import { LOOK_MS } from '../../../updater/index/part-attempt.ts';
import type { PartCheck } from '../../../updater/run/parts.ts';
import { run } from '../../../updater/run/run.ts';
import { findDivergence } from '../../support/stands/part-shadow.ts';
import { app, member, message, SHOP, updaterStand } from '../../support/stands/updater-stand.ts';
import { idOf, ipv6, NOW, publicNameOf } from '../../support/values/instances.ts';
import {
  apiCall,
  associateAddress,
  interfaceCall,
  SWEEP,
  stateChange,
  tagChange,
} from '../../support/values/made-events.ts';

type Sketches = Parameters<typeof updaterStand>;

/** A warm environment after a sweep of these apps, which compares each part with everything. */
async function swept(...sketches: Sketches) {
  const stand = await updaterStand(...sketches);
  const divergences: string[] = [];
  const onPart = (check: PartCheck) => divergences.push(findDivergence(check) ?? 'none');
  const parts = stand.environment({ onPart });
  await stand.handle(parts, SWEEP);
  const { list } = stand.fleet.calls;
  divergences.length = 0;
  return {
    ...{ ...stand, parts },
    send: (...events: readonly unknown[]) => stand.handle(parts, ...events),
    /** How often the whole fleet was listed since, and how each decision on a part differs from one on everything. */
    looks: () => [stand.fleet.calls.list - list, divergences] as const,
  };
}

const A_PART = [0, ['none']] as const;
/** The second decision is with the answers of DNS. */
const A_PART_TWICE = [0, ['none', 'none']] as const;
/** Everything is read, and the decision is on what has changed since the last look. */
const CHANGES = [1, ['none']] as const;
const EVERYTHING = [1, []] as const;

const stopped = { state: 'stopped' } as const;

describe('an event that names an instance', () => {
  test.each<[string, Sketches, Sketches, Record<string, string>]>([
    ['stops', [app(1, 'shop')], [app(1, 'shop', stopped)], { shop: 'asleep', wiki: 'live' }],
    ['claims another name', [app(1, 'shop')], [app(1, 'cart')], { cart: 'live', wiki: 'live' }],
    ['takes a name that another one holds', [app(1, 'shop')], [app(1, 'wiki')], { wiki: 'live' }],
    ['joins a group', [], [member(1, 'shop'), member(2, 'shop')], { shop: 'live', wiki: 'live' }],
    [
      'has wrong tags',
      [app(1, 'shop')],
      [app(1, 'shop', { tags: { 'proxy:host': 'shop', 'proxy:port': '22' } })],
      { shop: 'conflict', wiki: 'live' },
    ],
  ])('reads and decides on a part of the fleet if the instance %s', async (_, before, after, states) => {
    const stand = await swept(...before, app(9, 'wiki'));
    stand.become(...after, app(9, 'wiki'));
    await stand.send(stateChange(idOf(1), 'running', 0), apiCall('StartInstances', idOf(1), idOf(2)));
    expect(stand.looks()).toEqual(A_PART);
    expect(stand.states()).toEqual(states);
    expect(Object.keys(stand.routes().routes ?? {})).toHaveLength(Object.keys(states).length);
    const { calls } = stand.fleet;
    await stand.handle(stand.environment(), SWEEP);
    expect(calls).toMatchObject({ list: 2 });
    expect(stand.states()).toEqual(states);
  });

  test('says nothing about the others, which follow with the next sweep', async () => {
    const stand = await swept(member(1, 'shop'), member(2, 'shop'), member(3, 'shop'));
    stand.become(member(1, 'shop', stopped), member(2, 'shop', stopped), member(3, 'shop'));
    await stand.send(stateChange(idOf(1), 'stopped', 0));
    expect(stand.looks()).toEqual(A_PART);
    expect(stand.addresses('shop')).toEqual([publicNameOf(2), publicNameOf(3)]);
    await stand.send(SWEEP);
    expect(stand.addresses('shop')).toEqual([publicNameOf(3)]);
  });

  test('needs no run if a part has read the instance since', async () => {
    const stand = await swept(app(1, 'shop'));
    stand.clock.advance(30_000);
    stand.become(app(1, 'shop', stopped));
    await stand.send(stateChange(idOf(1), 'stopped', -29));
    await stand.send(stateChange(idOf(1), 'stopped', -29), stateChange(idOf(1), 'stopping', -28));
    expect(stand.looks()).toEqual(A_PART);
    await stand.send(stateChange(idOf(2), 'running', -29));
    expect(stand.looks()).toEqual([0, ['none', 'none']]);
  });

  test('reads what an earlier event named too early, also after a decision on everything', async () => {
    const stand = await swept(app(1, 'shop'), app(2, 'wiki'));
    await stand.send(tagChange(idOf(1)));
    await stand.send({ action: 'audit' });
    stand.become(app(1, 'cart'), app(2, 'wiki'));
    stand.clock.advance(6_000);
    await stand.send(tagChange(idOf(2)));
    expect(stand.states()).toEqual({ cart: 'live', wiki: 'live' });
  });

  test.each<[string, unknown]>([
    ['from another region', { ...stateChange(idOf(1), 'stopped', 0), region: 'eu-west-1' }],
    ['of a day ago', { ...stateChange(idOf(1), 'stopped', 86_400), region: 'eu-west-1' }],
    ['from the future', { ...stateChange(idOf(1), 'stopped', -86_400), region: 'eu-west-1' }],
  ])('is read alone a minute after an event %s that EC2 contradicts', async (_, wrong) => {
    const stand = await swept(app(1, 'shop'), app(2, 'wiki'));
    await stand.send(wrong);
    stand.clock.advance(61_000);
    await stand.send(SWEEP);
    const { list } = stand.fleet.calls;
    await stand.send({ ...tagChange(idOf(2)), time: new Date(stand.clock.now()).toISOString() });
    expect(stand.fleet.calls).toMatchObject({ list, readFrom: expect.toSatisfy((count) => count > 0) });
  });

  test('finds a route whose lease has ended, and reads its instance again', async () => {
    const leased = app(2, 'brief', {
      launchedAt: NOW - 30,
      tags: { 'proxy:host': 'brief', 'proxy:ttl': '1m' },
    });
    const stand = await swept(app(1, 'shop'), leased);
    stand.clock.advance(40_000);
    await stand.send(tagChange(idOf(1)));
    expect(stand.looks()).toEqual(A_PART);
    expect(stand.states()).toEqual({ shop: 'live' });
  });

  test('ends the removal of an address that was doubted, when the death is a minute old', async () => {
    const stand = await swept(app(1, 'shop'), app(2, 'wiki'));
    await stand.send(stateChange(idOf(1), 'stopping', 1));
    expect(stand.states()).toEqual({ shop: 'asleep', wiki: 'live' });
    stand.clock.advance(70_000);
    await stand.send(tagChange(idOf(2)));
    expect(stand.states()).toEqual({ shop: 'live', wiki: 'live' });
    expect(stand.looks()).toEqual([0, ['none', 'none']]);
  });
});

describe('an event that names a network interface', () => {
  const ENI = 'eni-0abc1230000000011';
  const ATTACHMENT = 'eni-attach-0abc1230000000012';
  const IPV6 = ipv6('2hk8x-t005r-utebn-ciuf0-tcxfs.us-east-1.ip.aws');
  const has = (...interfaces: string[]) => ({ interfaces, address: IPV6 });
  const unassign = interfaceCall('UnassignIpv6Addresses', { networkInterfaceId: ENI });
  const gone = { interfaces: [ENI], publicName: null };

  test('reads the instance that has the interface, and no other', async () => {
    const stand = await swept(app(1, 'shop', has(ENI)), app(2, 'wiki'));
    stand.become(app(1, 'shop', gone), app(2, 'wiki', { state: 'stopped' }));
    await stand.send(unassign);
    expect(stand.looks()).toEqual(A_PART);
    expect(stand.states()).toEqual({ shop: 'starting', wiki: 'live' });
  });

  test('finds an instance that the index does not know behind it', async () => {
    const stand = await swept(app(1, 'shop', { publicName: null }));
    stand.become(app(1, 'shop', has(ENI)));
    await stand.send(interfaceCall('AssignIpv6Addresses', { networkInterfaceId: ENI }));
    expect(stand.looks()).toEqual(A_PART_TWICE);
    expect(stand.addresses('shop')).toEqual([IPV6.name]);
  });

  test('reads the instance that had the interface, beside the one that has it now', async () => {
    const stand = await swept(app(1, 'shop', has(ENI)), app(2, 'wiki', { publicName: null }));
    stand.become(app(1, 'shop', { publicName: null }), app(2, 'wiki', has(ENI)));
    await stand.send(
      interfaceCall('AttachNetworkInterface', { networkInterfaceId: ENI, instanceId: idOf(2) }),
    );
    expect(stand.looks()).toEqual(A_PART);
    expect([stand.addresses('shop'), stand.addresses('wiki')]).toEqual([[], [IPV6.name]]);
  });

  test('reads the instance that had the attachment', async () => {
    const stand = await swept(app(1, 'shop', has(ENI, ATTACHMENT)));
    stand.become(app(1, 'shop', { publicName: null }));
    await stand.send(interfaceCall('DetachNetworkInterface', { attachmentId: ATTACHMENT }));
    expect(stand.looks()).toEqual(A_PART);
    expect(stand.addresses('shop')).toEqual([]);
  });

  test.each([
    ['an interface', { networkInterfaceId: ENI }],
    ['an attachment', { attachmentId: ATTACHMENT }],
  ])('of another kind of machine changes nothing: %s', async (_, parameters) => {
    const stand = await swept(app(1, 'shop'));
    await stand.send(interfaceCall('DetachNetworkInterface', parameters));
    expect(stand.looks()).toEqual(A_PART);
    expect(stand.states()).toEqual({ shop: 'live' });
  });

  test('is answered by a later reading of the same interface, and read again if EC2 may lag', async () => {
    const stand = await swept(app(1, 'shop', has(ENI)), app(2, 'wiki'));
    await stand.send(unassign);
    // EC2 shows the change only now.
    stand.become(app(1, 'shop', gone), app(2, 'wiki'));
    stand.clock.advance(6_000);
    await stand.send({ ...tagChange(idOf(2)), time: new Date(stand.clock.now()).toISOString() });
    expect(stand.states()).toEqual({ shop: 'starting', wiki: 'live' });
    const { readFrom } = stand.fleet.calls;
    await stand.send(unassign);
    expect(stand.fleet.calls.readFrom).toBe(readFrom);
  });

  test('from another region than the instance makes the run read everything', async () => {
    const stand = await swept(app(1, 'shop', has(ENI)));
    await stand.send({ ...unassign, region: 'eu-west-1' });
    expect(stand.looks()).toEqual(CHANGES);
  });

  test('removes the address in a run that reads everything, too', async () => {
    const stand = await updaterStand(app(1, 'shop', has(ENI)));
    await stand.sweep();
    stand.become(app(1, 'shop', gone));
    await stand.handle(stand.environment(), unassign);
    expect(stand.addresses('shop')).toEqual([]);
  });
});

describe('everything is read again', () => {
  const STOPPED = stateChange(idOf(1), 'stopped', 0);
  type Stand = Awaited<ReturnType<typeof swept>>;

  test.each<[string, (stand: Stand) => unknown]>([
    ['by a sweep', ({ send }) => send(SWEEP)],
    ['by a full batch', ({ send }) => send(...Array.from({ length: 10 }, () => STOPPED))],
    ['by a manual message', ({ send }) => send({ action: 'reconcile' })],
    ['by a batch with a sweep', ({ send }) => send(STOPPED, SWEEP)],
    ['by an event that names no instance', ({ send }) => send(apiCall('RunInstances'), STOPPED)],
    ['by an event without a region', ({ send }) => send({ ...STOPPED, region: undefined })],
    ['by an event without an account', ({ send }) => send({ ...STOPPED, account: undefined })],
    [
      'by an event from another region than the instance',
      ({ send }) => send({ ...STOPPED, region: 'eu-west-1' }),
    ],
    [
      'by a batch that waited',
      ({ parts, clock }) => {
        clock.advance(2_001);
        return run(parts, [{ ...message(STOPPED), sentAt: NOW * 1000 }], 'waited');
      },
    ],
    [
      'after ninety seconds',
      ({ send, clock }) => {
        clock.advance(LOOK_MS + 1);
        return send(STOPPED);
      },
    ],
  ])('%s, and a decision made on what has changed', async (_, act) => {
    const stand = await swept(app(1, 'shop'), app(2, 'wiki'));
    await act(stand);
    expect(stand.looks()).toEqual(CHANGES);
  });

  test('by a sweep, which finds changes without an event and decides on these alone', async () => {
    const stand = await swept(app(1, 'shop'), app(2, 'wiki'), app(3, 'cart'));
    stand.become(app(1, 'shop', stopped), app(2, 'wiki'), app(3, 'docs'), app(4, 'new'));
    await stand.send(SWEEP);
    expect(stand.looks()).toEqual(CHANGES);
    expect(stand.states()).toEqual({ shop: 'asleep', wiki: 'live', docs: 'live', new: 'live' });
    await stand.send(tagChange(idOf(1)));
    expect(stand.looks()).toEqual([1, ['none', 'none']]);
  });

  test.each<[string, (stand: Stand) => unknown]>([
    ['by an audit', ({ send }) => send({ action: 'audit' })],
    ['by a confirmation', ({ send }) => send({ action: 'reconcile', confirm: 'removals' })],
    [
      'by an environment that has not looked yet',
      ({ handle, environment }) => handle(environment(), STOPPED),
    ],
    [
      'if the region of the event does not answer',
      ({ send, fleet }) => {
        fleet.down.add('us-east-1');
        return send(STOPPED);
      },
    ],
    [
      'if an instance is missing',
      ({ send, become }) => {
        become(app(2, 'wiki'));
        return send(tagChange(idOf(1)));
      },
    ],
    [
      'if an instance has the address that another one had',
      ({ send, become }) => {
        become(app(1, 'shop', { publicName: null }), app(2, 'wiki', { publicName: publicNameOf(1) }));
        return send(associateAddress(idOf(2)));
      },
    ],
    [
      'if another environment has written',
      async ({ send, handle, environment, become, fleet }) => {
        become(app(1, 'shop'), app(2, 'wiki'), app(3, 'new'));
        await handle(environment(), SWEEP);
        fleet.calls.list -= 1;
        return send(STOPPED);
      },
    ],
    [
      'if more than 200 hostnames are concerned',
      ({ send, become }) => {
        const many = Array.from({ length: 21 }, (_, n) =>
          app(n + 1, Array.from({ length: 10 }, (__, i) => `a${n}-${i}`).join(' ')),
        );
        become(...many);
        return send(apiCall('RunInstances', ...many.map(({ id }) => idOf(id))));
      },
    ],
  ])('%s, and a decision made on everything', async (_, act) => {
    const stand = await swept(app(1, 'shop'), app(2, 'wiki'));
    await act(stand);
    expect(stand.looks()).toEqual(EVERYTHING);
  });

  test('if the tokens have changed', async () => {
    let epoch = 1;
    const stand = await updaterStand(app(1, 'shop'), app(2, 'wiki'));
    const parts = stand.environment({ tokenOf: () => `token-${epoch}`, tokenEpoch: () => epoch });
    await stand.handle(parts, SWEEP);
    epoch = 2;
    await stand.handle(parts, tagChange(idOf(1)));
    expect(stand.entryOf('wiki')).toMatchObject({ token: 'token-2' });
    expect(stand.fleet.calls.list).toBe(2);
  });

  test('after a look at a fleet of which a region was missing', async () => {
    const stand = await updaterStand(app(1, 'shop'));
    stand.fleet.down.add('eu-west-1');
    await stand.sweep();
    await stand.send(tagChange(idOf(1)));
    expect(stand.fleet.calls).toMatchObject({ list: 2, readFrom: 0 });
  });

  test('after a look whose removals the guard holds back', async () => {
    const stand = await updaterStand(...Array.from({ length: 30 }, (_, n) => app(n + 1, `app-${n}`)));
    await stand.sweep();
    stand.become(app(1, 'app-0'));
    await stand.sweep();
    await stand.send(tagChange(idOf(1)));
    expect(stand.fleet.calls).toMatchObject({ list: 3, readFrom: 0 });
  });

  test('in the same run after a lost race, whose record then has the write of the part', async () => {
    const stand = await swept(app(1, 'shop'), app(2, 'wiki'));
    stand.become(app(1, 'shop', stopped), app(2, 'wiki', stopped));
    stand.store.before = () => stand.store.put('other.dev.example.com', 'written by hand');
    await stand.send(stateChange(idOf(1), 'stopped', 0));
    expect(stand.fleet.calls).toMatchObject({ list: 2, readFrom: 1 });
    expect(stand.states()).toMatchObject({ shop: 'asleep', wiki: 'asleep' });
    const { outcome, puts, before } = stand.decisions().at(-1) ?? {};
    expect({ outcome, puts: puts?.map(({ hostname }) => hostname) }).toEqual({
      outcome: 'applied',
      puts: [SHOP, 'wiki.dev.example.com'],
    });
    expect(before?.map(({ state }) => state)).toEqual(['live', 'live']);
  });

  test('in the same run after a write that the service refuses', async () => {
    const stand = await swept(app(1, 'shop'));
    const write = stand.store.write.bind(stand.store);
    stand.store.write = async (changes, etag) =>
      changes.puts.has(SHOP) ? { outcome: 'refused', reason: 'no' } : write(changes, etag);
    stand.become(app(1, 'shop', stopped));
    await stand.send(stateChange(idOf(1), 'stopped', 0));
    expect(stand.fleet.calls).toMatchObject({ list: 2, readFrom: 1 });
    expect(
      stand
        .decisions()
        .at(-1)
        ?.problems.map(({ code }) => code),
    ).toEqual(['store-refused']);
  });
});

test('an address that moves to another instance leaves no route of the former one', async () => {
  const stand = await swept(app(1, 'shop'), app(2, 'wiki'), app(3, 'docs'));
  const moved = { publicName: publicNameOf(1) };
  stand.become(app(1, 'shop', { publicName: null }), app(2, 'wiki', moved), app(3, 'docs'));
  await stand.send(associateAddress(idOf(2)));
  expect([stand.addresses('shop'), stand.addresses('wiki')]).toEqual([[], [publicNameOf(1)]]);
});

test('an instance that is not returned and whose death is reported loses its name in a part', async () => {
  const stand = await swept(app(1, 'shop'), app(2, 'wiki'));
  stand.become(app(2, 'wiki'));
  await stand.send(stateChange(idOf(1), 'terminated', 1));
  expect(stand.looks()).toEqual(A_PART);
  expect(stand.states()).toEqual({ wiki: 'live' });
});

test('twenty instances change one after the other, each read alone, and the store follows', async () => {
  const sketches = Array.from({ length: 20 }, (_, n) => app(n + 1, `app-${n}`));
  const stand = await swept(...sketches);
  const state = (n: number): InstanceState => (n % 2 === 0 ? 'stopped' : 'running');
  const now = [...sketches];
  for (const [n, sketch] of sketches.entries()) {
    now[n] = { ...sketch, state: state(n) };
    stand.become(...now);
    await stand.send(tagChange(idOf(n + 1)));
  }
  expect(stand.looks()).toEqual([0, sketches.map(() => 'none')]);
  const due = sketches.map((_, n) => [`app-${n}`, state(n) === 'stopped' ? 'asleep' : 'live']);
  expect(stand.states()).toEqual(Object.fromEntries(due));
});

test('a store that fails while the instances are read fails the run, and not the process', async () => {
  const stand = await swept(app(1, 'shop'), app(2, 'wiki'));
  // The mirror of another environment makes this one ask the store.
  await stand.handle(stand.environment(), SWEEP);
  const { readFrom } = stand.fleet;
  stand.fleet.readFrom = async (sources) => {
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    return readFrom.call(stand.fleet, sources);
  };
  stand.store.fault = new Error('socket hang up');
  await expect(stand.send(stateChange(idOf(1), 'stopped', 0))).rejects.toThrow('socket hang up');
  // Vitest fails if a promise fails that nothing waits for.
  await new Promise((resolve) => setImmediate(resolve));
});
