import type { InstanceState } from '../../core/instance.ts';
import { Ec2Error } from './api/ec2-error.ts';
import type { LocalInstance, StateChange } from './local-instance.ts';

/** EC2's number of each state (API reference, InstanceState, low byte). */
export const STATE_CODES = {
  pending: 0,
  running: 16,
  'shutting-down': 32,
  terminated: 48,
  stopping: 64,
  stopped: 80,
} as const satisfies Record<InstanceState, number>;

/** The calls that change the state of an instance. */
export type LifecycleCall = 'start' | 'stop' | 'terminate';

/**
 * The state directly after a call, by the state before it. The same state means success without a change. EC2 answers
 * IncorrectInstanceState for an absent state. A stopped instance terminates at once.
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

/** The state change that a call causes. Throws IncorrectInstanceState if EC2 refuses. */
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
