import type { FleetEvent } from '../../../core/events/fleet-event.ts';
import { collectHints, type Hints } from '../../../updater/read/hints.ts';
import { NOW } from './instances.ts';

/** The hints of a batch that names these instances without further facts; of a sweep if it names none. */
export function hinting(...ids: string[]): Hints {
  const event: FleetEvent =
    ids.length > 0
      ? { kind: 'fleet', name: 'launched', failed: false, ids, verdict: 'hint', scope: 'ids' }
      : { kind: 'schedule', name: 'Scheduled Event', failed: false, ids, verdict: 'hint', scope: 'fleet' };
  return collectHints([{ event, sentAt: NOW * 1000 }], NOW * 1000);
}
