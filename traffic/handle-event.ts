import { isString, type Json } from '../core/json.ts';
import { Fault, matching, objectWith, text } from '../core/schema.ts';
import { countLog, recountDay } from './count-log.ts';
import type { TrafficParts } from './ports.ts';

/** Parts of EventBridge's "Object Created" (S3 User Guide, "EventBridge event message structure"). The key is not encoded. */
const CREATED = objectWith({ detail: objectWith({ object: objectWith({ key: text }) }) });

/** Our own order to count a day again. */
const ORDER = objectWith({
  day: matching(
    (json): json is string => isString(json) && /^\d{4}-\d\d-\d\d$/.test(json),
    'a day such as 2026-11-30',
  ),
});

/** Thrown for an event that is neither of the two. */
export class UnknownEventError extends Error {
  override name = 'UnknownEventError';
}

/** Builds the function. */
export function makeHandler(parts: TrafficParts): (event: Json) => Promise<void> {
  return async (event) => {
    const created = CREATED(event);
    if (!(created instanceof Fault)) return countLog(created.detail.object.key, parts);
    const order = ORDER(event);
    if (!(order instanceof Fault)) return recountDay(order.day, parts);
    throw new UnknownEventError(
      `expected the event of a new object in the log bucket, or {"day":"2026-11-30"} to count a day again: ${order}`,
    );
  };
}
