import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseFleetEvent } from '../../core/events/fleet-event.ts';
import { decisionKey, quarantineKey, rawKey } from '../../core/journal/journal-key.ts';
import { printRecord, quarantineLine } from '../../core/journal/journal-record.ts';
import { isJsonObject } from '../../core/json.ts';
import { RECORD } from '../support/values/decision-record.ts';
import { fixture } from '../support/values/event-fixtures.ts';

const PAGE = readFileSync(new URL('../../docs/inside/journal.md', import.meta.url), 'utf8');
const STATEMENTS = [...PAGE.matchAll(/```sql\n([\s\S]*?)```/g)].map(([, sql = '']) => sql);

const ARRIVAL = { hash: '5e'.repeat(32), receivedAt: Date.UTC(2026, 2, 2) };

/** The definition of a table. */
function table(name: string): string {
  return STATEMENTS.find((sql) => sql.startsWith(`CREATE EXTERNAL TABLE edge_proxy_${name} `)) ?? '';
}

/** Column → type, as the table has them. */
function columnsOf(name: string): Record<string, string> {
  const body = /\(\n([\s\S]*?)\)\nPARTITIONED/.exec(table(name))?.[1] ?? '';
  const columns = body.split(',\n').map((line) => /^ *`(\w+)` (.+)$/.exec(line) ?? []);
  return Object.fromEntries(
    columns.map(([, column = '', type = '']) => [column, type.replaceAll(', ', ',')]),
  );
}

/** The Hive type that fits all samples. Members of structs are in the order of their first occurrence. */
function typeOf(samples: readonly unknown[]): string {
  const [first] = samples;
  if (Array.isArray(first)) return `array<${typeOf(samples.flat())}>`;
  if (isJsonObject(first)) {
    const members = membersOf(samples);
    return `struct<${Object.entries(members)
      .map(([key, type]) => `${key}:${type}`)
      .join(',')}>`;
  }
  return { string: 'string', number: 'bigint', boolean: 'boolean' }[typeof first as string] ?? 'unknown';
}

/** Keys in lower case, as the SerDe sees them, with their types. */
function membersOf(samples: readonly unknown[]): Record<string, string> {
  const objects = samples.filter(isJsonObject);
  const keys = [...new Set(objects.flatMap((each) => Object.keys(each)))];
  const valuesOf = (key: string) => objects.map((each) => each[key]).filter((value) => value !== undefined);
  return Object.fromEntries(keys.map((key) => [key.toLowerCase(), typeOf(valuesOf(key))]));
}

/** A type whose structs have their members in the alphabet's order. */
function sorted(type: string): string {
  return type.replace(
    /struct<((?:[^<>]|array<string>)*)>/g,
    (_, members: string) =>
      `struct<${members
        .split(/,(?![^<]*>)/)
        .sort()
        .join(',')}>`,
  );
}

const sortedColumns = (columns: Record<string, string>) =>
  Object.fromEntries(Object.entries(columns).map(([column, type]) => [column, sorted(type)]));

describe('docs/inside/journal.md', () => {
  test('has a table of decisions with the columns and types of printed records', () => {
    const printed = membersOf([JSON.parse(printRecord(RECORD))]);
    expect(sortedColumns(columnsOf('decisions'))).toEqual(sortedColumns(printed));
  });

  test('has a table of quarantined messages with the columns of printed messages', () => {
    const kept = JSON.parse(quarantineLine('junk', ARRIVAL, 'no JSON'));
    expect(columnsOf('quarantine')).toEqual(membersOf([kept]));
  });

  test('has a table of raw events with EventBridge’s envelope, nested parts as text, and no name twice', () => {
    const mapped = new Map(
      [...table('raw').matchAll(/'mapping\.(\w+)' = '([\w-]+)'/g)].map(([, column = '', key = '']) => [
        column,
        key,
      ]),
    );
    const columns = Object.keys(columnsOf('raw')).map((column) => mapped.get(column) ?? column);
    const { detail: _, ...envelope } = fixture('tag-change');
    expect(columns.sort()).toEqual([...Object.keys(envelope), 'detail'].sort());
    expect(columnsOf('raw')).toMatchObject({ detail: 'string', resources: 'array<string>' });
    for (const partition of ['acct', 'reg', 'dt']) expect(columnsOf('raw')).not.toHaveProperty(partition);
  });

  test('projects partitions to exactly the prefixes of written objects', () => {
    const event = parseFleetEvent(fixture('run-instances'), {});
    const keys = {
      raw: rawKey(event, ARRIVAL),
      decisions: decisionKey(ARRIVAL.receivedAt, 'r', 1),
      quarantine: quarantineKey(ARRIVAL),
    };
    const values = { acct: '123456789012', reg: 'eu-west-1', dt: '2026-03-02' };
    for (const [name, key] of Object.entries(keys)) {
      const template =
        /'storage\.location\.template' = 's3:\/\/JOURNAL-BUCKET\/(.+)'/.exec(table(name))?.[1] ?? '';
      const prefix = template.replace(
        /\$\{(\w+)\}/g,
        (_, partition: keyof typeof values) => values[partition],
      );
      expect(key.startsWith(prefix), name).toBe(true);
      expect(key.slice(prefix.length)).not.toContain('/');
    }
  });

  test('asks three questions about existing columns', () => {
    const questions = STATEMENTS.filter((sql) => sql.startsWith('SELECT'));
    expect(questions).toHaveLength(3);
    for (const sql of questions) {
      const [, name = '', alias = ''] = /FROM edge_proxy_(\w+) (\w)/.exec(sql) ?? [];
      const columns = { ...columnsOf(name), dt: 'string' };
      const asked = [...sql.matchAll(new RegExp(`\\b${alias}\\.(\\w+)`, 'g'))].map(
        ([, column = '']) => column,
      );
      expect(asked.length).toBeGreaterThan(2);
      for (const column of asked) expect(columns, sql).toHaveProperty(column);
    }
  });
});
