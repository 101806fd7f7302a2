import { isAwaitingAddress } from '../../core/ec2/awaited-address.ts';
import type { FleetEvent } from '../../core/events/fleet-event.ts';
import { isWarning } from '../../core/events/fleet-facts.ts';
import type { Instance } from '../../core/instance.ts';
import { toSeconds } from '../../core/time.ts';
import type { InstanceId, InterfaceId, Milliseconds, Seconds } from '../../core/wire/brands.ts';
import type { FleetView } from './fleet-view.ts';

/** The instances that the last complete run read and acted on. It tells which later hints need no run of their own. */
export interface Coverage extends Look {
  /** Later runs that read a part of the fleet: the last look at each of its instances and behind each interface. */
  later: ReadonlyMap<InstanceId | InterfaceId, Look>;
}

/** The instances that one run read. */
interface Look {
  /** When that run began. */
  startedAt: Milliseconds;
  seen: ReadonlyMap<InstanceId, Instance>;
  /** Instances that are dead by an event, against EC2's listing; a later event may lift that. */
  believedDead: ReadonlySet<InstanceId>;
  /** Ids that were asked for: one that is not in `seen` did not exist. */
  asked: ReadonlySet<InstanceId>;
}

/** Longest time from a launch to the notice that the instance runs. If more time has passed, the notice belongs to another start. */
const BOOT_SECONDS: Seconds = 60;

/** Time after which EC2's listings show the change that an event reports: EC2 is eventually consistent. */
export const LAG_MS: Milliseconds = 5_000;

type Seen = Pick<FleetView, 'instances' | 'asked' | 'believedDead'>;

/** The coverage of a run that read the whole fleet. */
export function coverageOf(view: Seen, startedAt: Milliseconds): Coverage {
  return { ...lookOf(view, startedAt), later: new Map() };
}

/** The reading of a part of the fleet. */
interface SeenPart extends Seen {
  /** The interfaces behind which it looked. */
  interfaces: { keys(): Iterable<InterfaceId> };
}

/** The coverage after one more run, which read only the instances that it asked for. */
export function extendCoverage(coverage: Coverage, view: SeenPart, startedAt: Milliseconds): Coverage {
  const look = lookOf(view, startedAt);
  const read = [...view.asked, ...view.interfaces.keys()];
  return { ...coverage, later: new Map([...coverage.later, ...read.map((id) => [id, look] as const)]) };
}

function lookOf({ instances, asked, believedDead }: Seen, startedAt: Milliseconds): Look {
  const seen = new Map(instances.map((instance) => [instance.id, instance]));
  return { startedAt, seen, believedDead, asked };
}

/**
 * Whether a run has already answered a hint, because a hint only makes the updater read the fleet. So a storm of events costs
 * one run, and late events from CloudTrail cost nothing.
 *
 * A state change is answered if the run read its instance in that state, or began so long after the event that EC2 showed the
 * change. A start is answered only if the run read the life that began with it: within the same second it may have read the
 * life before. A reported death is answered only if the run read it.
 */
export function isCovered(event: FleetEvent, coverage: Coverage): boolean {
  // No listing shows a warning.
  if (event.verdict !== 'hint' || event.kind === 'schedule' || event.kind === 'manual' || isWarning(event))
    return false;
  const time: Milliseconds = Date.parse(event.time ?? '');
  const isCoveredBy = (look: Look, id?: InstanceId) => {
    if (!(time <= look.startedAt)) return false;
    const isLater = look.startedAt - time >= LAG_MS;
    if (event.kind !== 'state-change' || id === undefined) return isLater;
    return isChangeCovered({ state: event.name, at: toSeconds(time), isLater }, look, id);
  };
  if (event.scope !== 'ids') return isCoveredBy(coverage);
  const lastLook = (id: InstanceId | InterfaceId) => coverage.later.get(id) ?? coverage;
  const { ids, interfaces = [] } = event;
  return (
    ids.every((id) => isCoveredBy(lastLook(id), id)) && interfaces.every((id) => isCoveredBy(lastLook(id)))
  );
}

/** A state change that an event reports. */
interface Change {
  state: string;
  at: Seconds;
  /** The run began so long after the event that EC2 showed the change. */
  isLater: boolean;
}

/** Most events that later runs still answer. */
const MOST_UNANSWERED = 50;

/** Time between an event and a run after which EC2 no longer lags. A reading that still contradicts the event is right. */
const UNANSWERED_MS: Milliseconds = 60_000;

/** Events that a run may have read too early: EC2 shows their changes only some seconds later. The latest of them. */
export function findUnanswered(
  events: readonly FleetEvent[],
  coverage: Coverage,
  now: Milliseconds,
): readonly FleetEvent[] {
  const isOpen = (event: FleetEvent) =>
    event.scope === 'ids' &&
    Math.abs(now - Date.parse(event.time ?? '')) < UNANSWERED_MS &&
    !isWarning(event) &&
    !isCovered(event, coverage);
  return events.filter(isOpen).slice(-MOST_UNANSWERED);
}

function isChangeCovered({ state, at, isLater }: Change, look: Look, id: InstanceId): boolean {
  const instance = look.seen.get(id);
  if (instance === undefined) return isLater && look.asked.has(id);
  const { launchedAt } = instance;
  const isThisLife = at - launchedAt < BOOT_SECONDS;
  switch (state) {
    case 'pending':
      return isLater || isThisLife;
    case 'running':
      if (look.believedDead.has(id)) return false;
      return isLater || (isThisLife && instance.state === 'running' && !isAwaitingAddress(instance));
    case 'stopping':
    case 'stopped':
      // It was started again since, or has stopped or ended.
      return launchedAt > at || (instance.state !== 'running' && instance.state !== 'pending');
    default:
      return launchedAt > at || instance.state === 'shutting-down' || instance.state === 'terminated';
  }
}
