import type { FoundAccess } from '../../core/access/find-access.ts';
import type { Change } from '../../core/live/change.ts';
import type { Hostname, Milliseconds, Seconds } from '../../core/wire/brands.ts';

/** Keys of one use. Each is a text of 43 characters of base64url. */
export interface KeyRing {
  /** Signs new texts. */
  sign: string;
  /** Texts under these keys are accepted, `sign` included. */
  accept: readonly string[];
}

/** The keys of the deployment. */
export interface Keys {
  /** For sessions, which the router also checks. */
  edge: KeyRing;
  /** For texts that only the concierge reads. */
  apex: KeyRing;
}

/** Access rules and orders to sign out, as the updater has published them at one moment. */
export interface AccessTable {
  /** The highest sequence number that the table covers. */
  sequence: number;
  /** Rises when everybody is signed out at once. */
  epoch: number;
  /** The access of a hostname, by its own key or that of a wildcard; undefined for a name without an entry. */
  accessOf(host: Hostname): FoundAccess | undefined;
  /** Whether a person who signed in at this time has been signed out since. */
  isSignedOut(user: string, signedInAt: Seconds): boolean;
}

/** Reads the keys, from memory for some minutes. Rejects if there are none. */
export type ReadKeys = () => Promise<Keys>;

/** Reads the access table, from memory for a second. */
export type ReadAccess = () => Promise<AccessTable>;

/** Reads the last change of a hostname's own key, from memory for a second; undefined if it has not changed lately. */
export type ReadChange = (host: Hostname) => Promise<Change | undefined>;

/** Time and randomness. */
export interface Clock {
  now(): Milliseconds;
  /** 22 random characters of base64url. */
  bits128(): string;
}
