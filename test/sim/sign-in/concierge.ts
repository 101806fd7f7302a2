import { createHmac, hkdfSync } from 'node:crypto';
import { isAdmitted } from '../../../core/access/access-rule.ts';
import { findAccess } from '../../../core/access/find-access.ts';
import { isGated } from '../../../core/entry/access.ts';
import { type AccessFile, parseAccessFile } from '../../../core/entry/access-file.ts';
import { Fault } from '../../../core/schema.ts';
import { type Derive, keyGenerations, type SecretVersions } from '../../../core/session/key-generations.ts';
import { SESSION, type Session, sessionEnd } from '../../../core/session/session.ts';
import { type Mac, sign } from '../../../core/session/signed.ts';
import { parseUser, type User } from '../../../core/session/user.ts';
import { accessTable } from '../../../edge/concierge/access-table.ts';
import { type Cloud, ENVIRONMENT, SESSION_SECRET } from '../cloud/cloud.ts';
import type { Viewer } from '../judge/access.ts';
import { BASE_DOMAIN } from '../judge/expected.ts';
import { keyAt } from './look-up.ts';

export const ACCESS_FILE = 'access/access.json';

/** Milliseconds for which the concierge may use a list that it cannot read again, and versions of the secret. */
const STALE = { file: 60_000, secret: 300_000 };

/** A session in a browser. */
export interface HeldSession {
  host: string;
  session: Session;
  text: string;
  /** The key that signed it. */
  key: string;
  /** The key of the store whose rule admitted the person: the hostname, or its wildcard. */
  entryKey: string;
  /** Whether the list of access rules did not have the hostname. */
  isUnknown: boolean;
}

/** HKDF-SHA256. */
export const derive: Derive = (secret, info) =>
  Buffer.from(hkdfSync('sha256', secret, '', info, 32)).toString('base64url');

/** HMAC-SHA256. A history checks the same texts many times. */
export function rememberingMac(): Mac {
  const known = new Map<string, string>();
  return (key, text) => {
    const name = `${key} ${text}`;
    const found = known.get(name) ?? createHmac('sha256', key).update(text).digest('hex');
    known.set(name, found);
    return found;
  };
}

/** The concierge, as far as sessions go: its code decides and signs; its memory may be as old as it allows. */
export class Concierge {
  readonly #cloud: Cloud;
  readonly #mac: Mac;
  readonly #files: { at: number; file: AccessFile }[] = [];
  /** The sign-ins of people, which count at every hostname. */
  readonly #people = new Map<string, { signedInAt: number; epoch: number }>();

  constructor(cloud: Cloud, mac: Mac) {
    this.#cloud = cloud;
    this.#mac = mac;
  }

  /** The updater has published access rules. */
  notePublished(body: string): void {
    const file = parseAccessFile(body);
    if (file instanceof Fault) throw new Error(`the access rules cannot be read: ${file}`);
    this.#files.push({ at: this.#cloud.timeline.now, file });
  }

  /** Signs a person in at an app. Undefined if the person is not admitted, or if there are no rules yet. */
  signIn(viewer: Viewer, host: string): HeldSession | undefined {
    const file = this.#readFile();
    const user = parseUser(viewer.user);
    if (file === undefined || user === undefined) return undefined;
    const found = findAccess(file.hosts, host, BASE_DOMAIN);
    if (found !== undefined && isGated(found.access) && !isAdmitted(found.access.rule, viewer))
      return undefined;
    const person = { ...this.#personOf(user, file), user, subject: SUBJECT };
    const session = { ...person, sequence: file.sequence, level: found?.level ?? 0 };
    return this.#sign(host, session, found === undefined);
  }

  /** Renews a session, even one that has ended. Undefined if the person must sign in again. */
  renew({ host, session, isUnknown }: HeldSession): HeldSession | undefined {
    const file = this.#readFile();
    if (file === undefined || !this.#isSignedIn(session, file)) return undefined;
    const found = findAccess(file.hosts, host, BASE_DOMAIN);
    const isUnderRule =
      found === undefined ||
      !isGated(found.access) ||
      (session.sequence >= found.access.since && session.level === found.level);
    if (!isUnderRule) return undefined;
    return this.#sign(
      host,
      { ...session, sequence: Math.max(session.sequence, file.sequence) },
      isUnknown && found === undefined,
    );
  }

  /** A person's sign-in, or a new one at the provider. */
  #personOf(user: User, file: AccessFile) {
    const known = this.#people.get(user);
    const isKnown = known && sessionEnd(known.signedInAt, this.#now) !== undefined;
    if (isKnown && this.#isSignedIn({ ...known, user }, file)) return known;
    const fresh = { signedInAt: this.#now, epoch: file.epoch };
    this.#people.set(user, fresh);
    return fresh;
  }

  #isSignedIn(person: Pick<Session, 'signedInAt' | 'epoch' | 'user'>, file: AccessFile): boolean {
    const table = accessTable(file, BASE_DOMAIN);
    return person.epoch >= table.epoch && !table.isSignedOut(person.user, person.signedInAt);
  }

  #sign(host: string, person: Omit<Session, 'endsAt'>, isUnknown: boolean): HeldSession | undefined {
    const { deployment } = ENVIRONMENT;
    const endsAt = sessionEnd(person.signedInAt, this.#now);
    if (endsAt === undefined) return undefined;
    const session = { ...person, endsAt };
    const { current: key } = keyGenerations(this.#readVersions(), 'edge', {
      deployment,
      now: this.#now,
      derive,
    });
    const text = sign(SESSION, session, { deployment, host }, key, this.#mac);
    const entryKey = keyAt(host, session.level) ?? host;
    return { host, session, text, key, entryKey, isUnknown };
  }

  /** The published rules, or at times the last ones of a minute ago. */
  #readFile(): AccessFile | undefined {
    const { now } = this.#cloud.timeline;
    const isStale = this.#cloud.network.random('stale').chance(0.3);
    const files = isStale ? this.#files.filter(({ at }) => at <= now - STALE.file) : [];
    return (files.at(-1) ?? this.#files.at(-1))?.file;
  }

  #readVersions(): SecretVersions {
    const { secrets, network } = this.#cloud;
    const [current, previous] = ['AWSCURRENT', 'AWSPREVIOUS'].map((stage) =>
      secrets.find(SESSION_SECRET, stage),
    );
    if (typeof current !== 'object') throw new Error('there is no secret of session keys');
    if (typeof previous !== 'object') return { current };
    const age = 1_000 * (this.#now - current.createdAt);
    const isStale = age < STALE.secret && network.random('stale').chance(0.5);
    return isStale ? { current: previous } : { current, previous };
  }

  get #now(): number {
    return Math.floor(this.#cloud.timeline.now / 1_000);
  }
}

/** 22 characters of base64url. */
const SUBJECT = 'Y2FmZWJhYmUtMTIzNDU2Nw';
