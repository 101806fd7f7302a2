import type { DecisionRecord } from '../../core/journal-record.ts';
import type { RoutesFile } from '../../core/routes-file.ts';
import { KnownStore } from '../../updater/known-store.ts';
import { Meter } from '../../updater/meter.ts';
import type { Message } from '../../updater/received.ts';
import { fixture } from './event-fixtures.ts';
import { instance, NOW, SETTINGS } from './instances.ts';
import {
  MemoryClock,
  MemoryFleet,
  MemoryJournal,
  MemoryMetrics,
  MemoryNotebook,
  MemoryRouteStore,
} from './memory.ts';

/** The name that its app asks for. */
export const SHOP = 'shop.dev.example.com';

/** An updater in memory, whose fleet is one live app, and as many environments of it as a test wants. */
export async function stand() {
  const fleet = new MemoryFleet();
  fleet.instances = [instance({ id: 1, tags: { 'proxy:host': 'shop' } })];
  const [store, journal] = [await MemoryRouteStore.open(), new MemoryJournal()];
  const [mirror, document] = [new MemoryNotebook(), {}];
  const lines: Record<string, unknown>[] = [];
  const clock = new MemoryClock(NOW * 1000);
  const metrics = new MemoryMetrics();
  const meter = new Meter(clock);
  let environments = 0;
  const environment = () => ({
    settings: SETTINGS,
    fleet: meter.fleet(fleet),
    store: new KnownStore(meter.store(store, 50), mirror, {
      ...{ owner: SETTINGS.owner, writer: `environment-${++environments}` },
      warn: () => {},
      now: () => clock.now(),
    }),
    journal,
    routesFile: new MemoryNotebook(document),
    watched: { regions: ['eu-west-1'] },
    clock,
    meter,
    metrics,
    tokenOf: () => '',
    log: (line: Record<string, unknown>) => lines.push(line),
  });
  const routes = () => JSON.parse(new MemoryNotebook(document).body ?? '{}') as RoutesFile;
  return { parts: environment(), environment, fleet, store, journal, routes, lines, metrics, clock };
}

/** A message that waited two seconds. */
export const message = (event: unknown, attempt = 1): Message => ({
  body: typeof event === 'string' ? event : JSON.stringify(event),
  sentAt: (NOW - 2) * 1000,
  attempt,
});

export const RUNNING = fixture('state-change.running');
export const SWEEP = fixture('schedule.rule');

/** The decisions in a journal. */
export const decisions = ({ records }: MemoryJournal): DecisionRecord[] =>
  [...records].filter(([key]) => key.startsWith('decisions/')).map(([, body]) => JSON.parse(body));

/** The prefixes of all keys in a journal. */
export const keysOf = ({ records }: MemoryJournal) =>
  [...records.keys()].map((key) => key.split('/')[0]).sort();
