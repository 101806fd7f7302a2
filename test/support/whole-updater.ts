import { decodeEntry, type Entry, isServing } from '../../core/entry.ts';
import type { Instance } from '../../core/instance.ts';
import type { DecisionRecord } from '../../core/journal-record.ts';
import { LIMITS } from '../../core/limits.ts';
import type { RoutesFile } from '../../core/routes-file.ts';
import { KnownStore } from '../../updater/known-store.ts';
import { Meter } from '../../updater/meter.ts';
import { type RunParts, run } from '../../updater/run.ts';
import { HOME_ACCOUNT, instance, NOW, SETTINGS, type Sketch } from './instances.ts';
import {
  MemoryClock,
  MemoryFleet,
  MemoryJournal,
  MemoryMetrics,
  MemoryNotebook,
  MemoryRouteStore,
} from './memory.ts';

/** The whole updater in memory: a fleet, a store, a journal, and as many environments as a test wants. */
export async function updaterStand(...sketches: Sketch[]) {
  const fleet = new MemoryFleet();
  const store = await MemoryRouteStore.open();
  const journal = new MemoryJournal();
  const mirror: { body?: string | undefined } = {};
  const file: { body?: string | undefined } = {};
  const clock = new MemoryClock(NOW * 1000);
  const lines: Record<string, unknown>[] = [];
  let environments = 0;
  let requests = 0;
  const environment = (more: Partial<RunParts> = {}): RunParts => {
    const meter = new Meter(clock);
    return {
      settings: SETTINGS,
      fleet: meter.fleet(fleet),
      store: new KnownStore(meter.store(store, LIMITS.listPage), new MemoryNotebook(mirror), {
        ...{ owner: SETTINGS.owner, writer: `environment-${++environments}` },
        warn: (message) => lines.push({ level: 'WARN', message }),
        now: () => clock.now(),
      }),
      journal,
      routesFile: new MemoryNotebook(file),
      watched: {},
      clock,
      tokenOf: () => '',
      meter,
      metrics: new MemoryMetrics(),
      log: (line) => lines.push(line),
      ...more,
    };
  };
  const parts = environment();
  const become = (...next: Sketch[]) => {
    fleet.instances = next.map(instance);
  };
  become(...sketches);

  /** One batch of these events, handled by an environment; the first unless another is named. */
  const handle = (by: RunParts, ...events: readonly unknown[]) => {
    const sentAt = clock.now();
    const messages = events.map((event) => ({
      body: typeof event === 'string' ? event : JSON.stringify(event),
      sentAt,
      attempt: 1,
    }));
    return run(by, messages, `request-${++requests}`);
  };
  const entryOf = (label: string): Entry | undefined =>
    decodeEntry(store.store.get(`${label}.${SETTINGS.baseDomain}`) ?? '');
  return {
    ...{ fleet, store, journal, mirror, clock, lines, environment, become, handle, entryOf },
    send: (...events: readonly unknown[]) => handle(parts, ...events),
    sweep: () => handle(parts, SWEEP),
    /** Label → state of every name in the store; undefined for what is no entry. */
    states: () =>
      Object.fromEntries(
        [...store.store.entries].map(([key, value]) => [
          key.replace(`.${SETTINGS.baseDomain}`, ''),
          decodeEntry(value)?.state,
        ]),
      ),
    /** Public names that the store has for a label. */
    addresses: (label: string) => {
      const entry = entryOf(label);
      return entry && isServing(entry) ? entry.instances.map(({ domainName }) => domainName) : [];
    },
    /** What was decided, in the order of the runs. */
    decisions: (): DecisionRecord[] =>
      [...journal.records]
        .filter(([key]) => key.startsWith('decisions/'))
        .map(([, body]) => JSON.parse(body)),
    /** What people are told now, in the portal. */
    problems: (): string[] => {
      const { problems = [] } = JSON.parse(file.body ?? '{}') as Partial<RoutesFile>;
      return problems.map(({ message }) => message);
    },
  };
}

/** One live app. */
export const app = (id: number, name: string, more: Partial<Sketch> = {}): Sketch => ({
  id,
  tags: { 'proxy:host': name },
  ...more,
});

/** A member of a group that serves a name. */
export const member = (id: number, name: string, more: Partial<Sketch> = {}): Sketch => ({
  id,
  tags: { 'proxy:host': name, 'proxy:group': name },
  ...more,
});

let ids = 0;

/** An envelope of EventBridge's, so many seconds old. */
function envelope(source: string, type: string, detail: object, age: number): Record<string, unknown> {
  return {
    ...{ version: '0', id: `event-${++ids}`, 'detail-type': type, source, account: HOME_ACCOUNT },
    ...{ time: new Date((NOW - age) * 1000).toISOString().replace('.000', ''), region: 'us-east-1' },
    ...{ resources: [], detail },
  };
}

export const SWEEP = envelope('aws.events', 'Scheduled Event', {}, 0);

/** EC2's notice of a state, so many seconds before `NOW`. */
export const stateChange = (id: string, state: Instance['state'], age = 1) =>
  envelope('aws.ec2', 'EC2 Instance State-change Notification', { 'instance-id': id, state }, age);

/** A successful call that names instances in its answer, as CloudTrail reports it. */
export const apiCall = (eventName: string, ...ids: string[]) =>
  envelope(
    'aws.ec2',
    'AWS API Call via CloudTrail',
    {
      ...{ eventName, eventSource: 'ec2.amazonaws.com', eventID: `call-${eventName}-${ids.join('-')}` },
      responseElements: { instancesSet: { items: ids.map((instanceId) => ({ instanceId })) } },
    },
    1,
  );

/** The tags of an instance have changed. */
export const tagChange = (id: string) => ({
  ...envelope(
    'aws.tag',
    'Tag Change on Resource',
    { 'changed-tag-keys': ['proxy:host'], service: 'ec2', 'resource-type': 'instance', tags: {} },
    0,
  ),
  resources: [`arn:aws:ec2:us-east-1:${HOME_ACCOUNT}:instance/${id}`],
});

/** A spot instance will be taken away in two minutes. */
export const spotWarning = (id: string) =>
  envelope(
    'aws.ec2',
    'EC2 Spot Instance Interruption Warning',
    { 'instance-id': id, 'instance-action': 'terminate' },
    0,
  );
