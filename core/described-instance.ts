import { INSTANCE_STATES, type Instance, type InstanceState } from './instance.ts';
import { toSeconds } from './time.ts';
import type { Seconds } from './wire/brands.ts';

/** The members that we use of an instance in the answer of DescribeInstances, from the SDK or from `aws ec2`. */
export interface DescribedInstance {
  InstanceId?: string | undefined;
  State?: { Name?: string | undefined } | undefined;
  LaunchTime?: Date | string | undefined;
  PublicDnsName?: string | undefined;
  VpcId?: string | undefined;
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
  const { InstanceId: id, State, LaunchTime, PublicDnsName, VpcId, Tags } = described;
  const state = State?.Name;
  if (id === undefined || !isState(state)) return undefined;
  return {
    id,
    state,
    launchedAt: parseLaunchTime(LaunchTime),
    account,
    region,
    tags: Object.fromEntries((Tags ?? []).map((tag) => [tag.Key ?? '', tag.Value ?? ''])),
    // EC2 writes '' for no name.
    ...(PublicDnsName ? { address: { via: 'ipv4' as const, name: PublicDnsName.toLowerCase() } } : {}),
    ...(VpcId === undefined ? {} : { vpc: VpcId }),
  };
}

function isState(name: string | undefined): name is InstanceState {
  return INSTANCE_STATES.some((state) => state === name);
}

/** 0 for a missing or invalid time: the instance then sorts oldest and its leases have ended. */
function parseLaunchTime(time: Date | string | undefined): Seconds {
  const milliseconds = time === undefined ? 0 : new Date(time).getTime();
  return milliseconds > 0 ? toSeconds(milliseconds) : 0;
}
