import { isCount } from '../json.ts';
import type { Seconds } from '../wire/brands.ts';
import { FORMAT_VERSION, GONE_LETTER } from '../wire/layout.ts';
import { type Access, decodeAccess, encodeAccess } from './access.ts';
import { decodeMark, encodeMark, type Mark } from './mark.ts';

/**
 * The value of a hostname that is gone. It has no instances, the router answers as if the key did not exist, and any claim may
 * take the hostname. A reader with an older value of the hostname learns from the sequence number that its value is out of
 * date.
 */
export interface Tombstone extends Mark {
  access: Access;
  goneAt: Seconds;
}

/** The least time that a tombstone stays in the store, and half of the longest while sweeps run. Edges keep an old value for 20–45 s after a write. */
export const TOMBSTONE_SECONDS: Seconds = 300;

/** Encodes a tombstone as its value in the store. */
export function encodeTombstone({ access, goneAt, ...mark }: Tombstone): string {
  return `${FORMAT_VERSION} ${encodeAccess(access)} ${GONE_LETTER}${goneAt} ${encodeMark(mark)}`;
}

/** Decodes a tombstone. Undefined for a value that `encodeTombstone` of this version would not write. */
export function decodeTombstone(value: string): Tombstone | undefined {
  // A store has tens of thousands of values, and few are tombstones.
  if (value.length > 200 || !value.includes(` ${GONE_LETTER}`)) return undefined;
  const [, accessWord = '', gone = '', markWord] = value.split(' ');
  const access = decodeAccess(accessWord);
  const mark = decodeMark(markWord);
  const goneAt = Number(gone.slice(1));
  if (access === undefined || mark === undefined || !isCount(goneAt)) return undefined;
  const tombstone = { ...mark, access, goneAt };
  return encodeTombstone(tombstone) === value ? tombstone : undefined;
}

/** Whether a value says that its hostname is gone. */
export function isTombstone(value: string | undefined): boolean {
  return value !== undefined && decodeTombstone(value) !== undefined;
}
