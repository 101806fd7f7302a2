import { describe, expect, test } from 'vitest';
import {
  anyText,
  count,
  Fault,
  flag,
  instant,
  keyOf,
  listOf,
  mapOf,
  number,
  objectWith,
  oneOf,
  optional,
  orElse,
  parseDocument,
  type Schema,
  text,
  variantOf,
} from '../../core/schema.ts';

/** The result of a schema for a text: the value, or the fault as people read it. */
function told<T>(json: string, schema: Schema<T>): unknown {
  const value = parseDocument(json, schema);
  return value instanceof Fault ? String(value) : value;
}

interface App {
  name: string;
  port?: number;
}

const APP = objectWith<App>({ name: text, port: optional(count) });

describe('a schema', () => {
  test.each<[string, Schema<unknown>, string, unknown]>([
    ['a text', anyText, '""', ''],
    ['a non-empty string', text, '""', 'it is not a non-empty string'],
    ['a flag', flag, '0', 'it is not true or false'],
    ['a number', number, '"1"', 'it is not a number'],
    ['a count', count, '-1', 'it is not a whole number of 0 or more'],
    ['a count with a fraction', count, '1.5', 'it is not a whole number of 0 or more'],
    ['an instant', instant, '"2026-11-24T13:00:00Z"', '2026-11-24T13:00:00Z'],
    ['no instant', instant, '"soon"', 'it is not a time such as 2026-11-23T14:03:00Z'],
    ['an allowed word', oneOf<string | number>('a', 1), '1', 1],
    ['a forbidden word', oneOf<string | number>('a', 1), '"1"', 'it is not a or 1'],
    ['the name of a member', keyOf({ A: 0 }), '"A"', 'A'],
    ['the name of a property of every object', keyOf({ A: 0 }), '"toString"', 'it is not A'],
  ])('accepts or refuses %s', (_, schema, json, expected) => {
    expect(told(json, schema)).toEqual(expected);
  });

  test('names the place of the first fault and the expected value', () => {
    const apps = objectWith<{ apps: App[] }>({ apps: listOf(APP) });
    expect(told('{"apps":[{"name":"a"},{"name":"b","port":"80"}]}', apps)).toBe(
      'apps[1].port is not a whole number of 0 or more',
    );
    expect(told('{"apps":[{}]}', apps)).toBe('apps[0].name is not a non-empty string');
    expect(told('{"apps":{}}', apps)).toBe('apps is not a list');
    expect(told('[]', apps)).toBe('it is not an object');
    expect(told('{', apps)).toBe('it is not JSON');
    expect(told('{"a b":1}', mapOf(text))).toBe('["a b"] is not a non-empty string');
  });

  test('never shows the faulty value, which may be a secret', () => {
    expect(told('{"name":"","port":"hunter2"}', APP)).not.toContain('hunter2');
    expect(told('{"name":"x","port":"hunter2"}', APP)).not.toContain('hunter2');
  });

  test('omits unknown members, and does not require optional ones', () => {
    expect(told('{"name":"a","size":7}', APP)).toEqual({ name: 'a' });
    expect(told('{"name":"a","port":null}', APP)).toBe('port is not a whole number of 0 or more');
  });

  test('ignores inherited members of objects', () => {
    const odd = objectWith<{ toString: string }>({ toString: text } as never);
    expect(told('{}', odd)).toBe('toString is not a non-empty string');
  });

  test('reads a map with keys that are properties of every object', () => {
    const map = parseDocument('{"__proto__":"a","constructor":"b"}', mapOf(text));
    expect(map).toEqual(
      new Map([
        ['__proto__', 'a'],
        ['constructor', 'b'],
      ]),
    );
    expect(told('[]', mapOf(text))).toBe('it is not an object');
    expect(
      told(
        '{"a":1}',
        mapOf(count, (name) => name === 'b'),
      ),
    ).toBe('["a"] is not an expected name');
  });

  test('uses the other value for a damaged or absent member if the schema has one', () => {
    const list = orElse(listOf(count), [7]);
    expect([told('[1]', list), told('["1"]', list), told('null', list)]).toEqual([[1], [7], [7]]);
    expect(told('{}', objectWith<{ list: number[] }>({ list }))).toEqual({ list: [7] });
  });

  test('chooses among variants by one member', () => {
    const shape = variantOf('is', {
      round: objectWith<{ is: string; radius: number }>({ is: anyText, radius: count }),
      flat: objectWith<{ is: string; radius: number }>({ is: anyText, radius: orElse(count, 0) }),
    });
    expect(told('{"is":"flat"}', shape)).toEqual({ is: 'flat', radius: 0 });
    expect(told('{"is":"round"}', shape)).toBe('radius is not a whole number of 0 or more');
    expect(told('{"is":"constructor"}', shape)).toBe('is is not round or flat');
    expect(told('[]', shape)).toBe('it is not an object');
  });
});
