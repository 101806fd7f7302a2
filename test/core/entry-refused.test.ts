import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeEntry, encodeEntry } from '../../core/entry.ts';
import { anyEntry, hostileText } from '../support/arbitraries.ts';

/** Values by hand: each of them decodes until a fault is put in. */
const LIVE = '[1,26,"main","L",7,0,80,"","1 i-1 a.example"]';
const PATHS = '[1,49,"main","L",7,0,{"/api":[[80,{"s":1}]]},"",1,"1 i-1 a.example"]';
const POOL = '[1,50,"main","L",7,0,80,"",0,16,[1696834,16708273],"1 i-1 a.example 1 i-2 b.example "]';
const ASLEEP = '[1,20,"main","A",7,0,"1 i-1"]';

/** A value with one part as it should not be, and its length put right: nothing else is wrong with it. */
function faulty(value: string, part: string, otherwise: string): string {
  expect(value).toContain(part);
  const changed = value.replace(part, otherwise);
  return changed.replace(/^(\[[^,]*),\d+/, (_all, version: string) => `${version},${lengthOf(changed)}`);
}

const lengthOf = (value: string) => value.lastIndexOf(',"');
const withOptions = (options: string) => faulty(PATHS, '{"s":1}', options);

describe('a value is refused', () => {
  test.each([LIVE, PATHS, POOL, ASLEEP])('unless it is faultless: %s', (value) => {
    expect(decodeEntry(value)).toBeDefined();
    expect(decodeEntry(faulty(value, ',7,0,', ',8,0,'))).toBeDefined();
  });

  test.each(['0', '2', '10', '"1"', 'null', '[1]', 'true'])('when its version is %s', (version) => {
    for (const value of [LIVE, ASLEEP])
      expect(decodeEntry(faulty(value, '[1', `[${version}`))).toBeUndefined();
  });

  test.each(['X', 'l', 'live', '', 'LL', '__proto__', 'constructor'])('when its state is "%s"', (state) => {
    expect(decodeEntry(faulty(LIVE, '"L"', `"${state}"`))).toBeUndefined();
    expect(decodeEntry(faulty(ASLEEP, '"A"', `"${state}"`))).toBeUndefined();
  });

  test.each([
    '1',
    '{}',
    '[]',
    'null',
    '{"e":"9"}',
    '{"e":-1}',
    '{"e":1.5}',
    '{"e":9e15}',
    '{"e":9,"x":1}',
    '{"x":9}',
  ])('when its options are %s', (options) => {
    for (const value of [LIVE, ASLEEP]) {
      expect(decodeEntry(faulty(value, ',7,0,', `,7,${options},`))).toBeUndefined();
      expect(decodeEntry(faulty(value, ',7,0,', ',7,{"e":9},'))).toBeDefined();
    }
  });

  test.each(['__proto__', 'constructor', 'toString', 'valueOf', 'hasOwnProperty'])(
    'when an option is called %s, like a member of every object',
    (key) => {
      expect(decodeEntry(faulty(LIVE, ',7,0,', `,7,{"${key}":1},`))).toBeUndefined();
      expect(decodeEntry(withOptions(`{"${key}":1}`))).toBeUndefined();
    },
  );

  test.each([
    ['owner', '"main"', ['""', '5', 'null', '{}']],
    ['sequence', ',7,', [',"7",', ',-1,', ',1.5,', ',null,', ',1e300,', ',-0,']],
    ['rules', ',80,', [',null,', ',[],', ',[[]],', ',{"/":80},', ',{"/api":{}},', ',[[80]],']],
    ['port', ',80,', [',22,', ',0,', ',-80,', ',65536,', ',80.5,', ',"80",']],
    ['closed state', ',80,', [',"L",', ',"D",', ',"X",', ',"",', ',"asleep",']],
    ['token', '""', ['0', 'null', '[]', '{}']],
    [
      'instance',
      '1 i-1 a.example',
      ['1 i-1', 'x i-1 a.b', '1  a.b', '-1 i-1 a.b', '1 i-1 a.b ', '1 i-1 a.b c'],
    ],
  ])('when its %s is mistyped', (_part, part, mistyped) => {
    for (const each of mistyped) expect(decodeEntry(faulty(LIVE, part, each)), each).toBeUndefined();
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
    expect(decodeEntry(faulty(POOL, ',80,', ',[[[1,80,1]]],'))).toBeDefined();
    expect(decodeEntry(faulty(POOL, ',80,', `,[[${to}]],`))).toBeUndefined();
  });

  test.each([
    ['depth', '"",0,', '"",1,'],
    ['width', ',16,', ',15,'],
    ['seeds', '16708273', '16708274'],
  ])('when the %s of a pool is not what belongs to its instances', (_what, part, otherwise) => {
    expect(decodeEntry(faulty(POOL, part, otherwise))).toBeUndefined();
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
    expect(decodeEntry(faulty(ASLEEP, 'i-1', 'i-1 a.example'))).toBeUndefined();
  });

  test.each([
    `${LIVE} `,
    ` ${LIVE}`,
    LIVE.replace(',7', ', 7'),
    LIVE.replace('m', '\\u006d'),
    LIVE.replace('26', '27'),
  ])('when it means an entry and is written otherwise than we write it: %s', (value) =>
    expect(decodeEntry(value)).toBeUndefined(),
  );
});

describe('a value that is no entry', () => {
  test('is refused without an error: plain text, JSON of any shape, values cut short', () => {
    const cut = fc.tuple(anyEntry, fc.nat()).map(([entry, at]) => {
      const value = encodeEntry(entry);
      return value.slice(0, at % value.length);
    });
    const junk = fc.oneof(cut, hostileText, fc.json(), fc.string());
    fc.assert(
      fc.property(junk, (value) => {
        expect(decodeEntry(value)).toBeUndefined();
      }),
    );
  });

  test('never decodes to something that is written otherwise', () => {
    const mutant = fc.tuple(anyEntry, fc.nat(), fc.jsonValue()).map(([entry, at, part]) => {
      const wire = JSON.parse(encodeEntry(entry)) as unknown[];
      return JSON.stringify(wire.with(at % wire.length, part));
    });
    fc.assert(
      fc.property(mutant, (value) => {
        const entry = decodeEntry(value);
        if (entry) expect(encodeEntry(entry)).toBe(value);
      }),
    );
  });
});
