import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeEntry, encodeEntry, jsonWord } from '../../../core/entry/entry.ts';
import { anyEntry, hostileText } from '../../support/values/arbitraries.ts';

/** Hand-written valid values, into which tests put a fault. */
const LIVE = '3 p 80  a.example i-1 1 main#7';
const LEASED = '3 p [80,"",0,0,9] a.example i-1 1 main#7';
const DRAINING = '3 p [80,"",0,0,0,1] a.example i-1 1 main#7';
const PATHS = '3 p {"":1,"/api":80} token a.example i-1 1 main#7';
const OPTIONS = '3 p [{"":1,"/api":[[80,{"s":1}]]},""] a.example i-1 1 main#7';
const POOL = '3 p [80,"",16,[1696834,16708273]] a.example i-1 1 b.example i-2 1 main#7';
const ASLEEP = '3 p A i-1 1 main#7';
const KEPT = '3 p C 120 i-1 1 main#7';
const NAPPING = '3 p A9 i-1 1 main#7';
const ALL = [LIVE, LEASED, DRAINING, PATHS, OPTIONS, POOL, ASLEEP, KEPT, NAPPING];

/** A valid value with one wrong part. */
function faulty(value: string, part: string, otherwise: string): string {
  expect(value).toContain(part);
  return value.replace(part, otherwise);
}

const withOptions = (options: string) => faulty(OPTIONS, '{"s":1}', options);

