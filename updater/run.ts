import { createHash } from 'node:crypto';
import { type FleetEvent, parseFleetEvent } from '../core/fleet-event.ts';
import {
  type DecisionRecord,
  decisionKey,
  printRecord,
  quarantineKey,
  rawKey,
  writtenRoutes,
} from '../core/journal-record.ts';
import { routesFileOf } from '../core/routes-file.ts';
import type { Journal, Notebook } from './ports.ts';
import { type Parts, type Reconciled, reconcile } from './reconcile.ts';

/** One message of the queue. */
export interface Message {
  /** The event as EventBridge sent it. */
  body: string;
  /** Epoch milliseconds at which the queue took it in. */
  sentAt: number;
  /** 1 on first delivery. */
  attempt: number;
}

/** What a run works with, beside what a reconcile does. */
export interface RunParts extends Parts {
  journal: Journal;
  routesFile: Notebook;
  /** Events from elsewhere are ignored. */
  watched: { accounts?: readonly string[]; regions?: readonly string[] };
  log: (line: Record<string, unknown>) => void;
}

/** Thrown when the batch has to come back: the store could not be written. */
export class StoreUnwritten extends Error {
  override name = 'StoreUnwritten';
}

/**
 * One batch of messages: journals every event, reconciles once if any of them is a hint, and records what came of it.
 *
 * No message fails for its own content, since a failed one would block the queue's group. The journal and the routes
 * go their own ways: neither waits for the other to succeed.
 *
 * @throws StoreUnwritten when the routes are not what they should be and only another try can help
 */
export async function run(parts: RunParts, messages: readonly Message[], requestId: string): Promise<void> {
  const startedAt = parts.clock.now();
  const received = messages.map((message) => receive(message, parts.watched));
  const journaled = Promise.allSettled(received.map((each) => journal(parts.journal, each)));
  const hints = received.flatMap(({ event }) => (event.verdict === 'hint' ? [event] : []));
  const result = hints.length > 0 ? await attempt(parts, hints) : undefined;
  for (const outcome of await journaled)
    if (outcome.status === 'rejected') complain(parts, 'journal', outcome.reason);
  const record = recordOf(parts, { startedAt, requestId, received, result });
  parts.log({ message: 'run', ...record, causes: record.causes.length });
  if (isWorthKeeping(record)) {
    await guarded(parts, 'journal', () =>
      parts.journal.append(decisionKey(startedAt, requestId, record.attempt), printRecord(record)),
    );
  }
  if (result?.entries) await guarded(parts, 'routes file', () => publish(parts, result));
  if (result?.outcome === 'conflict' || result?.unwritten) throw new StoreUnwritten(result.reason);
}

interface Received {
  message: Message;
  hash: string;
  event: FleetEvent;
}

function receive(message: Message, watched: RunParts['watched']): Received {
  const hash = createHash('sha256').update(message.body).digest('hex');
  return { message, hash, event: parseFleetEvent(jsonOf(message.body), watched) };
}

/** Text that is no JSON goes on as text, which the parser quarantines. */
function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    if (error instanceof SyntaxError) return body;
    throw error;
  }
}

/** Our own sweeps are no events of the fleet: 43,200 of them a month would bury the others. */
async function journal(into: Journal, { message, hash, event }: Received): Promise<void> {
  if (event.kind === 'schedule') return;
  const arrival = { hash, receivedAt: message.sentAt };
  const key = event.verdict === 'quarantined' ? quarantineKey(arrival) : rawKey(event, arrival);
  await into.append(key, `${message.body.replace(/\r?\n/g, ' ')}\n`);
}

type Attempted = Reconciled & { unwritten?: true };

async function attempt(parts: RunParts, hints: readonly { ids: readonly string[] }[]): Promise<Attempted> {
  try {
    return await reconcile(
      parts,
      hints.flatMap((hint) => hint.ids),
    );
  } catch (error) {
    parts.store.forget();
    const reason = `the store could not be read or written: ${String(error)}`;
    return { outcome: 'failed', reason, puts: [], deletes: [], problems: [], conflicts: 0, unwritten: true };
  }
}

interface Ran {
  startedAt: number;
  requestId: string;
  received: readonly Received[];
  result: Reconciled | undefined;
}

function recordOf(parts: RunParts, { startedAt, requestId, received, result }: Ran): DecisionRecord {
  const puts = new Map((result?.puts ?? []).map((hostname) => [hostname, '']));
  return {
    version: 1,
    at: new Date(startedAt).toISOString(),
    deployment: parts.settings.owner,
    requestId,
    attempt: Math.max(1, ...received.map(({ message }) => message.attempt)),
    causes: received.map(({ event }) => event),
    outcome: result?.outcome ?? 'unchanged',
    puts: writtenRoutes({ puts }, result?.entries ?? new Map()),
    deletes: result?.deletes ?? [],
    problems: result?.problems ?? [],
    durations: { total: parts.clock.now() - startedAt },
    ...(result?.store ? { store: result.store } : {}),
    ...(result?.reason === undefined ? {} : { error: result.reason }),
  };
}

function isWorthKeeping(record: DecisionRecord): boolean {
  return record.outcome !== 'unchanged' || record.causes.some((cause) => cause.kind !== 'schedule');
}

/**
 * What this environment published last, without its time: an equal file need not be written again, unless another
 * environment may have written one since.
 */
const published = new WeakMap<Notebook, { content: string; takeovers: number }>();

async function publish({ settings, routesFile, store, clock }: RunParts, result: Reconciled): Promise<void> {
  const facts = { deployment: settings.owner, baseDomain: settings.baseDomain, updatedAt: '' };
  const file = routesFileOf(facts, result.entries ?? new Map(), result.problems);
  const content = JSON.stringify(file);
  const { takeovers } = store;
  const last = published.get(routesFile);
  if (last?.content === content && last.takeovers === takeovers) return;
  await routesFile.save(JSON.stringify({ ...file, updatedAt: new Date(clock.now()).toISOString() }));
  published.set(routesFile, { content, takeovers });
}

/** What may fail without harm to the routes fails aloud. */
async function guarded(parts: RunParts, what: string, act: () => Promise<unknown>): Promise<void> {
  try {
    await act();
  } catch (error) {
    complain(parts, what, error);
  }
}

function complain(parts: RunParts, what: string, error: unknown): void {
  parts.log({ level: 'ERROR', message: `${what} not written`, error: String(error) });
}
