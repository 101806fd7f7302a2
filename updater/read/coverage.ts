import type { FleetEvent } from '../../core/events/fleet-event.ts';
import { isWarning } from '../../core/events/fleet-facts.ts';
import type { InstanceState } from '../../core/instance.ts';
import { toSeconds } from '../../core/time.ts';
import type { InstanceId, Milliseconds, Seconds } from '../../core/wire/brands.ts';
import type { FleetView } from './fleet-view.ts';

/** What a complete look of this environment saw and acted on. */
export interface Coverage {
  /** When the run began. */
  startedAt: Milliseconds;
  seen: ReadonlyMap<InstanceId, CoveredInstance>;
  /** Ids that were asked for: who is not among the seen was not there. */
  asked: ReadonlySet<InstanceId>;
}

interface CoveredInstance {
  state: InstanceState;
  launchedAt: Seconds;
  hasName: boolean;
  /** Taken for dead because of an event, which a later one may lift. */
  isBelieved: boolean;
}

/** Time from an instance's launch to the notice that it runs, at most: one whose life is longer by then runs in another. */
const BOOT_SECONDS: Seconds = 60;

/** Time after which EC2's listings are taken to show what an event told: reads lag behind writes for a while. */
export const LAG_MS: Milliseconds = 5_000;

export function coverageOf({ instances, asked, believedDead }: FleetView, startedAt: Milliseconds): Coverage {
  const seen = instances.map(({ id, state, launchedAt, publicName }): [InstanceId, CoveredInstance] => [
    id,
    { state, launchedAt, hasName: publicName !== undefined, isBelieved: believedDead.has(id) },
  ]);
  return { startedAt, seen: new Map(seen), asked };
}

/**
 * True when a look has already answered a hint: all that the hint could do is make us look. That is how storms coalesce,
 * and how CloudTrail's late events cost nothing.
 *
 * A state change is answered when its instance was seen in that state, or when the look began so long after the event
 * that it can't have been behind. A start is answered only by a look that saw the life which began with it: within one
 * second a look may have seen the life before. A reported death is answered only by a look that saw it.
 */
export function isCovered(event: FleetEvent, coverage: Coverage): boolean {
  // A warning is a fact of its own, which no listing shows.
  if (event.verdict !== 'hint' || event.kind === 'schedule' || event.kind === 'manual' || isWarning(event))
    return false;
  const time: Milliseconds = Date.parse(event.time ?? '');
  if (!(time <= coverage.startedAt)) return false;
  const isLater = coverage.startedAt - time >= LAG_MS;
  if (event.kind !== 'state-change') return isLater;
  const change = { state: event.name, at: toSeconds(time), isLater };
  return event.ids.every((id) => isChangeCovered(change, coverage, id));
}

/** A state change that an event reports. */
interface Change {
  state: string;
  at: Seconds;
  /** The look began so long after it that EC2 showed it. */
  isLater: boolean;
}

function isChangeCovered({ state, at, isLater }: Change, { seen, asked }: Coverage, id: InstanceId): boolean {
  const instance = seen.get(id);
  if (instance === undefined) return isLater && asked.has(id);
  const { launchedAt, hasName, isBelieved } = instance;
  const isThisLife = at - launchedAt < BOOT_SECONDS;
  switch (state) {
    case 'pending':
      return isLater || isThisLife;
    case 'running':
      return !isBelieved && (isLater || (isThisLife && instance.state === 'running' && hasName));
    case 'stopping':
    case 'stopped':
      // Started again since, or gone further.
      return launchedAt > at || (instance.state !== 'running' && instance.state !== 'pending');
    default:
      return launchedAt > at || instance.state === 'shutting-down' || instance.state === 'terminated';
  }
}
