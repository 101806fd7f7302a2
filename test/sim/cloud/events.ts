import { fixture } from '../../support/values/event-fixtures.ts';
import { HOME, type Machine } from './machine.ts';

/** Events as AWS sends them, used as templates. */
const STATE_CHANGE = fixture('state-change.running');
const TAG_CHANGE = fixture('tag-change');
const SWEEP = fixture('schedule.rule');
const SPOT_WARNING = fixture('spot-interruption');
const CALL = fixture('stop-instances');

/** Events that no instance of the history causes: noise, other services' events, and junk. */
export const STRAYS: readonly string[] = [
  ...['health.retirement', 'create-bucket', 'create-tags.volume', 'allocate-address', 'state-change.masked'],
  ...[
    'run-instances.dry-run',
    'terminate-instances.malformed',
    'scaling-group.launch-failed',
    'spot-rebalance',
  ],
].map((name) => JSON.stringify(fixture(name)));

const JUNK = ['{"half', '', 'null', '[]', '"text"', '{"__proto__":{"id":1}}', '42', '{"detail":"{}"}'];

/** Builds events, with ids from a counter. */
export class Events {
  #count = 0;

  stateChange(machine: Machine, now: number): object {
    return {
      ...this.#envelope(STATE_CHANGE, machine.region, now, machine.account),
      resources: [arnOf(machine)],
      detail: { 'instance-id': machine.id, state: machine.state },
    };
  }

  tagChange(machine: Machine, keys: readonly string[], now: number): object {
    return {
      ...this.#envelope(TAG_CHANGE, machine.region, now, machine.account),
      resources: [arnOf(machine)],
      detail: {
        'changed-tag-keys': keys,
        service: 'ec2',
        'resource-type': 'instance',
        version: machine.tagVersion,
        tags: Object.fromEntries(machine.tags),
      },
    };
  }

  /** A call that names instances, granted or refused. */
  call(name: string, region: string, ids: readonly string[], now: number, errorCode?: string): object {
    const set = { items: ids.map((instanceId) => ({ instanceId })) };
    return this.trail(name, region, now, {
      requestParameters: { instancesSet: set },
      ...(errorCode === undefined
        ? { responseElements: { requestId: this.#id(), instancesSet: set } }
        : { responseElements: null, errorCode: `Client.${errorCode}`, errorMessage: 'refused' }),
    });
  }

  /** Any call, with its own members of the record. */
  trail(name: string, region: string, now: number, members: object, account = HOME): object {
    const eventTime = wholeSeconds(now);
    const own = { eventName: name, eventTime, awsRegion: region, requestID: this.#id(), eventID: this.#id() };
    const detail = { ...(CALL['detail'] as object), ...own, ...members };
    return { ...this.#envelope(CALL, region, now, account), detail };
  }

  spotWarning(machine: Machine, now: number): object {
    return {
      ...this.#envelope(SPOT_WARNING, machine.region, now, machine.account),
      detail: { 'instance-id': machine.id, 'instance-action': 'terminate' },
    };
  }

  sweep(now: number): object {
    return this.#envelope(SWEEP, 'us-east-1', now);
  }

  /** As the hourly rule sends it (infra/fleet/fleet-rules.ts). */
  audit(now: number) {
    return { action: 'audit', if: 'due', id: this.#id(), time: wholeSeconds(now) };
  }

  /** One of the strays, or a text that is not an event. */
  stray(which: number, now: number): string {
    const all = [...STRAYS, ...JUNK];
    const text = all[which % all.length] ?? '';
    return text.replaceAll('2026-03-02T09:15:30Z', wholeSeconds(now));
  }

  #envelope(
    template: Record<string, unknown>,
    region: string,
    now: number,
    account = HOME,
  ): Record<string, unknown> {
    return { ...template, id: this.#id(), account, region, time: wholeSeconds(now) };
  }

  #id(): string {
    this.#count += 1;
    return `00000000-5eed-4000-8000-${this.#count.toString(16).padStart(12, '0')}`;
  }
}

function arnOf({ region, account, id }: Machine): string {
  return `arn:aws:ec2:${region}:${account}:instance/${id}`;
}

function wholeSeconds(now: number): string {
  return `${new Date(now).toISOString().slice(0, 19)}Z`;
}
