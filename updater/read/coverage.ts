import type { FleetEvent } from '../../core/events/fleet-event.ts';
import { isWarning } from '../../core/events/fleet-facts.ts';
import type { InstanceState } from '../../core/instance.ts';
import type { FleetView } from './fleet-view.ts';

/** What a complete look of this environment saw and acted on. */
export interface Coverage {
  /** Epoch milliseconds at which it began. */
  at: number;
  seen: ReadonlyMap<string, CoveredInstance>;
  /** Ids that were asked for: who is not among the seen was not there. */
  asked: ReadonlySet<string>;
}

interface CoveredInstance {
  state: InstanceState;
  launchedAt: number;
  hasName: boolean;
  /** Taken for dead because of an event, which a later one may lift. */
  isBelieved: boolean;
}

/** Seconds from an instance's launch to the notice that it runs, at most: one whose life is longer by then runs in another. */
const BOOT_SECONDS = 60;

/** Milliseconds after which EC2's listings are taken to show what an event told: reads lag behind writes for a while. */
export const LAG_MS = 5_000;

export function coverageOf({ instances, asked, believedDead }: FleetView, at: number): Coverage {
  const glimpses = instances.map(({ id, state, launchedAt, publicName }): [string, CoveredInstance] => [
    id,
    { state, launchedAt, hasName: publicName !== undefined, isBelieved: believedDead.has(id) },
  ]);
  return { at, seen: new Map(glimpses), asked };
}

/**
 * True when a look has already answered a hint: all that the hint could do is make us look. That is how storms coalesce,
 * and how CloudTrail's late events cost nothing.
 *
 * A state change is answered when its instance was seen in that state, or when the look began so long after the event
 * that it can't have been behind. A start is answered only by a look that saw the life which began with it: within one
 * second a look may have seen the life before. A reported death is answered only by a look that saw it.
 */
export function isCovered(event: FleetEvent, look: Coverage): boolean {
  // A warning is a fact of its own, which no listing shows.
  if (event.verdict !== 'hint' || event.kind === 'schedule' || event.kind === 'manual' || isWarning(event))
    return false;
  const time = Date.parse(event.time ?? '');
  if (!(time <= look.at)) return false;
  const isLater = look.at - time >= LAG_MS;
  if (event.kind !== 'state-change') return isLater;
  return event.ids.every((id) => isAnswered(event.name, look, id, Math.floor(time / 1000), isLater));
}

function isAnswered(reported: string, look: Coverage, id: string, at: number, isLater: boolean): boolean {
  const glimpse = look.seen.get(id);
  if (glimpse === undefined) return isLater && look.asked.has(id);
  const { state, launchedAt, hasName, isBelieved } = glimpse;
  const isThisLife = at - launchedAt < BOOT_SECONDS;
  switch (reported) {
    case 'pending':
      return isLater || isThisLife;
    case 'running':
      return !isBelieved && (isLater || (isThisLife && state === 'running' && hasName));
    case 'stopping':
    case 'stopped':
      // Started again since, or gone further.
      return launchedAt > at || (state !== 'running' && state !== 'pending');
    default:
      return launchedAt > at || state === 'shutting-down' || state === 'terminated';
  }
}
