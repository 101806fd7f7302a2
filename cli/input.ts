import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { isDeeperThan, type Json } from '../core/json.ts';

/** Thrown when a file can't be read or is no JSON; the message names it. */
export class InputError extends Error {
  override name = 'InputError';
}

/** Levels of arrays and objects; what AWS writes has some ten. */
const DEEPEST = 100;

/** Bytes that a packed file may hold; a trail's log file has some megabytes. */
const LARGEST = 256 * 1024 * 1024;

/** A file as JSON, or as lines of JSON; packed with gzip and in any Unicode, as trails and shells write them. */
export async function readJson(file: string): Promise<Json> {
  return requireShallow(parseJsonOrLines(await readText(file), file), file);
}

/**
 * The same JSON.
 *
 * @throws InputError for one that is too deep to be written again
 */
export function requireShallow(json: Json, file: string): Json {
  if (!isDeeperThan(json, DEEPEST)) return json;
  throw new InputError(`${file} is nested more than ${DEEPEST} levels deep, which nothing of AWS is`);
}

/** A file as text, without the byte order mark that PowerShell puts before it. */
export async function readText(file: string): Promise<string> {
  const bytes = await readFile(file).catch((error: unknown) => {
    throw new InputError(`${file} can't be read: ${String(error)}`);
  });
  const plain = unpack(bytes, file);
  try {
    return new TextDecoder(detectEncoding(plain), { fatal: true }).decode(plain);
  } catch (error) {
    throw new InputError(`${file} is not text in UTF-8, nor in UTF-16 with its mark; save it as UTF-8`, {
      cause: error,
    });
  }
}

function unpack(bytes: Buffer, file: string): Buffer {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: LARGEST });
  } catch (error) {
    throw new InputError(`${file} can't be unpacked, which begins as gzip does: ${String(error)}`, {
      cause: error,
    });
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
  throw new InputError(`${file} is neither JSON nor lines of JSON: ${whole.fault}`);
}

function tryParse(text: string): { json: Json } | { fault: string } {
  try {
    return { json: JSON.parse(text) };
  } catch (error) {
    return { fault: String(error) };
  }
}
