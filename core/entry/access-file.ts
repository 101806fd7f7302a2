import { isString } from '../json.ts';
import { count, Fault, mapOf, objectWith, parseDocument, type Schema } from '../schema.ts';
import type { Seconds } from '../wire/brands.ts';
import { type Access, decodeAccess, encodeAccess } from './access.ts';

/** The object in the bucket of access rules. No cache behaviour of the distribution reaches it. */
export const ACCESS_KEY = 'access.json';

/** The access of every hostname, as the updater publishes it for the concierge: the whole state at one write of the store. */
export interface AccessFile {
  /** The number of that write. No `since` is higher. */
  sequence: number;
  /** Rises when everybody is signed out at once, as in `:keys`. */
  epoch: number;
  /** By the keys of the store, wildcards included. */
  hosts: ReadonlyMap<string, Access>;
  /** The last order to sign a person out, by user, for as long as an older sign-in could last. */
  signedOut: ReadonlyMap<string, Seconds>;
}

/** Prints the file: each access as the word that an entry has for it. */
export function printAccessFile({ sequence, epoch, hosts, signedOut }: AccessFile): string {
  const words = [...hosts].map(([host, access]) => [host, encodeAccess(access)]);
  return JSON.stringify({
    sequence,
    epoch,
    hosts: Object.fromEntries(words),
    signedOut: Object.fromEntries(signedOut),
  });
}

/** Parses the file. */
export function parseAccessFile(text: string): AccessFile | Fault {
  return parseDocument(text, FILE);
}

const accessWord: Schema<Access> = (json) =>
  (isString(json) ? decodeAccess(json) : undefined) ?? new Fault('', 'an access word');

const FILE = objectWith<AccessFile>({
  sequence: count,
  epoch: count,
  hosts: mapOf(accessWord),
  signedOut: mapOf(count),
});
