import type { Entry } from '../../../core/entry/entry.ts';
import { buildHistory, hostnamesIn, type Moment } from '../../../core/journal/history.ts';
import { type DecisionRecord, parseRecord } from '../../../core/journal/journal-record.ts';
import { Fault } from '../../../core/schema.ts';
import type { Cloud } from '../cloud/cloud.ts';
import type { RunEnd } from '../cloud/lambda.ts';
import type { RunRecord } from './run-record.ts';

/**
 * Checks the promises of the journal. It has every delivered event once. From its decisions alone, the history of each hostname
 * ends with the store's content, after any crash or refusal.
 */
export class JournalJudge {
  readonly #cloud: Cloud;
  /** Events that S3 failed to take. */
  readonly #refused = new Set<string>();
  /** Keys that were edited while the mirror was out of date: of two unrecorded changes the second may undo the first. */
  readonly #blurred = new Set<string>();
  readonly #editedMidRun = new Set<string>();
  /** Another writer has edited since the updater last read every key. */
  #isEdited = false;
  #isBehind = false;
  /** An outdated mirror could not be read and was overwritten, so deleted names in it are unknown. */
  #isLost = false;

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
  }

  /** Another writer changed a key. */
  edited(key: string): void {
    this.#isEdited = true;
    if (this.#isBehind) this.#blurred.add(key);
    else if (this.#cloud.lambda.running) this.#editedMidRun.add(key);
  }

  ran(run: RunRecord, end: RunEnd): void {
    const isWhole = end.kind === 'done' && !run.failed('s3');
    if (run.failed('s3')) for (const body of run.bodies) this.#refused.add(body);
    const isUnread = run.mirrorReads.some(({ fault }) => fault);
    if (isUnread && (this.#isBehind || this.#isEdited)) this.#isLost = true;
    if (isWhole && run.count('ListKeys') > 0) this.#isEdited = this.#editedMidRun.size > 0;
    if (!isWhole) for (const key of this.#editedMidRun) this.#blurred.add(key);
    this.#editedMidRun.clear();
    if (!isWhole) this.#isBehind = true;
    else if (run.mirrorReads.length > 0) this.#isBehind = false;
  }

  /** @param owned entries of the deployment after everything has settled */
  fault(owned: ReadonlyMap<string, Entry>): string | undefined {
    const { s3, queue } = this.#cloud;
    const events = [...s3.below('journal/raw/'), ...s3.below('journal/quarantine/')];
    const lines = events.map(([, line]) => textIn(line));
    // Messages given up after ten failures wait in the dead-letter queue.
    const excused = new Set([...queue.deadLetters, ...this.#refused]);
    const records: DecisionRecord[] = [];
    for (const [key, line] of s3.below('journal/decisions/')) {
      const record = parseRecord(line);
      if (record instanceof Fault) return `${key} cannot be read: ${record}`;
      records.push(record);
    }
    return (
      eventFault(queue.delivered, lines, excused) ?? historyFault(records, owned, this.#blurred, this.#isLost)
    );
  }
}

function eventFault(
  delivered: Iterable<string>,
  lines: readonly string[],
  excused: ReadonlySet<string>,
): string | undefined {
  const kept = new Map<string, number>();
  for (const line of lines) kept.set(eventIn(line), (kept.get(eventIn(line)) ?? 0) + 1);
  const excusedEvents = new Set([...excused].map(eventIn));
  for (const body of delivered) {
    const event = eventIn(body);
    const count = kept.get(event) ?? 0;
    if (count > 1) return `the journal has ${count} copies of ${body}`;
    const isSweep = body.includes('"Scheduled Event"') || body.includes('"audit"');
    if (count === 0 && !isSweep && !excusedEvents.has(event)) return `the journal lacks ${body}`;
  }
  return undefined;
}

/** Identifies the event of a body: by id and time if it has them, so that a replay is the same event. */
function eventIn(body: string): string {
  const [, id] = /"id":"([^"]+)"/.exec(body) ?? [];
  const [, time] = /"time":"([^"]+)"/.exec(body) ?? [];
  return id === undefined || time === undefined ? body : `${id} ${time}`;
}

function historyFault(
  records: readonly DecisionRecord[],
  owned: ReadonlyMap<string, Entry>,
  blurred: ReadonlySet<string>,
  isLost: boolean,
): string | undefined {
  for (const hostname of new Set([...hostnamesIn(records), ...owned.keys()])) {
    if (blurred.has(hostname)) continue;
    const entry = owned.get(hostname);
    if (isLost && entry === undefined) continue;
    const recorded = describeMoment(buildHistory(records, hostname).at(-1));
    const held = entry ? `${entry.state} by ${idsOf(entry.instances.map(({ id }) => id))}` : GONE;
    if (recorded !== held)
      return `the history of ${hostname} ends with ${recorded}, but the store has ${held}`;
  }
  return undefined;
}

const GONE = 'gone';

function describeMoment(moment: Moment | undefined): string {
  return moment === undefined || moment.state === 'gone'
    ? GONE
    : `${moment.state} by ${idsOf(moment.instances)}`;
}

const idsOf = (ids: readonly string[]) => [...ids].sort().join(', ');

/** The message in a line of the journal. Junk is wrapped, everything else is as received. */
function textIn(line: string): string {
  if (line.startsWith('{"receivedAt"')) return (JSON.parse(line) as { body: string }).body;
  return line.replace(/\n$/, '');
}
