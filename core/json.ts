/** A JSON object whose members nobody has checked yet. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** True for `{…}`: neither an array nor null. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object itself, and an empty one for anything else: the members of nothing are absent. */
export function asObject(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {};
}

/** Longest text taken over from an event; role sessions and ARNs stay well below. */
const TEXT_LIMIT = 256;

/** Printable text without blanks around it; undefined for what is no string or has nothing in it. */
export function parseText(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  // Events end up in terminals and logs, where control characters would be commands.
  const text = value
    .slice(0, TEXT_LIMIT)
    .replace(/\p{Cc}/gu, ' ')
    .trim();
  return text === '' ? undefined : text;
}

/**
 * The elements of a set as CloudTrail writes it: `{items: […]}`, here and there `{item: …}`, `{}` when empty.
 * A plain array and a single element are sets too.
 */
export function elementsOf(set: unknown): readonly unknown[] {
  const { items, item } = asObject(set);
  const elements = items ?? item ?? set;
  if (Array.isArray(elements)) return elements;
  return elements === undefined || elements === null ? [] : [elements];
}

const INSTANT = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d(?:\.\d{1,9})?)(Z|[+-]\d\d:\d\d)?$/;

/** ISO 8601 in UTC; undefined for what is no time. Some logs write a blank for the `T` and leave out the zone. */
export function parseInstant(value: unknown): string | undefined {
  const match = INSTANT.exec(parseText(value) ?? '');
  if (match === null) return undefined;
  const [, date, clock, zone = 'Z'] = match;
  const time = Date.parse(`${date}T${clock}${zone}`);
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}

/** Characters of a text that a message shows. */
const SHOWN = 80;

/** A value as a reason may show it: quoted, short, and with nothing in it that a terminal obeys or that turns the line around. */
export function quoted(text: string): string {
  const shown = JSON.stringify(text.length > SHOWN ? `${text.slice(0, SHOWN - 1)}…` : text);
  return shown.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (sign) => `\\u{${(sign.codePointAt(0) ?? 0).toString(16)}}`);
}

/** A JSON value that nobody has looked at yet. */
export type Json = unknown;

/** The JSON in a text; undefined for what is none. */
export function parseJson(text: string): Json {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Every element parsed, or `undefined` when one is not what it should be. */
export function parseAll<T>(list: readonly Json[], parse: (item: Json) => T | undefined): T[] | undefined {
  const parsed = list.map(parse);
  return parsed.every((item) => item !== undefined) ? (parsed as T[]) : undefined;
}

export const isString = (json: Json): json is string => typeof json === 'string';
export const isText = (json: Json): json is string => isString(json) && json !== '';
export const isCount = (json: Json): json is number => Number.isSafeInteger(json) && (json as number) >= 0;

/** Whether arrays and objects lie within each other in more than so many levels. Not recursive, which would end early itself. */
export function isDeeperThan(json: Json, levels: number): boolean {
  let level: Json[] = [json];
  for (let depth = 0; depth < levels; depth++)
    level = level.flatMap((each) => (isNest(each) ? Object.values(each) : []));
  return level.some(isNest);
}

const isNest = (json: Json): json is object => typeof json === 'object' && json !== null;
