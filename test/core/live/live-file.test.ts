import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Change, Fact } from '../../../core/live/change.ts';
import { currentChanges, MOST_CHANGES, parseLiveFile, printLiveFile } from '../../../core/live/live-file.ts';
import { liveKey, SHARDS, shardOf } from '../../../core/live/shard.ts';
import { Fault } from '../../../core/schema.ts';
import { anyHintedFact } from '../../support/values/session/session-values.ts';

const NOW = 1_795_440_240;
const AT = { sequence: NOW, at: NOW };

const anyChange: fc.Arbitrary<Change> = fc.record(
  {
    sequence: fc.nat(),
    at: fc.nat(),
    until: fc.nat(),
    fact: fc.oneof(anyHintedFact, fc.constant({ is: 'other' as const })),
  },
  { requiredKeys: ['sequence', 'at', 'fact'] },
);

describe('the file of a shard', () => {
  test('is parsed as printed', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.domain(), anyChange), (changes) => {
        const map = new Map(Object.entries(changes));
        expect(parseLiveFile(printLiveFile(map))).toEqual(map);
      }),
    );
  });

  test('shows each kind of fact', () => {
    const app: Fact = {
      ...{ is: 'app', since: 'open', port: 8_080, instance: 'i-0123456789abcdef0' },
      address: { via: 'ipv6', name: 'f5lnz-6.ap-southeast-2.ip.aws' },
    };
    const changes = new Map<string, Change>([
      ['app.dev.example.com', { ...AT, until: NOW + 60, fact: app }],
      ['closed.dev.example.com', { ...AT, fact: { is: 'closed', since: 7, letter: 'A' } }],
      ['gone.dev.example.com', { ...AT, fact: { is: 'gone', since: 7 } }],
      ['*.dev.example.com', { ...AT, fact: { is: 'other' } }],
    ]);
    expect(JSON.parse(printLiveFile(changes))).toEqual({
      version: 1,
      changes: {
        'app.dev.example.com': {
          ...{ ...AT, until: NOW + 60 },
          fact: { ...app, address: '6:f5lnz-6.ap-southeast-2.ip.aws' },
        },
        'closed.dev.example.com': { ...AT, fact: { is: 'closed', since: 7, letter: 'A' } },
        'gone.dev.example.com': { ...AT, fact: { is: 'gone', since: 7 } },
        '*.dev.example.com': { ...AT, fact: { is: 'other' } },
      },
    });
  });

  test.each<[string, unknown, string]>([
    ['another version', { version: 2, changes: {} }, 'version is not 1'],
    ['no changes', { version: 1 }, 'changes is not an object'],
    [
      'a change without a number',
      { a: { at: NOW, fact: { is: 'gone', since: 7 } } },
      'sequence is not a number of',
    ],
    [
      'a number of the year 4453',
      { a: { sequence: 36 ** 7, at: NOW, fact: {} } },
      'sequence is not a number of',
    ],
    [
      'an unknown fact',
      { a: { ...AT, fact: { is: 'moved' } } },
      'fact.is is not app or closed or gone or other',
    ],
    ['a fact without access', { a: { ...AT, fact: { is: 'gone' } } }, 'fact.since is not a whole number'],
    [
      'an unknown letter',
      { a: { ...AT, fact: { is: 'closed', since: 7, letter: 'X' } } },
      'letter is not S or A or',
    ],
    ...[{ port: 22 }, { address: '10.0.0.1' }, { address: '@vo-1' }, { instance: 'i 0' }].map(
      (part): [string, unknown, string] => [
        JSON.stringify(part),
        {
          a: {
            ...AT,
            fact: {
              is: 'app',
              since: 7,
              port: 80,
              address: 'a.example.com',
              instance: 'i-0123456789abcdef0',
              ...part,
            },
          },
        },
        'fact is not a fact that fits into a hint',
      ],
    ),
  ])('is refused with %s', (_, value, reason) => {
    const file = value instanceof Object && 'version' in value ? value : { version: 1, changes: value };
    const parsed = parseLiveFile(JSON.stringify(file));
    expect(parsed).toBeInstanceOf(Fault);
    expect(String(parsed)).toContain(reason);
  });

  test('drops changes after four minutes', () => {
    const fact = { is: 'other' } as const;
    const changes = new Map([
      ['old.example.com', { sequence: 1, at: NOW - 240, fact }],
      ['new.example.com', { sequence: 1, at: NOW - 239, fact }],
    ]);
    expect([...currentChanges(changes, NOW).keys()]).toEqual(['new.example.com']);
  });

  test('has at most 500 changes, the newest, and less than 330 kB', () => {
    const name = (n: number) =>
      `${'h'.repeat(63)}.${'h'.repeat(63)}.${'h'.repeat(63)}.${String(n).padStart(61, '0')}`;
    const fact: Fact = {
      ...{ is: 'app', since: Number.MAX_SAFE_INTEGER, port: 65_535, instance: 'i-0123456789abcdef0' },
      address: { via: 'ipv6', name: `${'a.'.repeat(50)}${'b'.repeat(26)}` },
    };
    const changes = new Map<string, Change>(
      Array.from({ length: MOST_CHANGES + 9 }, (_, n) => [
        name(n),
        { ...AT, until: NOW, sequence: NOW + n, fact },
      ]),
    );
    const current = currentChanges(changes, NOW);
    expect([current.size, current.has(name(8)), current.has(name(9))]).toEqual([MOST_CHANGES, false, true]);
    expect(printLiveFile(current).length).toBeLessThan(330_000);
  });
});

describe('the shard of a key', () => {
  test('is one of sixteen, and evenly used', () => {
    const counts = new Map(SHARDS.map((shard) => [shard, 0]));
    for (let n = 0; n < 16_000; n++) {
      const shard = shardOf(`app-${n}.dev.example.com`);
      counts.set(shard, (counts.get(shard) ?? Number.NaN) + 1);
    }
    expect([...counts.keys()]).toEqual(SHARDS);
    for (const count of counts.values()) expect(Math.abs(count - 1_000)).toBeLessThan(150);
  });

  test('stays the same, because updater and concierge must agree', () => {
    expect(['shop.dev.example.com', '*.shop.dev.example.com'].map(shardOf)).toEqual(['3', 'c']);
    expect(liveKey('a')).toBe('live/a.json');
  });
});
