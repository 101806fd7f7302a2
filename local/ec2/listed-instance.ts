import { INSTANCE_STATES, type InstanceState, instanceId } from '../../core/instance.ts';
import { anyText, flag, mapOf, number, objectWith, oneOf, optional, type Schema } from '../../core/schema.ts';
import type { InstanceId, Milliseconds } from '../../core/wire/brands.ts';
import type { LocalInstance, StateReason } from './local-instance.ts';

/** The facts about an instance that the CLI needs. It asks for them as JSON, since loading the SDK takes half a second. */
export interface ListedInstance {
  id: InstanceId;
  state: InstanceState;
  stateReason?: StateReason | undefined;
  launchedAt: Milliseconds;
  isIpv6Only: boolean;
  tags: ReadonlyMap<string, string>;
}

/** The schema of a listed instance. */
export const LISTED_INSTANCE: Schema<ListedInstance> = objectWith<ListedInstance>({
  id: instanceId,
  state: oneOf(...INSTANCE_STATES),
  stateReason: optional(objectWith<StateReason>({ code: anyText, message: anyText })),
  launchedAt: number,
  isIpv6Only: flag,
  tags: mapOf(anyText),
});

/** The same facts as JSON. */
export function printListedInstance(instance: LocalInstance) {
  const { id, state, stateReason, launchedAt, isIpv6Only, tags } = instance;
  return { id, state, stateReason, launchedAt, isIpv6Only, tags: Object.fromEntries(tags) };
}
