/**
 * Schemas for the documents that we read back. A schema copies the members that it names into a new value and refuses
 * the first invalid one. It never throws, and drops other members.
 */
import { isCount, isJsonObject, isString, isText, type Json, parseJson } from './json.ts';

/** Why a document is refused. It says where and what is expected, but not the value: a mirror holds tokens. */
export class Fault {
  /** `.puts[3].state`; empty for the whole document. */
  readonly where: string;
  /** `a string`. */
  readonly expected: string;

  constructor(where: string, expected: string) {
    this.where = where;
    this.expected = expected;
  }

  /** The same fault with a longer path. */
  below(step: string): Fault {
    return new Fault(step + this.where, this.expected);
  }

  /** `puts[3].state is not a string`. */
  toString(): string {
    return `${this.where === '' ? 'it' : this.where.replace(/^\./, '')} is not ${this.expected}`;
  }
}

/** Parses a JSON value. */
export type Schema<T> = (json: Json) => T | Fault;

/** A member that may be absent. */
export interface Optional<T> {
  optional: Schema<T>;
}

/** A schema for every member of a type; the compiler finds a missing one. */
export type Members<T> = {
  readonly [K in keyof T]-?: object extends Pick<T, K> ? Optional<Exclude<T[K], undefined>> : Schema<T[K]>;
};

/** Parses a text that holds JSON. */
export function parseDocument<T>(text: string, schema: Schema<T>): T | Fault {
  const json = parseJson(text);
  return json === undefined ? new Fault('', 'JSON') : schema(json);
}

/** A schema that accepts the values for which `is` is true. */
export function matching<T>(is: (json: Json) => json is T, expected: string): Schema<T> {
  return (json) => (is(json) ? json : new Fault('', expected));
}

export const anyText = matching(isString, 'a string');
export const text = matching(isText, 'a non-empty string');
export const flag = matching((json): json is boolean => typeof json === 'boolean', 'true or false');
export const number = matching((json): json is number => typeof json === 'number', 'a number');
export const count = matching(isCount, 'a whole number of 0 or more');
/** ISO 8601, within the range of a Date. */
export const instant = matching(
  (json): json is string => isString(json) && !Number.isNaN(Date.parse(json)),
  'a time such as 2026-11-23T14:03:00Z',
);

/** One of several words or numbers. */
export function oneOf<const T extends string | number>(...values: readonly T[]): Schema<T> {
  return matching((json): json is T => values.some((value) => value === json), values.join(' or '));
}

/** A key of a table. */
export function keyOf<const T extends object>(table: T): Schema<keyof T & string> {
  const is = (json: Json): json is keyof T & string => isString(json) && Object.hasOwn(table, json);
  return matching(is, Object.keys(table).join(' or '));
}

export function optional<T>(schema: Schema<T>): Optional<T> {
  return { optional: schema };
}

/** The value, or `otherwise` if it is faulty or absent. */
export function orElse<T>(schema: Schema<T>, otherwise: T): Schema<T> {
  return (json) => {
    const value = schema(json);
    return value instanceof Fault ? otherwise : value;
  };
}

export function listOf<T>(schema: Schema<T>): Schema<T[]> {
  return (json) => {
    if (!Array.isArray(json)) return new Fault('', 'a list');
    const list: T[] = [];
    for (const [index, item] of json.entries()) {
      const value = schema(item);
      if (value instanceof Fault) return value.below(`[${index}]`);
      list.push(value);
    }
    // A copy of the exact size: after one push an array has room for seventeen items, and documents have 60,000 short lists.
    return list.slice();
  };
}

/** An object with members of any name that `is` accepts, `__proto__` included. */
export function mapOf<T>(schema: Schema<T>, is = (_name: string) => true): Schema<ReadonlyMap<string, T>> {
  return (json) => {
    if (!isJsonObject(json)) return new Fault('', 'an object');
    const map = new Map<string, T>();
    for (const [key, item] of Object.entries(json)) {
      const value = is(key) ? schema(item) : new Fault('', 'an expected name');
      if (value instanceof Fault) return value.below(`[${JSON.stringify(key)}]`);
      map.set(key, value);
    }
    return map;
  };
}

/** An object with the members of a type. */
export function objectWith<T extends object>(members: Members<T>): Schema<T> {
  const schemas = Object.entries<Schema<unknown> | Optional<unknown>>(members);
  return (json) => {
    if (!isJsonObject(json)) return new Fault('', 'an object');
    const object: Record<string, unknown> = {};
    for (const [key, schema] of schemas) {
      const item = Object.hasOwn(json, key) ? json[key] : undefined;
      const isOptional = 'optional' in schema;
      if (item === undefined && isOptional) continue;
      const value = isOptional ? schema.optional(item) : schema(item);
      if (value instanceof Fault) return value.below(`.${key}`);
      object[key] = value;
    }
    // Each member of T went through its own schema.
    return object as T;
  };
}

/** An object of one of several types, as one of its members says. */
export function variantOf<T, Word extends string>(
  member: string,
  variants: Readonly<Record<Word, Schema<T>>>,
): Schema<T> {
  const name = keyOf(variants);
  return (json) => {
    if (!isJsonObject(json)) return new Fault('', 'an object');
    const word = name(json[member]);
    return word instanceof Fault ? word.below(`.${member}`) : variants[word](json);
  };
}
