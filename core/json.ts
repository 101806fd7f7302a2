/** A JSON object whose members are not checked yet. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** True for `{…}`, not for an array or null. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object itself, or an empty one for anything else. */
export function asObject(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {};
}

/** The longest text taken from an event. Role sessions and ARNs are shorter. */
const TEXT_LIMIT = 256;

/** Printable text without spaces around it. Undefined for an empty text and for other types. */
export function parseText(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  // Terminals and logs show events, and would obey control characters.
  const text = value
    .slice(0, TEXT_LIMIT)
    .replace(/\p{Cc}/gu, ' ')
    .trim();
  return text === '' ? undefined : text;
}

/**
 * The elements of a set as CloudTrail writes it: `{items: […]}`, sometimes `{item: …}`, and `{}` when empty.
 * A plain array and a single element are also sets.
 */
export function elementsOf(set: unknown): readonly unknown[] {
  const { items, item } = asObject(set);
  const elements = items ?? item ?? set;
  if (Array.isArray(elements)) return elements;
  return elements === undefined || elements === null ? [] : [elements];
}

const INSTANT = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d(?:\.\d{1,9})?)(Z|[+-]\d\d:\d\d)?$/;

/** ISO 8601 in UTC; undefined for anything else. Some logs write a space instead of `T` and omit the zone. */
export function parseInstant(value: unknown): string | undefined {
  const match = INSTANT.exec(parseText(value) ?? '');
  if (match === null) return undefined;
  const [, date, clock, zone = 'Z'] = match;
  const time = Date.parse(`${date}T${clock}${zone}`);
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}

/** Messages show this many characters of a text. */
const SHOWN = 80;

/** A value for a message: quoted, short, and without characters that a terminal obeys or that reverse the line. */
export function quoted(text: string): string {
  const shown = JSON.stringify(text.length > SHOWN ? `${text.slice(0, SHOWN - 1)}…` : text);
  return shown.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (sign) => `\\u{${(sign.codePointAt(0) ?? 0).toString(16)}}`);
}

/** A text from a tag for people: without characters that a terminal obeys or that turn the direction of the text around it. */
export function withoutControls(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '\ufffd');
}

/** A JSON value that is not checked yet. */
export type Json = unknown;

/** The JSON in a text; undefined for invalid JSON. */
export function parseJson(text: string): Json {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Parses every element; undefined if one is invalid. */
export function parseAll<T>(list: readonly Json[], parse: (item: Json) => T | undefined): T[] | undefined {
  const parsed = list.map(parse);
  return parsed.every((item) => item !== undefined) ? (parsed as T[]) : undefined;
}

export const isString = (json: Json): json is string => typeof json === 'string';
export const isText = (json: Json): json is string => isString(json) && json !== '';
export const isCount = (json: Json): json is number => Number.isSafeInteger(json) && (json as number) >= 0;

/** True if arrays and objects are nested deeper than `levels`. Not recursive, because deep input would overflow the stack. */
export function isDeeperThan(json: Json, levels: number): boolean {
  let level: Json[] = [json];
  for (let depth = 0; depth < levels; depth++)
    level = level.flatMap((each) => (isNest(each) ? Object.values(each) : []));
  return level.some(isNest);
}

const isNest = (json: Json): json is object => typeof json === 'object' && json !== null;

/** A character that a terminal obeys, or that no person sees and types. */
export const HIDDEN = /[\p{C}\p{Zl}\p{Zp}]/u;
