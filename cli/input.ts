import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { isDeeperThan, type Json } from '../core/json.ts';

/** Thrown when an input cannot be read or used. The message names it. */
export class InputError extends Error {
  override name = 'InputError';
}

/** Levels of arrays and objects. Documents of AWS have about ten. */
const DEEPEST = 100;

/** Bytes of an unpacked text. A trail's log file has some megabytes. */
const LARGEST = 256 * 1024 * 1024;

/** Reads JSON or lines of JSON. Trails write gzip, and shells write UTF-8 or UTF-16. */
export async function readJson(file: string): Promise<Json> {
  return requireShallow(parseJsonOrLines(await readText(file), file), file);
}

/**
 * Returns the same JSON.
 *
 * @throws InputError if it is nested too deeply to be written again
 */
export function requireShallow(json: Json, file: string): Json {
  if (!isDeeperThan(json, DEEPEST)) return json;
  throw new InputError(
    `${file} is nested more than ${DEEPEST} levels deep; expected a document of AWS, which is not`,
  );
}

/** Reads a file as text, without the byte order mark that PowerShell writes. */
export async function readText(file: string): Promise<string> {
  const bytes = await readFile(file).catch((error: unknown) => {
    throw new InputError(`cannot read ${file}: ${describeReadError(error)}`);
  });
  const plain = unpack(bytes, file);
  try {
    return new TextDecoder(detectEncoding(plain), { fatal: true }).decode(plain);
  } catch (error) {
    throw new InputError(
      `${file} is not text in UTF-8 or in UTF-16 with a byte order mark; save it as UTF-8`,
      {
        cause: error,
      },
    );
  }
}

function describeReadError(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return 'the file does not exist';
  if (code === 'EISDIR') return 'it is a folder';
  return code === 'EACCES' ? 'permission denied' : String(error);
}

function unpack(bytes: Buffer, file: string): Buffer {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  return unpackGzip(bytes, file, 'copy it again');
}

/**
 * Unpacks a text.
 *
 * @param name for the message
 * @param remedy how to mend a damaged text
 * @throws InputError
 */
export function unpackGzip(bytes: Uint8Array, name: string, remedy: string): Buffer {
  try {
    return gunzipSync(bytes, { maxOutputLength: LARGEST });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new InputError(`cannot unpack ${name} as gzip: ${reason}; ${remedy}`, { cause: error });
  }
}

function detectEncoding(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  return bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : 'utf-8';
}

function parseJsonOrLines(text: string, file: string): Json {
  const whole = tryParse(text);
  if ('json' in whole) return whole.json;
  const lines = text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map(tryParse);
  if (lines.length > 1 && lines.every((line) => 'json' in line))
    return lines.map((line) => ('json' in line ? line.json : undefined));
  throw new InputError(`${file} is neither JSON nor one JSON document per line: ${whole.fault}`);
}

function tryParse(text: string): { json: Json } | { fault: string } {
  try {
    return { json: JSON.parse(text) };
  } catch (error) {
    return { fault: String(error) };
  }
}
