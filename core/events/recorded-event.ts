import { instanceId } from '../instance.ts';
import {
  anyText,
  flag,
  instant,
  listOf,
  objectWith,
  oneOf,
  optional,
  type Schema,
  text,
  variantOf,
} from '../schema.ts';
import { DEATHS, EVENT_KINDS } from './event-reading.ts';
import type { FleetEvent } from './fleet-event.ts';
import { interfaceId } from './named-ids.ts';

type Verdict = FleetEvent['verdict'];
type Read<V extends Verdict> = Extract<FleetEvent, { verdict: V }>;

const WHAT = {
  ...{ kind: oneOf(...EVENT_KINDS), name: anyText, failed: flag, ids: listOf(instanceId) },
  interfaces: optional(listOf(interfaceId)),
};
const WHENCE = {
  uid: optional(text),
  time: optional(instant),
  account: optional(text),
  region: optional(text),
  actor: optional(text),
  replay: optional(text),
};
const NOTHING_TO_DO = { scope: oneOf('none'), reason: anyText };

/** An event as the journal's records hold it. */
export const recordedEvent: Schema<FleetEvent> = variantOf<FleetEvent, Verdict>('verdict', {
  hint: objectWith<Read<'hint'>>({
    ...{ ...WHAT, ...WHENCE, verdict: oneOf('hint'), scope: oneOf('ids', 'fleet') },
    death: optional(oneOf(...DEATHS)),
    confirms: optional(oneOf('removals')),
    reason: optional(anyText),
  }),
  ignored: objectWith<Read<'ignored'>>({ ...WHAT, ...WHENCE, ...NOTHING_TO_DO, verdict: oneOf('ignored') }),
  quarantined: objectWith<Read<'quarantined'>>({
    ...{ ...WHAT, ...WHENCE, ...NOTHING_TO_DO, verdict: oneOf('quarantined') },
  }),
});
