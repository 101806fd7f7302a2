import type { FleetEvent } from '../../core/events/fleet-event.ts';
import { type Cause, describeCauses } from '../../core/journal/cause.ts';
import type { HistoryChange } from '../../core/journal/history-file.ts';
import type { Listed, Mark } from '../../core/journal/routes-file.ts';
import type { Hostname, InstanceId, Milliseconds } from '../../core/wire/brands.ts';
import type { DueHistories, Uncalled } from '../run/memory.ts';

/** A call precedes the notice of its effect by up to this time: an instance takes minutes to stop. */
const EFFECT_MS: Milliseconds = 600_000;

/** Times of events are whole seconds. */
const ROUNDING_MS: Milliseconds = 1_000;

/** Most changes whose caller may still become known. */
const MOST_UNCALLED = 1_000;

/** The changes of earlier runs whose caller is still not known, with those of a run. */
export function collectUncalled(before: Uncalled, changes: DueHistories): Uncalled {
  if (changes.size === 0) return before;
  const all = new Map(before);
  for (const [hostname, [change]] of changes) {
    all.delete(hostname);
    if (change && change.after.causes.length > 0 && change.after.causes[0]?.by === undefined)
      all.set(hostname, change);
  }
  return new Map([...all].slice(-MOST_UNCALLED));
}

/** News about earlier changes. */
export interface Amendment {
  list: Listed;
  changes: DueHistories;
  uncalled: Uncalled;
}

/**
 * CloudTrail reports a call seconds or minutes after EC2's notice of its effect, which names no caller. The call then becomes the
 * first cause of the change that the notice caused.
 */
export function amendCauses(list: Listed, uncalled: Uncalled, events: readonly FleetEvent[]): Amendment {
  const calls = events.filter(
    ({ kind, verdict, failed, actor, replay }) =>
      kind === 'api-call' && verdict === 'hint' && !failed && actor !== undefined && replay === undefined,
  );
  const marks = new Map<Hostname, Mark>();
  const changes = new Map<Hostname, HistoryChange[]>();
  for (const [hostname, change] of calls.length === 0 ? [] : uncalled) {
    const cause = findCall(calls, change);
    if (cause === undefined) continue;
    const { after } = change;
    changes.set(hostname, [{ ...change, after: { ...after, causes: [cause, ...after.causes] } }]);
    const mark = list.marks.get(hostname);
    // A later change of the entry may have another cause.
    if (mark?.cause && mark.cause.at === after.causes[0]?.at) marks.set(hostname, { ...mark, cause });
  }
  if (changes.size === 0) return { list, changes, uncalled };
  return {
    list: marks.size === 0 ? list : { ...list, marks: list.marks.with(marks, []) },
    changes,
    uncalled: new Map([...uncalled].filter(([hostname]) => !changes.has(hostname))),
  };
}

function findCall(calls: readonly FleetEvent[], { before, after }: HistoryChange): Cause | undefined {
  const involved = new Set<InstanceId>([...before.instances, ...after.instances]);
  const effectAt = Date.parse(after.causes[0]?.at ?? '');
  const [cause] = describeCauses(
    calls.filter(({ ids, time = '' }) => {
      const age = effectAt - Date.parse(time);
      return ids.some((id) => involved.has(id)) && age >= -ROUNDING_MS && age <= EFFECT_MS;
    }),
    effectAt,
  );
  return cause;
}
