import type { XmlElements } from '../../xml.ts';
import { privateNameOf, publicNameOf, REGION } from '../addresses.ts';
import { ACCOUNT } from '../cloudtrail.ts';
import { attachmentIdOf } from '../interfaces.ts';
import type { LocalInstance, StateChange } from '../local-instance.ts';
import { STATE_CODES } from '../transitions.ts';
import type { DescribePage } from './ec2-describe.ts';

/** The answer of DescribeInstances: instances grouped by reservation. */
export function describeAnswer({ instances, nextToken }: DescribePage): XmlElements {
  const reservations = new Map<string, Readonly<LocalInstance>[]>();
  for (const instance of instances) {
    const members = reservations.get(instance.reservationId) ?? [];
    members.push(instance);
    reservations.set(instance.reservationId, members);
  }
  return { reservationSet: { item: [...reservations.values()].map(reservationAnswer) }, nextToken };
}

/** The answer of RunInstances: one reservation. */
export function reservationAnswer(instances: readonly Readonly<LocalInstance>[]): XmlElements {
  return {
    reservationId: instances[0]?.reservationId,
    ownerId: ACCOUNT,
    instancesSet: { item: instances.map(instanceItem) },
  };
}

/** The answer of a start, stop or terminate call. */
export function changesAnswer(changes: readonly StateChange[]): XmlElements {
  const item = changes.map(({ instanceId, current, previous }) => ({
    instanceId,
    currentState: stateElement(current),
    previousState: stateElement(previous),
  }));
  return { instancesSet: { item } };
}

/** An absent name is an empty element. An absent address or tag set is omitted. */
function instanceItem(instance: LocalInstance): XmlElements {
  const { publicAddress, stateReason } = instance;
  const tags = [...instance.tags].map(([key, value]) => ({ key, value }));
  return {
    instanceId: instance.id,
    imageId: instance.imageId,
    instanceState: stateElement(instance.state),
    privateDnsName: privateNameOf(instance.privateAddress),
    dnsName: publicAddress === undefined ? '' : publicNameOf(publicAddress),
    amiLaunchIndex: instance.launchIndex,
    instanceType: instance.instanceType,
    launchTime: new Date(instance.launchedAt).toISOString(),
    placement: { availabilityZone: `${REGION}a`, tenancy: 'default' },
    privateIpAddress: instance.isIpv6Only ? undefined : instance.privateAddress,
    ipAddress: publicAddress,
    ipv6Address: instance.ipv6[0],
    networkInterfaceSet: { item: instance.state === 'terminated' ? [] : interfaceItem(instance) },
    stateReason: stateReason && { ...stateReason },
    clientToken: instance.clientToken,
    tagSet: tags.length === 0 ? undefined : { item: tags },
  };
}

function interfaceItem({ interfaceId, privateAddress, isIpv6Only, ipv6 }: LocalInstance): XmlElements {
  return {
    networkInterfaceId: interfaceId,
    status: 'in-use',
    privateIpAddress: isIpv6Only ? undefined : privateAddress,
    attachment: { attachmentId: attachmentIdOf(interfaceId), deviceIndex: 0, status: 'attached' },
    ipv6AddressesSet: { item: ipv6.map((ipv6Address) => ({ ipv6Address, isPrimaryIpv6: false })) },
  };
}

function stateElement(name: LocalInstance['state']): XmlElements {
  return { code: STATE_CODES[name], name };
}
