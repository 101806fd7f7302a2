import { isInstanceId } from '../../instance.ts';
import { HIDDEN } from '../../json.ts';
import type { Problem, TagChange } from '../../problem.ts';
import type { InstanceId } from '../../wire/brands.ts';

/** An instance and its region, if that is known. */
export interface MendedInstance {
  instance: InstanceId;
  region?: string;
}

/** A change of one instance that mends a problem. */
export type Mend = (TagChange & MendedInstance) | (MendedInstance & { start: true }) | { launch: string };

/** The instances of a list. */
export type KnownInstances = readonly { id: InstanceId; region?: string; closing?: readonly string[] }[];

/** The change that mends a problem. Undefined if none is known. */
export function findMend({ instance, mend }: Problem, instances: KnownInstances): Mend | undefined {
  if (mend === undefined || !isInstanceId(instance)) return undefined;
  // The list may be of another version.
  const text = `${mend.set?.key ?? ''}${mend.set?.value ?? ''}${mend.remove ?? ''}`;
  return HIDDEN.test(text) ? undefined : { ...locate(instance, instances), ...mend };
}

/** The instance with its region. */
export function locate(instance: InstanceId, instances: KnownInstances): MendedInstance {
  const region = instances.find(({ id }) => id === instance)?.region;
  return region === undefined ? { instance } : { instance, region };
}
