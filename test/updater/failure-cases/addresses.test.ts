import { describe, expect, test } from 'vitest';
import { parseFleetEvent } from '../../../core/events/fleet-event.ts';
import { app, member, updaterStand } from '../../support/stands/updater-stand.ts';
import { fixture, HOME } from '../../support/values/event-fixtures.ts';
import { idOf, instance, ipv6, ipv6Of, NOW, publicNameOf } from '../../support/values/instances.ts';
import { apiCall, interfaceCall, SWEEP, stateChange } from '../../support/values/made-events.ts';

describe('an address', () => {
  test('F25: an address that is not there yet is awaited for at most two seconds, and never written empty', async () => {
    const young = app(1, 'shop', { publicName: null, launchedAt: NOW - 20 });
    const { send, fleet, clock, states, addresses } = await updaterStand(young);
    await send(stateChange(idOf(1), 'running', 1));
    expect(states()).toEqual({ shop: 'starting' });
    expect(clock.waits).toEqual([500, 1_000]);
    fleet.after = () => {
      fleet.instances = [instance({ ...young, publicName: publicNameOf(1) })];
    };
    await send(stateChange(idOf(1), 'running', 0));
    expect(addresses('shop')).toEqual([publicNameOf(1)]);
  });

  test('F26: an address that will never exist is a problem with its reason, without a wait', async () => {
    const { send, clock, states, problems } = await updaterStand(app(1, 'shop', { publicName: null }));
    await send(stateChange(idOf(1), 'running'), SWEEP);
    expect(states()).toEqual({ shop: 'starting' });
    expect(problems()).toEqual([expect.stringContaining('without a public DNS name')]);
    expect(clock.waits).toEqual([]);
  });

  test('F26: an IPv6 address whose name is not in DNS is a problem, and its route is made once the name is there', async () => {
    const address = ipv6('2hk8x-t005r-utebn-ciuf0-tcxfs.us-east-1.ip.aws');
    const { dns, sweep, states, addresses, problems } = await updaterStand(
      app(1, 'shop', { address }),
      app(2, 'wiki'),
    );
    const known = dns.answer;
    dns.answer = () => 'absent';
    await sweep();
    expect(states()).toEqual({ shop: 'starting', wiki: 'live' });
    expect(problems()).toEqual([expect.stringContaining('enable DNS support and DNS hostnames in its VPC')]);
    dns.answer = known;
    await sweep();
    expect([addresses('shop'), problems()]).toEqual([[address.name], []]);
  });

  test('F27: an address is removed at the stop, and the start brings another one', async () => {
    const { send, become, sweep, clock, states, addresses, entryOf } = await updaterStand(app(1, 'shop'));
    await sweep();
    become(app(1, 'shop', { state: 'stopping' }));
    await send(stateChange(idOf(1), 'stopping', 0));
    expect([states(), addresses('shop')]).toEqual([{ shop: 'asleep' }, []]);
    clock.advance(30_000);
    become(app(1, 'shop', { launchedAt: NOW + 20, publicName: publicNameOf(99) }));
    await send(stateChange(idOf(1), 'running', -25));
    expect(addresses('shop')).toEqual([publicNameOf(99)]);
    expect(entryOf('shop')?.instances[0]?.launchedAt).toBe(NOW + 20);
  });

  test('F28: an address that moves from one instance to another moves in both routes', async () => {
    const networkInterfaceId = 'eni-0abc1230000000011';
    const two = (more: object) => app(2, 'two', { interfaces: [networkInterfaceId], ...more });
    const { send, become, sweep, addresses } = await updaterStand(app(1, 'one'), two({}));
    await sweep();
    become(app(1, 'one', { publicName: publicNameOf(77) }), two({ publicName: publicNameOf(1) }));
    await send(interfaceCall('AssociateAddress', { networkInterfaceId }));
    expect([addresses('one'), addresses('two')]).toEqual([[publicNameOf(77)], [publicNameOf(1)]]);
    expect(parseFleetEvent(fixture('disassociate-address'), HOME)).toMatchObject({ scope: 'fleet' });
  });

  test('F28: an address that moves to an interface without an instance leaves the route', async () => {
    const { send, become, sweep, addresses } = await updaterStand(app(1, 'one'), app(2, 'two'));
    await sweep();
    become(app(1, 'one', { publicName: publicNameOf(77) }), app(2, 'two'));
    await send(interfaceCall('AssociateAddress', { networkInterfaceId: 'eni-0abc1230000000011' }));
    expect(addresses('one')).toEqual([publicNameOf(77)]);
  });

  test('F28: an IPv6 address that moves from one instance to another moves in both routes', async () => {
    const [mine, yours] = ['eni-0abc1230000000011', 'eni-0abc1230000000012'];
    const address = ipv6('2hk8x-t005r-utebn-ciuf0-tcxfs.us-east-1.ip.aws');
    const nameless = { publicName: null };
    const one = (more: object) => app(1, 'one', { interfaces: [mine], ...more });
    const two = (more: object) => app(2, 'two', { interfaces: [yours], ...more });
    const { send, become, sweep, addresses } = await updaterStand(one({ address }), two(nameless));
    await sweep();
    expect([addresses('one'), addresses('two')]).toEqual([[address.name], []]);
    become(one(nameless), two({ address }));
    await send(interfaceCall('UnassignIpv6Addresses', { networkInterfaceId: mine }));
    expect(addresses('one')).toEqual([]);
    await send(interfaceCall('AssignIpv6Addresses', { networkInterfaceId: yours }));
    expect([addresses('one'), addresses('two')]).toEqual([[], [address.name]]);
  });

  test('F29: the address of an instance that hibernates, or moves to other hardware, follows its states', async () => {
    const { sweep, become, states, addresses } = await updaterStand(app(1, 'shop'));
    await sweep();
    become(app(1, 'shop', { state: 'stopped' }));
    await sweep();
    expect(states()).toEqual({ shop: 'asleep' });
    become(app(1, 'shop', { publicName: publicNameOf(5), launchedAt: NOW }));
    await sweep();
    expect(addresses('shop')).toEqual([publicNameOf(5)]);
  });

  test('F30: an address survives a reboot, which is not a hint', async () => {
    const { send, sweep, fleet, addresses } = await updaterStand(app(1, 'shop'));
    await sweep();
    await send(fixture('reboot-instances'));
    expect(addresses('shop')).toEqual([publicNameOf(1)]);
    expect(fleet.calls.list).toBe(1);
  });

  test('F31: an instance with a public IPv6 address alone is reached over IPv6, at its start and without a wait', async () => {
    const only = { publicName: null, isIpv6Only: true, ipv6: ipv6Of(1) };
    const { send, become, sweep, clock, states, addresses, problems } = await updaterStand(
      app(1, 'six', { ...only, state: 'pending' }),
      app(2, 'shop'),
    );
    await sweep();
    expect(states()).toEqual({ six: 'starting', shop: 'live' });
    become(app(1, 'six', { ...only, launchedAt: NOW - 5 }), app(2, 'shop'));
    await send(stateChange(idOf(1), 'running', 0));
    expect(addresses('six')).toEqual([ipv6Of(1).name]);
    expect([clock.waits, problems()]).toEqual([[], []]);
  });

  test('F31: an instance with both kinds of address is reached over IPv4, also while EC2 does not show that yet', async () => {
    const both = { ipv6: ipv6Of(1), launchedAt: NOW - 20 };
    const { send, fleet, addresses } = await updaterStand(app(1, 'shop', { ...both, publicName: null }));
    fleet.after = () => {
      fleet.instances = [instance(app(1, 'shop', both))];
    };
    await send(stateChange(idOf(1), 'running', 0));
    expect(addresses('shop')).toEqual([publicNameOf(1)]);
  });

  test.each([
    ['is not public', 'not-public', /not public, such as unique local ones/],
    ['belongs to another network interface', 'other-interface', /not on its primary network interface/],
  ] as const)(
    'F31: an IPv6 address that the edge cannot use is a problem, and hurts no other app (it %s)',
    async (_what, six, problem) => {
      const { sweep, states, problems } = await updaterStand(
        app(1, 'six', { publicName: null, ipv6: six }),
        app(2, 'shop'),
      );
      await sweep();
      expect(states()).toEqual({ six: 'starting', shop: 'live' });
      expect(problems()).toEqual([expect.stringMatching(problem)]);
    },
  );

  test('F31: an instance leaves the store while it is stopped, though it keeps its IPv6 address', async () => {
    const six = { publicName: null, isIpv6Only: true, ipv6: ipv6Of(1) };
    const { send, become, sweep, clock, states, addresses } = await updaterStand(app(1, 'shop', six));
    await sweep();
    expect(addresses('shop')).toEqual([ipv6Of(1).name]);
    become(app(1, 'shop', { ...six, state: 'stopping' }));
    await send(stateChange(idOf(1), 'stopping', 0));
    expect([states(), addresses('shop')]).toEqual([{ shop: 'asleep' }, []]);
    clock.advance(30_000);
    become(app(1, 'shop', { ...six, launchedAt: NOW + 20 }));
    await send(stateChange(idOf(1), 'running', -25));
    expect(addresses('shop')).toEqual([ipv6Of(1).name]);
  });

  test('F31: a tag moves an instance to its IPv6 address and back', async () => {
    const both = (tag: object) => app(1, 'shop', { ipv6: ipv6Of(1), tags: { 'proxy:host': 'shop', ...tag } });
    const { send, become, sweep, addresses, problems } = await updaterStand(both({}));
    await sweep();
    expect(addresses('shop')).toEqual([publicNameOf(1)]);
    become(both({ 'proxy:address': 'ipv6' }));
    await send(apiCall('CreateTags', idOf(1)));
    expect(addresses('shop')).toEqual([ipv6Of(1).name]);
    become(both({ 'proxy:address': 'IPv6' }));
    await send(apiCall('CreateTags', idOf(1)));
    expect(addresses('shop')).toEqual([]);
    expect(problems()).toContainEqual(expect.stringContaining('expected `ipv4` or `ipv6`'));
    become(both({}));
    await send(apiCall('DeleteTags', idOf(1)));
    expect(addresses('shop')).toEqual([publicNameOf(1)]);
  });

  test('a member of a group loses its address alone, and the others go on serving', async () => {
    const { send, become, sweep, addresses } = await updaterStand(member(1, 'shop'), member(2, 'shop'));
    await sweep();
    become(member(1, 'shop', { state: 'stopping' }), member(2, 'shop'));
    await send(apiCall('StopInstances', idOf(1)));
    expect(addresses('shop')).toEqual([publicNameOf(2)]);
  });
});