describe('a value is refused', () => {
  test.each(ALL)('but not if it is valid: %s', (value) => {
    expect(decodeEntry(value)).toBeDefined();
    expect(decodeEntry(faulty(value, '#7', '#8'))).toBeDefined();
  });

  test.each(['0', '1', '2', '4', '30', '"3"', 'null', '', '3 3', '03'])(
    'when its version is "%s"',
    (version) => {
      for (const value of ALL) expect(decodeEntry(faulty(value, '3 ', `${version} `))).toBeUndefined();
    },
  );

  test.each(['X', 'a', 'asleep', '', 'AA', 'L', 'D', '__proto__', 'constructor'])(
    'when its state is "%s"',
    (state) => {
      expect(decodeEntry(faulty(ASLEEP, ' A', ` ${state}`))).toBeUndefined();
      expect(decodeEntry(faulty(LIVE, '80', `["${state}",""]`))).toBeUndefined();
    },
  );

  test.each(['"9"', '-1', '1.5', '9e15', 'null', '[]', '0'])('when its expiry is %s', (expiry) => {
    expect(decodeEntry(faulty(LEASED, '9]', `${expiry}]`))).toBeUndefined();
    expect(decodeEntry(faulty(NAPPING, 'A9', `A${expiry}`))).toBeUndefined();
  });

  test('when its expiry is beyond the last second that a Date can tell, and not before', () => {
    for (const [value, part, close] of [
      [LEASED, '9]', ']'],
      [NAPPING, 'A9', ''],
    ] as const) {
      const ends = (second: number) =>
        decodeEntry(faulty(value, part, `${part.replace(/9.*/, '')}${second}${close}`));
      expect(ends(8_640_000_000_000)?.expiresAt).toBe(8_640_000_000_000);
      expect(ends(8_640_000_000_001)).toBeUndefined();
    }
  });

  test.each(['"120"', '-1', '1.5', '9e15', 'null', '', '0120', 'i-2'])(
    'when the end of its claim is %s',
    (end) => {
      expect(decodeEntry(faulty(KEPT, '120', end))).toBeUndefined();
    },
  );

  test.each(['0', '2', 'true', 'null', '"D"', '1,0'])('when it drains by %s', (draining) => {
    expect(decodeEntry(faulty(DRAINING, ',1]', `,${draining}]`))).toBeUndefined();
  });

  test.each(['__proto__', 'constructor', 'toString', 'valueOf', 'hasOwnProperty'])(
    'when an option is called %s, like a property of every object',
    (key) => expect(decodeEntry(withOptions(`{"${key}":1}`))).toBeUndefined(),
  );

  test.each([
    [
      'mark',
      'main#7',
      [
        '',
        '#7',
        'main',
        'main#',
        'main#-1',
        'main#1.5',
        'main#1E',
        'main#zzzzzzzzzzzz',
        'main#1000000000000',
        'main#07',
        'main 7',
      ],
    ],
    ['rules', '80', ['null', '[]', '{"":0,"/":80}', '{"/":80}', '{"":1,"/api":{}}', '[80,""]', '']],
    ['port', '80', ['22', '0', '-80', '65536', '80.5', '"80"', '080', '8e1']],
    [
      'instance',
      'a.example i-1 1',
      ['a.example i-1', 'a.b i-1 x', 'a.b  1', 'a.b i-1 -1', 'a.b i-1 1 ', 'a.b i-1 1 c'],
    ],
  ])('when its %s has the wrong type', (_part, part, mistyped) => {
    for (const each of mistyped) expect(decodeEntry(faulty(LIVE, part, each)), each).toBeUndefined();
  });

  test.each(['0', 'null', '[]', '{}'])('when its token is %s', (token) => {
    expect(decodeEntry(faulty(LEASED, '""', token))).toBeUndefined();
  });

  test.each([
    '[0]',
    '[0,80]',
    '[2,80,1]',
    '[-1,80,1]',
    '[0,22,1]',
    '[0,80,-1]',
    '[0,80,1.5]',
    '[]',
    '[0,80,1,1]',
  ])('when a rule of a pool leads to %s', (to) => {
    expect(decodeEntry(faulty(POOL, '[80,', '[[[[1,80,1]]],'))).toBeDefined();
    expect(decodeEntry(faulty(POOL, '[80,', `[[[${to}]],`))).toBeUndefined();
  });

  test.each([
    ['width', '16', '15'],
    ['seeds', '16708273', '16708274'],
    ['distance', '1 b.example', '1  b.example'],
  ])('when the %s of a pool does not match its instances', (_what, part, otherwise) => {
    expect(decodeEntry(faulty(POOL, part, otherwise))).toBeUndefined();
  });

  test.each(['0', '2', '-1', '"1"', 'null'])('when the depth of its paths is %s', (depth) => {
    expect(decodeEntry(faulty(PATHS, '"":1', `"":${depth}`))).toBeUndefined();
  });

  test.each([
    '{"z":1}',
    '{"s":0}',
    '{"s":true}',
    '{"k":""}',
    '{"k":5}',
    '{"t":""}',
    '{"t":null}',
    '{"m":{}}',
    '{"m":[]}',
    '0',
  ])('when a rule has the options %s', (options) =>
    expect(decodeEntry(withOptions(options))).toBeUndefined(),
  );

  test.each([
    '[]',
    '["M"]',
    '["M","GET","x"]',
    '["H","x-env"]',
    '["Q"]',
    '["X","a","b"]',
    '["M",5]',
    '"M"',
    'null',
  ])('when a condition is %s', (condition) => {
    expect(decodeEntry(withOptions('{"m":[["M","GET"]]}'))).toBeDefined();
    expect(decodeEntry(withOptions(`{"m":[${condition}]}`))).toBeUndefined();
  });

  test('when a closed entry carries an address', () => {
    expect(decodeEntry(faulty(ASLEEP, 'i-1', 'a.example i-1'))).toBeUndefined();
  });

  test.each([
    `${LIVE} `,
    ` ${LIVE}`,
    LIVE.replace('80 ', '80'),
    LEASED.replace(',0', ', 0'),
    LEASED.replace(',9', ''),
    PATHS.replace('a', '\\u0061'),
    LIVE.replace('80', '[80,""]'),
    PATHS.replace('{"":1,"/api":80}', '{"/api":80,"":1}'),
  ])('when it means an entry, but differs from our own encoding: %s', (value) =>
    expect(decodeEntry(value)).toBeUndefined(),
  );
});

describe('a value that is not an entry', () => {
  test('is refused without an error, be it text, JSON or a truncated value', () => {
    const cut = fc.tuple(anyEntry, fc.nat()).map(([entry, at]) => {
      const value = encodeEntry(entry);
      // Within the digits of the sequence number, which is no content, a cut would not show.
      return value.slice(0, at % value.lastIndexOf('#'));
    });
    const junk = fc.oneof(cut, hostileText, fc.json(), fc.string());
    fc.assert(
      fc.property(junk, (value) => {
        expect(decodeEntry(value)).toBeUndefined();
      }),
    );
  });

  test('never decodes to an entry with another encoding', () => {
    const mutant = fc.tuple(anyEntry, fc.nat(), fc.jsonValue()).map(([entry, at, part]) => {
      const words = encodeEntry(entry).split(' ');
      return words.with(at % words.length, jsonWord(part)).join(' ');
    });
    fc.assert(
      fc.property(mutant, (value) => {
        const entry = decodeEntry(value);
        if (entry) expect(encodeEntry(entry)).toBe(value);
      }),
    );
  });
});
