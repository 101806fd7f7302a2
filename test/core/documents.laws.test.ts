import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildHistory, hostnamesIn, momentAt } from '../../core/journal/history.ts';
import { findRawKey } from '../../core/journal/journal-key.ts';
import { parseRecord, printRecord } from '../../core/journal/journal-record.ts';
import { parseRoutesFile, type RoutesFile } from '../../core/journal/routes-file.ts';
import { Fault } from '../../core/schema.ts';
import { RECORD } from '../support/values/decision-record.ts';
import { mutated } from '../support/values/mutations.ts';

/** Two routes and a problem, with every member that the types have. */
const FILE: RoutesFile = {
  version: 2,
  deployment: 'main',
  baseDomain: 'dev.example.com',
  detail: 'full',
  updatedAt: '2026-11-23T15:00:00.000Z',
  routes: [
    { hostname: 'docs.dev.example.com', state: 'asleep', instances: ['i-0123456789abcdef0'], rules: [] },
    {
      ...{
        hostname: 'shop.dev.example.com',
        state: 'live',
        instances: ['i-0123456789abcdef1'],
        rules: [
          { path: '/admin', to: 'maintenance' },
          {
            path: '/',
            to: [{ instance: 0, port: 3000, weight: 1 }],
            conditions: [
              { on: 'method', value: 'GET' },
              { on: 'header', name: 'x-env', value: 'canary' },
            ],
            strip: true,
            certName: 'origin.example.com',
            sticky: 'session',
            timeout: 5,
          },
        ],
      },
      since: '2026-11-23T14:00:01.000Z',
      cause: { kind: 'RunInstances', at: '2026-11-23T14:00:00Z', by: 'Developer/alice' },
      expiresAt: '2027-01-24T04:13:21.000Z',
      access: 'named',
    },
  ],
  instances: [
    {
      ...{
        id: 'i-0123456789abcdef1',
        name: 'shop',
        tags: { owner: 'alice', team: 'web' },
        group: 'shop-web',
      },
      ...{ type: 't4g.small', region: 'eu-west-1', zone: 'eu-west-1a', account: '111122223333' },
      ...{ via: 'ipv4', state: 'running' },
      launchedAt: '2026-11-23T14:00:00.000Z',
      launchedBy: 'Developer/alice',
    },
  ],
  problems: [
    {
      code: 'bad-value',
      instance: 'i-0123456789abcdef2',
      tag: 'proxy:port',
      hostnames: ['x.dev.example.com'],
      found: '80a',
      remedy: 'fix the tag',
      message: 'wrong',
    },
  ],
};

describe('a record of the journal', () => {
  test('with a mutation is refused or read as a printable record, and never throws', () => {
    let read = 0;
    fc.assert(
      fc.property(mutated(printRecord(RECORD)), (text) => {
        const record = parseRecord(text);
        if (record instanceof Fault) return;
        read += 1;
        expect(parseRecord(printRecord(record))).toEqual(record);
        for (const name of hostnamesIn([record])) momentAt(buildHistory([record], name), Date.now());
        for (const cause of record.causes) findRawKey(cause);
      }),
    );
    expect(read).toBeGreaterThan(0);
  });

  test.each([
    ['{"puts":[null]}', 'version is not 1'],
    [JSON.stringify({ ...RECORD, puts: [null] }), 'puts[0] is not an object'],
    [JSON.stringify({ ...RECORD, at: 'soon' }), 'at is not a time such as 2026-11-23T14:03:00Z'],
    [
      JSON.stringify({ ...RECORD, causes: [{ verdict: 'x' }] }),
      'causes[0].verdict is not hint or ignored or quarantined',
    ],
    [
      JSON.stringify({ ...RECORD, before: [{ hostname: 'a', state: 'odd', instances: [] }] }),
      /^before\[0\]\.state is not live or draining or starting/,
    ],
  ])('names the damaged place: %s', (line, fault) => {
    expect(String(parseRecord(line))).toMatch(fault);
  });
});

describe('the file of routes', () => {
  test('is read back as it was printed', () => {
    expect(parseRoutesFile(JSON.stringify(FILE))).toEqual(FILE);
  });

  test('with a mutation is refused or read', () => {
    fc.assert(
      fc.property(mutated(JSON.stringify(FILE)), (text) => {
        const file = parseRoutesFile(text);
        if (!(file instanceof Fault)) {
          expect(parseRoutesFile(JSON.stringify(file))).toEqual(file);
        }
      }),
    );
  });
});
