import { randomBytes } from 'node:crypto';
import type { Milliseconds } from '../../core/wire/brands.ts';
import { privateAddressAt } from './addresses.ts';
import { Ec2Error, invalidValue } from './api/ec2-error.ts';
import { withTags } from './instance-tags.ts';
import { IPV6_SUBNET } from './interfaces.ts';
import type { LaunchRequest, LocalInstance } from './local-instance.ts';

/** The default instance type. EC2's own default is older. */
const INSTANCE_TYPE = 't3.micro';

/** The most instances of one call, so that a typo does not fill the memory. EC2's quota counts vCPUs. */
const LAUNCH_LIMIT = 5_000;

/**
 * Creates the pending instances of a launch, numbered from `sequence`. Throws an Ec2Error for counts or tags that EC2 refuses.
 *
 * @param chooseIpv6 this many addresses
 */
export function createInstances(
  launch: LaunchRequest,
  sequence: number,
  now: Milliseconds,
  chooseIpv6: (count: number) => string[] = noIpv6,
): LocalInstance[] {
  const { minCount, maxCount, tagSpecifications = [] } = launch;
  if (!(minCount >= 1)) throw invalidValue('minCount', minCount, 'Expecting at least 1.');
  if (!(maxCount >= minCount)) throw invalidValue('maxCount', maxCount, 'Expecting at least minCount.');
  if (maxCount > LAUNCH_LIMIT) {
    throw new Ec2Error(
      'InstanceLimitExceeded',
      `You have requested more instances (${maxCount}) than your current instance limit of ${LAUNCH_LIMIT} allows.`,
    );
  }
  const given = tagSpecifications.filter(({ resourceType }) => resourceType === 'instance');
  const isIpv6Only = launch.subnetId === IPV6_SUBNET;
  if (isIpv6Only && launch.associatePublicIpAddress) {
    throw new Ec2Error(
      'InvalidParameterCombination',
      `The subnet ${IPV6_SUBNET} has no IPv4 addresses, so associatePublicIpAddress cannot be used.`,
    );
  }
  const ipv6Count = launch.ipv6AddressCount ?? (isIpv6Only ? 1 : 0);
  const shared = {
    reservationId: newId('r'),
    imageId: launch.imageId,
    instanceType: launch.instanceType ?? INSTANCE_TYPE,
    clientToken: launch.clientToken,
    state: 'pending',
    stateReason: undefined,
    launchedAt: now - (now % 1_000),
    isIpv6Only,
    hasPublicIpv4: !isIpv6Only && launch.associatePublicIpAddress !== false,
    publicAddress: undefined,
    tags: withTags(
      new Map(),
      given.flatMap((specification) => specification.tags),
    ),
  } as const;
  return Array.from({ length: maxCount }, (_, launchIndex) => ({
    ...shared,
    id: newId('i'),
    sequence: sequence + launchIndex,
    launchIndex,
    interfaceId: newId('eni'),
    privateAddress: privateAddressAt(sequence + launchIndex),
    ipv6: ipv6Count === 0 ? [] : chooseIpv6(ipv6Count),
  }));
}

function noIpv6(): never {
  throw new Ec2Error('InvalidParameterValue', 'This subnet has no IPv6 addresses.');
}

/** A prefix and 17 hexadecimal digits, as in all EC2 ids since 2016. */
function newId(prefix: string): string {
  return `${prefix}-${randomBytes(9).toString('hex').slice(0, 17)}`;
}
