import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { publicIpv6NameOf } from '../../local/ec2/addresses.ts';
import { IPV6_SUBNET } from '../../local/ec2/interfaces.ts';
import type { LaunchRequest } from '../../local/ec2/local-instance.ts';
import { originsOf, startTestCloud, type TestCloud } from '../support/stands/test-cloud.ts';

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await startTestCloud();
});
afterAll(() => cloud.dispose());

/** Launches the hello app under a name; resolves once it is routed. */
async function launch(host: string, network: Partial<LaunchRequest>, tags: Record<string, string> = {}) {
  const all = Object.entries({ 'proxy:host': host, ...tags }).map(([key, value]) => ({ key, value }));
  const [launched] = cloud.fleet.runInstances({
    ...{ imageId: 'ami-hello', minCount: 1, maxCount: 1 },
    tagSpecifications: [{ resourceType: 'instance', tags: all }],
    ...network,
  });
  await cloud.settled();
  const found = cloud.fleet.list().find(({ id }) => id === launched?.id);
  if (found === undefined) throw new Error('the fleet does not list the instance');
  return found;
}

/** The instance that answers for a hostname, or the status. */
async function whoAnswers(host: string): Promise<string> {
  const { status, body } = await cloud.ask(`${host}.localhost`, '/whoami');
  return status === 200 ? JSON.parse(body.toString()).instanceId : `${status}`;
}

async function codesShown(id: string): Promise<string[]> {
  const file = JSON.parse((await cloud.ask('localhost', '/_proxy/routes.json')).body.toString());
  const own = file.problems.filter(({ instance }: { instance: string }) => instance === id);
  return own.map(({ code }: { code: string }) => code);
}

describe('an app without any IPv4 address', () => {
  test('is served through the edge, and keeps its address over a stop and a start', async () => {
    const { id, ipv6, publicAddress } = await launch('six', { subnetId: IPV6_SUBNET });
    expect([publicAddress, ipv6]).toEqual([undefined, [expect.stringMatching(/^2001:db8::/)]]);
    const name = publicIpv6NameOf(ipv6[0] ?? '');
    expect(await whoAnswers('six')).toBe(id);
    expect(originsOf(cloud, 'six.localhost')).toEqual([name]);
    cloud.fleet.stopInstances([id]);
    await cloud.settled();
    expect(await whoAnswers('six')).toBe('503');
    cloud.fleet.startInstances([id]);
    await cloud.settled();
    expect(await whoAnswers('six')).toBe(id);
    expect(originsOf(cloud, 'six.localhost')).toEqual([name]);
  });

  test('follows its address, which a call takes away and another gives back', async () => {
    const { id, ipv6, interfaceId } = await launch('mover', { subnetId: IPV6_SUBNET });
    cloud.fleet.unassignIpv6Addresses(interfaceId, ipv6);
    await cloud.settled();
    expect(await whoAnswers('mover')).toBe('503');
    expect(originsOf(cloud, 'mover.localhost')).toEqual([]);
    const [given = ''] = cloud.fleet.assignIpv6Addresses(interfaceId, { count: 1 });
    await cloud.settled();
    expect(given).not.toBe(ipv6[0]);
    expect(await whoAnswers('mover')).toBe(id);
    expect(originsOf(cloud, 'mover.localhost')).toEqual([publicIpv6NameOf(given)]);
  });
});

describe('an app with both families', () => {
  test('is reached over IPv4 until its tag asks for IPv6', async () => {
    const { id, ipv6 } = await launch('both', { ipv6AddressCount: 1 });
    expect(originsOf(cloud, 'both.localhost')).toEqual([expect.stringMatching(/^ec2-/)]);
    cloud.fleet.createTags([id], [{ key: 'proxy:address', value: 'ipv6' }]);
    await cloud.settled();
    expect(originsOf(cloud, 'both.localhost')).toEqual([publicIpv6NameOf(ipv6[0] ?? '')]);
    expect(await whoAnswers('both')).toBe(id);
  });

  test('and no public IPv4 address is reached over IPv6', async () => {
    const { id, ipv6 } = await launch('private', { ipv6AddressCount: 1, associatePublicIpAddress: false });
    expect(originsOf(cloud, 'private.localhost')).toEqual([publicIpv6NameOf(ipv6[0] ?? '')]);
    expect([await whoAnswers('private'), await codesShown(id)]).toEqual([id, []]);
  });
});

test('an address that moves to another app leaves the first one without an origin', async () => {
  const first = await launch('first', { subnetId: IPV6_SUBNET });
  const second = await launch('second', { associatePublicIpAddress: false });
  expect(await whoAnswers('second')).toBe('503');
  cloud.fleet.unassignIpv6Addresses(first.interfaceId, first.ipv6);
  cloud.fleet.assignIpv6Addresses(second.interfaceId, { addresses: first.ipv6 });
  await cloud.settled();
  expect([await whoAnswers('first'), await whoAnswers('second')]).toEqual(['503', second.id]);
  expect(originsOf(cloud, 'first.localhost')).toEqual([]);
});
