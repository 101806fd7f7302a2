import { constants, gunzipSync, gzipSync } from 'node:zlib';

/** Above this length, the fastest level saves more time than it costs bytes. */
const LONG = 1_000_000;

/** Synchronous: the function has one processor, and a simulated clock would run on while a thread works. */
export function packText(text: string): Buffer {
  const level = text.length > LONG ? constants.Z_BEST_SPEED : constants.Z_DEFAULT_COMPRESSION;
  return gzipSync(text, { level });
}

/** The text. A damaged one is empty, so that its reader refuses it like any other and writes it again. */
export function unpackText(bytes: Uint8Array): string {
  try {
    return gunzipSync(bytes).toString();
  } catch (error) {
    if (isDamagedGzip(error)) return '';
    throw error;
  }
}

/** Whether zlib refuses the bytes, with a code such as Z_DATA_ERROR. Any other error may pass. */
export function isDamagedGzip(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('Z_');
}
