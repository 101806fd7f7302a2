import { createHmac } from 'node:crypto';
import { KEYS_KEY, REVOKED } from '../../../core/wire/session.ts';
import type { Cloud } from '../cloud/cloud.ts';
import { ENVIRONMENT, ORIGIN_TEXT } from '../cloud/cloud.ts';
import type { RunRecord } from '../judge/run-record.ts';
import { SPREAD } from './edges.ts';

/** Seconds (docs/decisions/0411): a key is accepted before it signs, and after it has signed. */
const NEXT = 600;
const PREVIOUS = 28_800;

/** Seconds after which a run without faults knows a new version: it reads the secret every four minutes. */
const KNOWN = 300;

/** Seconds without the secret after which the keys go. */
const UNREADABLE = 3_600;

/** Seconds in which a run may come without another read of the secret or of the orders. */
const WAIT = 60;

const FORM = /^(\d{10}) ([\w-]{43} )([\w-]{43} |\.{44})([\w-]{43} |\.{44})(\S+) (\S+)$/;

/** The words of `:keys`. */
interface Words {
  epoch: number;
  keys: string;
  revoked: readonly string[];
}

/** Checks the store's key `:keys`: its form, the order of a rotation, and that no revocation and no epoch gets lost. */
export class KeysJudge {
  readonly #cloud: Cloud;
  /** The versions of the secret, the first one first. */
  readonly #versions: { key: string; createdAt: number }[] = [];
  /** Epoch seconds of the last read of the secret that succeeded, and of the last one that failed. */
  #readAt = Number.NEGATIVE_INFINITY;
  #failedAt = Number.NEGATIVE_INFINITY;
  #epoch = 0;
  /** Revoked passes that the store had, and their ends. */
  readonly #revoked = new Set<string>();
  /** Key → epoch milliseconds since when the store has it. */
  #since = new Map<string, number>();
  /** Another writer has changed `:keys`, and no run has repaired it. */
  #isEdited = false;
  /** Epoch seconds until which edges may lack a key for another reason than a mistake. */
  #excusedUntil = Number.NEGATIVE_INFINITY;

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
  }

  /** The secret has a new version. */
  noteVersion(text: string): void {
    this.#versions.push({ key: keyOf(text), createdAt: this.#now });
  }

  noteSecretRead(isGood: boolean): void {
    if (isGood) this.#readAt = this.#now;
    else this.#failedAt = this.#now;
  }

  noteEdit(): void {
    this.#isEdited = true;
  }

  /** The store has changed. A store without room refuses a repair. */
  noteWrite(value: string | undefined): void {
    if (parseWords(value ?? '') !== undefined) this.#isEdited = false;
    const has: string[] = value?.slice(0, REVOKED).match(/[\w-]{43}(?= )/g) ?? [];
    const { now } = this.#cloud.timeline;
    this.#since = new Map(has.map((key) => [key, this.#since.get(key) ?? now]));
  }

  /** Why the updater must not write this value; undefined if it may. */
  faultOf(value: string | undefined, endOf: (id: string) => number): string | undefined {
    if (value === undefined) return this.#deletionFault();
    const words = parseWords(value);
    if (words === undefined) return `a write gives ${KEYS_KEY} the value ${value}`;
    const due = this.#candidates(this.#now, this.#now);
    if (!due.includes(words.keys))
      return `a write gives ${KEYS_KEY} the keys ${words.keys}, not ${due.join(' or ')}`;
    if (words.epoch < this.#epoch) return `a write lowers the epoch from ${this.#epoch} to ${words.epoch}`;
    const lost = [...this.#revoked].find((id) => !words.revoked.includes(id) && this.#now < endOf(id));
    if (lost !== undefined) return `a write loses the revocation of ${lost}`;
    this.#epoch = words.epoch;
    for (const id of words.revoked) this.#revoked.add(id);
    if (this.#isEdited || this.#cloud.kvs.get(KEYS_KEY) === undefined) this.#excuse(1 + SPREAD / 1_000);
    return undefined;
  }

  /** Why the store must not be like this after a sweep without faults; undefined if it may. */
  faultAfter(run: RunRecord): string | undefined {
    const value = this.#cloud.kvs.get(KEYS_KEY);
    const isLost = this.#now >= this.#readAt + UNREADABLE;
    // After a failed read the next one waits for some seconds.
    const isWaiting = this.#now < this.#excusedUntil - NEXT + WAIT || this.#now - this.#failedAt < WAIT;
    if (this.#isEdited || isLost || (value === undefined && isWaiting)) return undefined;
    const words = parseWords(value ?? '');
    const due = this.#candidates(Math.floor(run.startedAt / 1_000), this.#now);
    return words !== undefined && due.includes(words.keys)
      ? undefined
      : `after a sweep ${KEYS_KEY} is ${value ?? 'not there'}, and its keys should be ${due.join(' or ')}`;
  }

  /** Why the concierge must not sign with a key; undefined if each edge accepts it. */
  signingFault(key: string): string | undefined {
    const { now } = this.#cloud.timeline;
    const since = this.#since.get(key) ?? Number.POSITIVE_INFINITY;
    const version = this.#versions.find((each) => each.key === key);
    const isExcused = this.#isEdited || this.#now < this.#excusedUntil;
    if (since <= now - SPREAD || isExcused || version === undefined) return undefined;
    return `a session is signed with a key that ${since <= now ? 'not every' : 'no'} edge accepts`;
  }

  /** A run could not do its work, and perhaps could not write a key in time. */
  noteFailedRun(): void {
    this.#excuse(NEXT);
  }

  #excuse(seconds: number): void {
    this.#excusedUntil = Math.max(this.#excusedUntil, this.#now + seconds);
  }

  #deletionFault(): string | undefined {
    return this.#now < this.#readAt + UNREADABLE
      ? `a write deletes ${KEYS_KEY}, although the secret was read ${this.#now - this.#readAt} s ago`
      : undefined;
  }

  /** The keys that may be in the store, by a reading of the secret up to some minutes ago and a clock between two times. */
  #candidates(from: number, to: number): string[] {
    const [newest] = this.#versions.slice(-1);
    const isYoung = newest !== undefined && newest.createdAt > from - KNOWN;
    const mayBeUnread = isYoung || from - this.#failedAt < UNREADABLE;
    const known = [
      this.#versions,
      ...(mayBeUnread && this.#versions.length > 1 ? [this.#versions.slice(0, -1)] : []),
    ];
    // While the secret cannot be read, the keys stay as they were.
    const times = from - this.#failedAt < UNREADABLE ? [from - UNREADABLE, from, to] : [from, to];
    return [...new Set(known.flatMap((versions) => times.map((time) => dueKeys(versions, time))))];
  }

  get #now(): number {
    return Math.floor(this.#cloud.timeline.now / 1_000);
  }
}

/** CURRENT, PREVIOUS and NEXT at a time. */
function dueKeys(versions: readonly { key: string; createdAt: number }[], now: number): string {
  const [last, before] = [versions.at(-1), versions.at(-2)];
  if (last === undefined) return '- - -';
  const age = now - last.createdAt;
  if (before === undefined || age >= NEXT + PREVIOUS) return `${last.key} - -`;
  return age < NEXT ? `${before.key} - ${last.key}` : `${last.key} ${before.key} -`;
}

function parseWords(value: string): Words | undefined {
  const [, epoch = '', current, previous, next, ids = '', origin = ''] = FORM.exec(value) ?? [];
  if (current === undefined || !['-', ORIGIN_TEXT].includes(origin)) return undefined;
  return {
    epoch: Number(epoch),
    keys: [current, previous, next]
      .map((key = '') => key.replace(/^\.+$/, '- '))
      .join('')
      .trim(),
    revoked: ids === '-' ? [] : ids.split(','),
  };
}

/** HKDF-SHA256 by the letter of RFC 5869, for 32 bytes. */
function keyOf(secret: string): string {
  const extracted = createHmac('sha256', Buffer.alloc(32)).update(secret).digest();
  const info = `dynamic-edge-proxy/1/${ENVIRONMENT.deployment}/edge`;
  return createHmac('sha256', extracted).update(`${info}\u0001`).digest('base64url');
}
