import type { Address } from '../address.ts';
import { INSTANCE_STATES, type Instance, type InstanceState } from '../instance.ts';
import { addressKindOf } from '../tags/address-kind.ts';
import { toSeconds } from '../time.ts';
import type { Seconds } from '../wire/brands.ts';
import { type DescribedInterface, parseInterfaces } from './network-interfaces.ts';

/** The members that we use of an instance in the answer of DescribeInstances, from the SDK or from `aws ec2`. */
export interface DescribedInstance {
  InstanceId?: string | undefined;
  State?: { Name?: string | undefined } | undefined;
  LaunchTime?: Date | string | undefined;
  PublicDnsName?: string | undefined;
  PrivateIpAddress?: string | undefined;
  NetworkInterfaces?: readonly DescribedInterface[] | undefined;
  VpcId?: string | undefined;
  InstanceType?: string | undefined;
  Placement?: { AvailabilityZone?: string | undefined } | undefined;
  Tags?: readonly { Key?: string | undefined; Value?: string | undefined }[] | undefined;
}

export interface DescribedReservation {
  OwnerId?: string | undefined;
  Instances?: readonly DescribedInstance[] | undefined;
}

/** The instances in the reservations of one region. An instance without a known state is left out. */
export function parseReservations(reservations: readonly DescribedReservation[], region: string): Instance[] {
  return reservations.flatMap(({ OwnerId = '', Instances = [] }) =>
    Instances.flatMap((described) => parseInstance(described, OwnerId, region) ?? []),
  );
}

function parseInstance(described: DescribedInstance, account: string, region: string): Instance | undefined {
  const { InstanceId: id, State, LaunchTime, PublicDnsName, PrivateIpAddress, VpcId, Tags } = described;
  const { InstanceType: type, Placement: { AvailabilityZone: zone } = {} } = described;
  const state = State?.Name;
  if (id === undefined || !isState(state)) return undefined;
  const tags = Object.fromEntries((Tags ?? []).map((tag) => [tag.Key ?? '', tag.Value ?? '']));
  const network = parseInterfaces(described.NetworkInterfaces ?? [], region);
  const address = chooseAddress(tags, PublicDnsName, network.ipv6);
  return {
    id,
    state,
    launchedAt: parseLaunchTime(LaunchTime),
    account,
    region,
    tags,
    ...(address === undefined ? {} : { address }),
    ...network,
    ...(network.ipv6 === undefined || PrivateIpAddress ? {} : { isIpv6Only: true }),
    ...(VpcId === undefined ? {} : { vpc: VpcId }),
    ...(type ? { type } : {}),
    ...(zone ? { zone } : {}),
  };
}

/**
 * The address that the tag `proxy:address` asks for, by default IPv4 before IPv6: the security group and the app of an instance
 * that has both may admit only IPv4.
 *
 * @param name of the public IPv4 address; EC2 writes '' for none
 */
export function chooseAddress(
  tags: Instance['tags'],
  name: string | undefined,
  ipv6: Instance['ipv6'],
): Address | undefined {
  const kind = addressKindOf(tags);
  const four = name && kind !== 'ipv6' ? ({ via: 'ipv4', name: name.toLowerCase() } as const) : undefined;
  const six = typeof ipv6 === 'object' && kind !== 'ipv4' ? ipv6 : undefined;
  return four ?? six;
}

function isState(name: string | undefined): name is InstanceState {
  return INSTANCE_STATES.some((state) => state === name);
}

/** 0 for a missing or invalid time: the instance then sorts oldest and its leases have ended. */
function parseLaunchTime(time: Date | string | undefined): Seconds {
  const milliseconds = time === undefined ? 0 : new Date(time).getTime();
  return milliseconds > 0 ? toSeconds(milliseconds) : 0;
}
