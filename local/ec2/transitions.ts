import type { InstanceState } from '../../core/instance.ts';
import { Ec2Error } from './api/ec2-error.ts';
import type { LocalInstance, StateChange } from './local-instance.ts';

/** EC2's number of each state (API reference, InstanceState; the low byte). */
export const STATE_CODES = {
  pending: 0,
  running: 16,
  'shutting-down': 32,
  terminated: 48,
  stopping: 64,
  stopped: 80,
} as const satisfies Record<InstanceState, number>;

/** What a person can ask of an instance that exists. */
export type LifecycleCall = 'start' | 'stop' | 'terminate';

/**
 * The state right after a call, by the state before it. The same state twice is EC2's no-op success;
 * where a state is absent EC2 answers IncorrectInstanceState. A stopped instance has nothing to shut down.
 */
const NEXT = {
  start: { pending: 'pending', running: 'running', stopped: 'pending' },
  stop: { running: 'stopping', stopping: 'stopping', stopped: 'stopped' },
  terminate: {
    pending: 'shutting-down',
    running: 'shutting-down',
    stopping: 'shutting-down',
    stopped: 'terminated',
    'shutting-down': 'shutting-down',
    terminated: 'terminated',
  },
} as const satisfies Record<LifecycleCall, Partial<Record<InstanceState, InstanceState>>>;

/** What the call makes of an instance. Throws IncorrectInstanceState where EC2 refuses. */
export function planStateChange(verb: LifecycleCall, { id, state }: LocalInstance): StateChange {
  const row: Partial<Record<InstanceState, InstanceState>> = NEXT[verb];
  const current = row[state];
  if (current !== undefined) return { instanceId: id, previous: state, current };
  const participle = { start: 'started', stop: 'stopped', terminate: 'terminated' }[verb];
  throw new Ec2Error(
    'IncorrectInstanceState',
    `The instance '${id}' is not in a state from which it can be ${participle}: it is ${state}.`,
  );
}
