import { decodeEntry, type Entry, isServing } from '../../../core/entry/entry.ts';
import { isTombstone } from '../../../core/entry/tombstone.ts';
import type { HistoryFile } from '../../../core/journal/history-file.ts';
import type { DecisionRecord } from '../../../core/journal/journal-record.ts';
import { FULL_PORTAL } from '../../../core/journal/portal-settings.ts';
import type { RoutesFile } from '../../../core/journal/routes-file.ts';
import type { StatusFile } from '../../../core/journal/status-file.ts';
import { LIMITS } from '../../../core/wire/limits.ts';
import { Meter } from '../../../updater/meter.ts';
import { PublicNames } from '../../../updater/names/public-names.ts';
import type { Message } from '../../../updater/read/messages.ts';
import { createMemory } from '../../../updater/run/memory.ts';
import type { RunParts } from '../../../updater/run/parts.ts';
import { run } from '../../../updater/run/run.ts';
import { KnownStore } from '../../../updater/store/known-store.ts';
import { fixture } from '../values/event-fixtures.ts';
import { instance, NOW, nameIn, SETTINGS, type Sketch } from '../values/instances.ts';
import { SWEEP } from '../values/made-events.ts';
import {
  MemoryClock,
  MemoryFleet,
  MemoryJournal,
  MemoryMetrics,
  MemoryNotebook,
  MemoryQueue,
  MemoryResolver,
  MemoryRouteStore,
} from './memory.ts';

/** The whole updater in memory: a fleet, a store, a journal, and any number of environments. */
export async function updaterStand(...sketches: Sketch[]) {
  const fleet = new MemoryFleet();
  const store = await MemoryRouteStore.open();
  const journal = new MemoryJournal();
  const mirror: { body?: string | undefined } = {};
  const bases: [{ body?: string }, { body?: string }] = [{}, {}];
  const file: { body?: string | undefined } = {};
  const changes: { body?: string | undefined } = {};
  const status: { body?: string | undefined } = {};
  const page: { body?: string | undefined } = {};
  const histories = new Map<string, { body?: string | undefined }>();
  const historyOf = (hostname: string) => {
    const document = histories.get(hostname) ?? {};
    histories.set(hostname, document);
    return document;
  };
  const clock = new MemoryClock(NOW * 1000);
  const lines: Record<string, unknown>[] = [];
  const metrics = new MemoryMetrics();
  const dns = new MemoryResolver();
  const queue = new MemoryQueue();
  let environments = 0;
  let requests = 0;
  const environment = (more: Partial<Omit<RunParts, 'routesFile' | 'changesFile'>> = {}) => {
    const meter = new Meter(clock);
    return {
      settings: SETTINGS,
      fleet: meter.watchFleet(fleet),
      store: new KnownStore(
        meter.watchStore(store, LIMITS.listPage),
        {
          head: new MemoryNotebook(mirror),
          bases: [new MemoryNotebook(bases[0]), new MemoryNotebook(bases[1])],
        },
        {
          ...{ deployment: SETTINGS.deployment, writer: `environment-${++environments}` },
          warn: (message) => lines.push({ level: 'WARN', message }),
          now: () => clock.now(),
        },
      ),
      memory: createMemory(),
      portal: FULL_PORTAL,
      journal,
      routesFile: new MemoryNotebook(file),
      changesFile: new MemoryNotebook(changes),
      statusFile: new MemoryNotebook(status),
      pageFile: new MemoryNotebook(page),
      historyFile: (hostname: string) => new MemoryNotebook(historyOf(hostname)),
      watched: {},
      clock,
      names: new PublicNames(dns, clock),
      tokenOf: () => '',
      ...{ meter, metrics, queue },
      log: (line: Record<string, unknown>) => lines.push(line),
      ...more,
    };
  };
  const parts = environment();
  const become = (...next: Sketch[]) => {
    fleet.instances = next.map(instance);
  };
  become(...sketches);

  /** Lets an environment handle one batch of these events. */
  const handle = (by: RunParts, ...events: readonly unknown[]) => {
    const sentAt = clock.now();
    const messages = events.map((event) => ({ ...message(event), sentAt }));
    return run(by, messages, `request-${++requests}`);
  };
  /** The file that the portal reads. */
  const routes = () => JSON.parse(file.body ?? '{}') as Partial<RoutesFile>;
  const entryOf = (label: string): Entry | undefined =>
    decodeEntry(store.store.get(`${label}.${SETTINGS.baseDomain}`) ?? '');
  return {
    ...{ dns, fleet, store, journal, mirror, clock, lines, metrics, queue, parts },
    ...{ environment, become, handle, entryOf },
    send: (...events: readonly unknown[]) => handle(parts, ...events),
    sweep: () => handle(parts, SWEEP),
    /** Label → state of every name in the store; undefined for an unreadable value. */
    states: () =>
      Object.fromEntries(
        [...store.store.entries]
          .filter(([, value]) => !isTombstone(value))
          .map(([key, value]) => [key.replace(`.${SETTINGS.baseDomain}`, ''), decodeEntry(value)?.state]),
      ),
    /** Public names in the store for a label. */
    addresses: (label: string) => {
      const entry = entryOf(label);
      return entry && isServing(entry) ? entry.instances.map(({ address }) => nameIn(address)) : [];
    },
    /** Weights of the backends in the first rule of a label. */
    weights: (label: string) => {
      const entry = entryOf(label);
      const [rule] = entry && isServing(entry) ? entry.rules : [];
      return rule && typeof rule.to !== 'string' ? rule.to.map(({ weight }) => weight) : [];
    },
    /** The decisions in the order of the runs. */
    decisions: () => decisions(journal),
    routes,
    /** The other documents beside the portal. */
    status: () => JSON.parse(status.body ?? '{}') as Partial<StatusFile>,
    page: () => page.body ?? '',
    history: (hostname: string) =>
      (JSON.parse(histories.get(hostname)?.body ?? '{"moments":[]}') as HistoryFile).moments,
    histories,
    /** The problems that the portal shows. */
    problems: (): string[] => (routes().problems ?? []).map(({ message }) => message),
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

/** A stand with one live app, before its first run. */
export const stand = () => updaterStand(app(1, 'shop'));

/** The hostname that the app claims. */
export const SHOP = 'shop.dev.example.com';

export const RUNNING = fixture('state-change.running');

/** A message that has waited for two seconds. */
export const message = (event: unknown, attempt = 1): Message => ({
  body: typeof event === 'string' ? event : JSON.stringify(event),
  sentAt: (NOW - 2) * 1000,
  receipt: `receipt-${attempt}`,
  attempt,
});

/** The decisions in a journal. */
export const decisions = ({ records }: MemoryJournal): DecisionRecord[] =>
  [...records].filter(([key]) => key.startsWith('decisions/')).map(([, body]) => JSON.parse(body));

/** The prefixes of all keys in a journal. */
export const keysOf = ({ records }: MemoryJournal) =>
  [...records.keys()].map((key) => key.split('/')[0]).sort();
