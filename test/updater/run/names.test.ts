import { describe, expect, test } from 'vitest';
import { encodeIpAwsName } from '../../../core/ec2/ip-aws.ts';
import { addressesIn } from '../../support/stands/memory.ts';
import { app, member, updaterStand } from '../../support/stands/updater-stand.ts';
import { idOf, publicNameOf } from '../../support/values/instances.ts';
import { apiCall, SWEEP, stateChange, tagChange } from '../../support/values/made-events.ts';

const nameOf = (n: number) => encodeIpAwsName({ ipv6: (0x20010db8n << 96n) | BigInt(n) }, 'us-east-1');
const six = (n: number) => ({ address: { via: 'ipv6', name: nameOf(n) } as const });
const codes = (problems: readonly { code: string }[] = []) => problems.map(({ code }) => code);

describe('a new IPv6 address', () => {
  test('is looked up once, and written in the same run', async () => {
    const stand = await updaterStand(app(1, 'shop', six(1)));
    await stand.sweep();
    expect(stand.addresses('shop')).toEqual([nameOf(1)]);
    expect(stand.decisions()).toHaveLength(1);
    expect(stand.store.calls.write).toBe(1);
    await stand.sweep();
    expect(stand.dns.asked).toEqual([nameOf(1)]);
    await stand.handle(stand.environment(), SWEEP);
    expect(stand.dns.asked).toEqual([nameOf(1), nameOf(1)]);
    expect(stand.fleet.calls.list).toBe(3);
  });

  test('is looked up by a run that reads a part of the fleet, too', async () => {
    const stand = await updaterStand(app(1, 'shop'), app(2, 'wiki', { state: 'pending', publicName: null }));
    await stand.sweep();
    stand.become(app(1, 'shop'), app(2, 'wiki', six(2)));
    await stand.send(stateChange(idOf(2), 'running', 0));
    expect(stand.addresses('wiki')).toEqual([nameOf(2)]);
    expect([stand.dns.asked, stand.fleet.calls.list]).toEqual([[nameOf(2)], 1]);
  });

  test('of an instance that was stopped needs no further look-up', async () => {
    const stand = await updaterStand(app(1, 'shop', six(1)));
    await stand.sweep();
    stand.become(app(1, 'shop', { ...six(1), state: 'stopped' }));
    await stand.sweep();
    expect(stand.states()).toEqual({ shop: 'asleep' });
    stand.become(app(1, 'shop', six(1)));
    await stand.sweep();
    expect(stand.addresses('shop')).toEqual([nameOf(1)]);
    expect(stand.dns.asked).toHaveLength(1);
  });

  test('delays neither a removal nor a change over IPv4', async () => {
    const stand = await updaterStand(
      app(1, 'shop'),
      app(2, 'wiki', six(2)),
      member(3, 'web'),
      member(4, 'web'),
    );
    await stand.sweep();
    stand.become(
      app(1, 'shop', { publicName: publicNameOf(77) }),
      app(2, 'wiki', { ...six(2), state: 'stopped' }),
      member(3, 'web', six(3)),
      member(4, 'web', { state: 'stopped' }),
    );
    const seen: unknown[] = [];
    stand.dns.answer = (name) => {
      seen.push(stand.addresses('shop'), stand.states()['wiki'], stand.addresses('web'));
      return addressesIn(name);
    };
    await stand.sweep();
    // The address of a member that moves leaves before its new name is looked up.
    expect(seen).toEqual([[publicNameOf(77)], 'asleep', []]);
    expect(stand.addresses('web')).toEqual([nameOf(3)]);
  });

  test('is not written if the instance has got an IPv4 name meanwhile, even after a lost race', async () => {
    const stand = await updaterStand(app(1, 'shop', six(1)));
    const parts = stand.environment();
    stand.dns.answer = (name) => {
      stand.become(app(1, 'shop'));
      stand.store.before = () => stand.store.put('other.dev.example.com', 'written by hand');
      return addressesIn(name);
    };
    await stand.handle(parts, stateChange(idOf(1), 'running', 0));
    expect(stand.addresses('shop')).toEqual([publicNameOf(1)]);
  });

  test('costs no write of its own before it is known', async () => {
    const stand = await updaterStand(app(1, 'shop', { state: 'pending', publicName: null }));
    await stand.sweep();
    expect([stand.states(), stand.store.calls.write]).toEqual([{ shop: 'starting' }, 1]);
    stand.become(app(1, 'shop', six(1)));
    await stand.sweep();
    expect([stand.states(), stand.store.calls.write]).toEqual([{ shop: 'live' }, 2]);
  });
});

test('a run that has taken 20 s leaves a new IPv6 address to the next one', async () => {
  const stand = await updaterStand(app(1, 'shop'), app(2, 'wiki', six(2)));
  stand.store.before = () => stand.clock.advance(20_000);
  await stand.sweep();
  expect([stand.states(), stand.dns.asked, stand.store.calls.write]).toEqual([{ shop: 'live' }, [], 1]);
  await stand.sweep();
  expect([stand.addresses('wiki'), stand.dns.asked]).toEqual([[nameOf(2)], [nameOf(2)]]);
});

test('a fleet with IPv4 names alone asks DNS for nothing', async () => {
  const stand = await updaterStand(app(1, 'shop'), app(2, 'wiki', { publicName: null }));
  await stand.sweep();
  await stand.send(tagChange(idOf(1)));
  expect(stand.dns.asked).toEqual([]);
});

