import { readFile } from 'node:fs/promises';

/** Thrown when a file can't be read or is no JSON; the message names it. */
export class InputError extends Error {
  override name = 'InputError';
}

/** A file as JSON, or as lines of JSON. */
export async function readJson(file: string): Promise<unknown> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new InputError(`${file} can't be read: ${String(error)}`);
  });
  const whole = parsed(text);
  if ('json' in whole) return whole.json;
  const lines = text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map(parsed);
  if (lines.length > 1 && lines.every((line) => 'json' in line))
    return lines.map((line) => ('json' in line ? line.json : undefined));
  throw new InputError(`${file} is neither JSON nor lines of JSON: ${whole.fault}`);
}

function parsed(text: string): { json: unknown } | { fault: string } {
  try {
    return { json: JSON.parse(text) };
  } catch (error) {
    return { fault: String(error) };
  }
}
