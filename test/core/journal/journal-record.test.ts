import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Entry } from '../../../core/entry/entry.ts';
import {
  type DecisionRecord,
  parseRecord,
  printRecord,
  quarantineLine,
  rawLine,
  writtenRoutes,
} from '../../../core/journal/journal-record.ts';
import { Fault } from '../../../core/schema.ts';
import { RECORD } from '../../support/values/decision-record.ts';
import { A, B, fixture, fixtureNames } from '../../support/values/event-fixtures.ts';

describe('the line of an event as received', () => {
  test('keeps the bytes of the event and adds a newline', () => {
    for (const name of fixtureNames()) {
      const body = JSON.stringify(fixture(name));
      expect(rawLine(body), name).toBe(`${body}\n`);
    }
  });

  test('is one line with the same content, for any layout of the event', () => {
    fc.assert(
      fc.property(
        fc.json(),
        fc.constantFrom(1, 4, '\t'),
        fc.constantFrom('\n', '\r\n', '\r'),
        (json, indent, end) => {
          const pretty = JSON.stringify(JSON.parse(json), null, indent).replaceAll('\n', end);
          const line = rawLine(`${end}${pretty}${end}`);
          expect(line.match(/[\r\n]/g)).toEqual(['\n']);
          expect(JSON.parse(line)).toEqual(JSON.parse(pretty));
        },
      ),
    );
  });
});

describe('the line of an unreadable message', () => {
  test('F12: is one line of JSON that holds the whole message', () => {
    const arrival = { hash: '5e', receivedAt: Date.UTC(2026, 2, 2, 9, 16, 0) };
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'binary' }), fc.json(), fc.constant("{'a': True}\r\n")),
        (body) => {
          const line = quarantineLine(body, arrival, 'no JSON');
          expect(line.match(/[\r\n]/g)).toEqual(['\n']);
          expect(JSON.parse(line)).toEqual({
            receivedAt: '2026-03-02T09:16:00.000Z',
            hash: '5e',
            reason: 'no JSON',
            body,
          });
        },
      ),
    );
  });
});

describe('a decision record', () => {
  test('is printed as one line with every member of its type', () => {
    const line = printRecord(RECORD);
    expect(line.indexOf('\n')).toBe(line.length - 1);
    expect(JSON.parse(line)).toEqual(JSON.parse(JSON.stringify(RECORD)));
  });

  test('drops members that its type does not have', () => {
    const [put] = RECORD.puts;
    const careless = { ...RECORD, headers: { authorization: 'x' }, puts: [{ ...put, token: 'secret' }] };
    const printed = printRecord(careless as DecisionRecord);
    expect(printed).toBe(printRecord(RECORD));
  });

  test('is parsed as it was printed', () => {
    expect(parseRecord(printRecord(RECORD))).toEqual(JSON.parse(JSON.stringify(RECORD)));
    const { acceptedAt: _, before: __, found: ___, missing: ____, ...older } = RECORD;
    expect(parseRecord(printRecord(older))).toEqual(JSON.parse(JSON.stringify(older)));
  });

  test.each([
    ['junk', '{'],
    ['another shape', '[]'],
    ['another version', '{"version":2,"at":"2026-03-02T09:16:00.000Z","causes":[],"puts":[],"deletes":[]}'],
    ['no time', '{"version":1,"causes":[],"puts":[],"deletes":[]}'],
    ['a list missing', '{"version":1,"at":"2026-03-02T09:16:00.000Z","causes":[],"puts":[]}'],
  ])('is not parsed from %s', (_what, line) => {
    expect(parseRecord(line)).toBeInstanceOf(Fault);
  });

  test('holds only hostname, state, instances and end of a written entry', () => {
    const live: Entry = {
      ...{ access: 'public', deployment: 'main', sequence: 1, state: 'live', token: 'secret' },
      instances: [
        { id: A, launchedAt: 1, address: { via: 'ipv4', name: 'ec2-203-0-113-25.compute-1.amazonaws.com' } },
      ],
      rules: [{ path: '/', to: [{ instance: 0, port: 80, weight: 1 }], conditions: [], strip: false }],
    };
    const asleep: Entry = {
      access: 'public',
      deployment: 'main',
      sequence: 1,
      state: 'asleep',
      expiresAt: Date.UTC(2026, 2, 2, 9, 15) / 1000,
      instances: [{ id: B, launchedAt: 2 }],
    };
    const entries = new Map<string, Entry>(Object.entries({ shop: live, old: asleep, same: live }));
    expect(writtenRoutes(['shop', 'old', 'absent', 'shop'], entries)).toEqual([
      { hostname: 'old', state: 'asleep', instances: [B], expiresAt: '2026-03-02T09:15:00.000Z' },
      { hostname: 'shop', state: 'live', instances: [A] },
    ]);
  });
});