describe('a name that does not exist', () => {
  test('is left out with a problem that names the settings of the VPC, and is looked up by each sweep', async () => {
    const stand = await updaterStand(app(1, 'shop', six(1)), app(2, 'wiki'));
    stand.dns.answer = () => 'absent';
    await stand.sweep();
    expect(stand.states()).toEqual({ shop: 'starting', wiki: 'live' });
    expect(stand.problems()).toEqual([
      `${idOf(1)} has no public DNS name that leads to its IPv6 address (${nameOf(1)}), so shop.dev.example.com is not sent to it; enable DNS support and DNS hostnames in its VPC; the next sweep looks again`,
    ]);
    await stand.send(tagChange(idOf(1)));
    await stand.send(apiCall('StartInstances', idOf(2)));
    expect(stand.dns.asked).toHaveLength(1);
    stand.dns.answer = addressesIn;
    await stand.sweep();
    expect([stand.addresses('shop'), stand.problems()]).toEqual([[nameOf(1)], []]);
    expect(stand.dns.asked).toHaveLength(2);
  });

  test('costs the other members of its group nothing', async () => {
    const stand = await updaterStand(member(1, 'web', six(1)), member(2, 'web', six(2)), member(3, 'web'));
    stand.dns.answer = (name) => (name === nameOf(1) ? 'absent' : addressesIn(name));
    await stand.sweep();
    expect(stand.addresses('web')).toEqual([nameOf(2), publicNameOf(3)]);
    expect(codes(stand.routes().problems)).toEqual(['name-unresolved']);
  });

  test('of an address that the entry has stays, because it was reached before', async () => {
    const stand = await updaterStand(app(1, 'shop', six(1)));
    await stand.sweep();
    stand.become(app(1, 'shop', { ...six(1), tags: { 'proxy:host': 'shop cart' } }));
    stand.dns.answer = () => 'absent';
    await stand.handle(stand.environment(), SWEEP);
    expect(stand.states()).toEqual({ shop: 'live', cart: 'starting' });
    expect(codes(stand.routes().problems)).toEqual(['name-unresolved', 'name-unresolved']);
  });
});

describe('a second IPv6 address of the primary interface', () => {
  test('does not replace the one that serves, until that one is gone', async () => {
    const stand = await updaterStand(app(1, 'shop', six(5)));
    await stand.sweep();
    stand.become(app(1, 'shop', { ...six(3), moreIpv6: [nameOf(5)] }));
    stand.dns.answer = () => 'absent';
    await stand.sweep();
    await stand.send(tagChange(idOf(1)));
    expect([stand.addresses('shop'), stand.store.calls.write]).toEqual([[nameOf(5)], 1]);
    stand.become(app(1, 'shop', six(3)));
    stand.dns.answer = addressesIn;
    await stand.sweep();
    expect(stand.addresses('shop')).toEqual([nameOf(3)]);
  });

  test('leaves the entry with the instance that has it now', async () => {
    const stand = await updaterStand(app(1, 'shop', six(5)), app(2, 'wiki'));
    await stand.sweep();
    stand.become(app(1, 'shop', { ...six(3), moreIpv6: [nameOf(5)] }), app(2, 'wiki'));
    await stand.sweep();
    stand.become(app(1, 'shop', six(3)), app(2, 'wiki', six(5)));
    await stand.send(tagChange(idOf(2)));
    expect([stand.addresses('shop'), stand.addresses('wiki')]).toEqual([[nameOf(3)], [nameOf(5)]]);
  });
});

describe('a name without an answer', () => {
  test('keeps its problem in another environment, which looks it up at its first sweep', async () => {
    const stand = await updaterStand(app(1, 'shop', six(1)));
    stand.dns.answer = () => 'no answer';
    await stand.sweep();
    stand.dns.answer = () => 'absent';
    await stand.handle(stand.environment(), SWEEP);
    expect(stand.addresses('shop')).toEqual([nameOf(1)]);
    expect(stand.problems()).toEqual([expect.stringContaining('shop.dev.example.com fails there')]);
  });

  test('is written, and its problem stays until a sweep gets an answer', async () => {
    const stand = await updaterStand(app(1, 'shop', six(1)));
    stand.dns.answer = () => 'no answer';
    await stand.sweep();
    const told = [
      `DNS did not answer whether ${nameOf(1)} of ${idOf(1)} exists; shop.dev.example.com is sent to it; if that fails, enable DNS support and DNS hostnames in its VPC; the next sweep asks again`,
    ];
    expect([stand.addresses('shop'), stand.problems()]).toEqual([[nameOf(1)], told]);
    await stand.sweep();
    expect([stand.addresses('shop'), stand.problems()]).toEqual([[nameOf(1)], told]);
    stand.dns.answer = addressesIn;
    await stand.sweep();
    expect([stand.addresses('shop'), stand.problems()]).toEqual([[nameOf(1)], []]);
    expect(stand.store.calls.write).toBe(1);
  });

  test('that turns out not to exist keeps its route, and the problem says so', async () => {
    const stand = await updaterStand(app(1, 'shop', six(1)));
    stand.dns.answer = () => 'no answer';
    await stand.sweep();
    stand.dns.answer = () => 'absent';
    await stand.sweep();
    expect(stand.addresses('shop')).toEqual([nameOf(1)]);
    expect(stand.problems()).toEqual([expect.stringContaining('shop.dev.example.com fails there')]);
  });
});
