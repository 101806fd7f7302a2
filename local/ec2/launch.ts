import { randomBytes } from 'node:crypto';
import type { Milliseconds } from '../../core/wire/brands.ts';
import { privateAddressAt } from './addresses.ts';
import { Ec2Error, invalidValue } from './api/ec2-error.ts';
import { withTags } from './instance-tags.ts';
import type { LaunchRequest, LocalInstance } from './local-instance.ts';

/** What a launch gets when it names no instance type. EC2's own is older. */
const INSTANCE_TYPE = 't3.micro';

/** Instances one call may launch: a slip of the keyboard must not fill the memory. EC2's quota is in vCPUs. */
const LAUNCH_LIMIT = 5_000;

/**
 * The instances that a launch makes, still pending, as of `now`. `sequence` is the
 * first one's. Throws an Ec2Error for counts or tags that EC2 refuses.
 */
export function createInstances(launch: LaunchRequest, sequence: number, now: Milliseconds): LocalInstance[] {
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
  const shared = {
    reservationId: newId('r'),
    imageId: launch.imageId,
    instanceType: launch.instanceType ?? INSTANCE_TYPE,
    clientToken: launch.clientToken,
    state: 'pending',
    stateReason: undefined,
    launchedAt: now - (now % 1_000),
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
    privateAddress: privateAddressAt(sequence + launchIndex),
  }));
}

/** A prefix and 17 hexadecimal digits, as all ids of EC2 since 2016. */
function newId(prefix: string): string {
  return `${prefix}-${randomBytes(9).toString('hex').slice(0, 17)}`;
}
