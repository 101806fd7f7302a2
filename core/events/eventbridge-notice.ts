/**
 * Notices that come in an EventBridge envelope, each kind in its own spelling (EC2 and Auto Scaling User Guides).
 *
 * `source` counts: whoever may put events on a bus may write any detail-type, but no source that begins with `aws.`.
 */

import { asObject, elementsOf, type JsonObject, parseText, quoted } from '../json.ts';
import { readRecord } from './cloudtrail-record.ts';
import {
  DEATHS,
  ignored,
  ignoredReading,
  type Judgement,
  type NamedIds,
  namedIds,
  quarantined,
  type Reading,
  readingOf,
  type Subject,
  tagReadingOf,
  wholeFleet,
} from './event-reading.ts';

/** Reads an event by its `source` and `detail-type`. Total. */
export function readNotice(source: string, type: string, event: JsonObject): Reading {
  if (type === 'AWS API Call via CloudTrail' || type === 'AWS Service Event via CloudTrail') {
    return readRecord(asObject(event['detail']));
  }
  const subject: Subject = { kind: 'other', name: type, failed: type.endsWith('Unsuccessful') };
  const nameless = ignored(`${quoted(type)} names no instance`);
  switch (source) {
    case 'aws.ec2':
      return readEc2Notice(subject, event);
    case 'aws.tag':
      return readTagChange(subject, event);
    case 'aws.autoscaling':
      // A "terminate" action may be a return to the warm pool, and a failed launch names `""`: EC2 knows.
      return readingOf({ ...subject, kind: 'auto-scaling' }, idsIn(event), nameless);
    case 'aws.ec2fleet':
    case 'aws.ec2spotfleet':
      return readingOf({ ...subject, kind: 'fleet' }, idsIn(event), nameless);
    case 'aws.events':
    case 'aws.scheduler':
      return readingOf({ ...subject, kind: 'schedule' }, namedIds([]), wholeFleet());
    default:
      return unrelated(subject, source, event);
  }
}

function readEc2Notice(subject: Subject, event: JsonObject): Reading {
  const nameless = quarantined(`${quoted(subject.name)} names no instance`);
  switch (subject.name) {
    case 'EC2 Instance State-change Notification':
      return readStateChange(event, nameless);
    case 'EC2 Spot Instance Interruption Warning': {
      const action = parseText(asObject(event['detail'])['instance-action']) ?? 'unknown';
      return readingOf({ ...subject, kind: 'spot', name: `interruption:${action}` }, idsIn(event), nameless);
    }
    case 'EC2 Spot Instance Request Fulfillment':
      return readingOf({ ...subject, kind: 'spot' }, idsIn(event), nameless);
    case 'EC2 Instance Rebalance Recommendation':
      return ignoredReading(
        { ...subject, kind: 'spot' },
        idsIn(event),
        'only advice: the instance keeps running',
      );
    default:
      return unrelated(subject, 'aws.ec2', event);
  }
}

function readStateChange(event: JsonObject, nameless: Judgement): Reading {
  const state = parseText(asObject(event['detail'])['state']) ?? 'unknown';
  const reading = readingOf({ kind: 'state-change', name: state, failed: false }, idsIn(event), nameless);
  const death = DEATHS.find((known) => known === state);
  return reading.verdict === 'hint' && death !== undefined ? { ...reading, death } : reading;
}

/** The tagged resource stands in `resources` alone. */
function readTagChange(other: Subject, event: JsonObject): Reading {
  const subject: Subject = { ...other, kind: 'tag-change' };
  const service = parseText(asObject(event['detail'])['service']) ?? 'ec2';
  if (service !== 'ec2')
    return readingOf(subject, namedIds([]), ignored(`tags in ${service}, not of an instance`));
  const nameless = quarantined(`${quoted(subject.name)} names no resource`);
  return tagReadingOf(subject, elementsOf(event['resources']), nameless);
}

function unrelated(subject: Subject, source: string, event: JsonObject): Reading {
  return ignoredReading(subject, idsIn(event), `no route depends on ${quoted(subject.name)} of ${source}`);
}

/** All spellings of the id in notices: EC2's own, the one of its documentation's sample, Auto Scaling's. */
const ID_KEYS = ['instance-id', 'instance_id', 'instanceId', 'EC2InstanceId'] as const;

/** Ids from the detail; `resources` only helps out, its ARNs are malformed in spot warnings and name groups too. */
function idsIn(event: JsonObject): NamedIds {
  const detail = asObject(event['detail']);
  const named = namedIds(ID_KEYS.map((key) => detail[key]));
  if (named.ids.length > 0) return named;
  return { ids: namedIds(elementsOf(event['resources'])).ids, junk: named.junk };
}
