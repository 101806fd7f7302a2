import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { HINT } from '../../../core/session/hint.ts';
import { PASS } from '../../../core/session/pass.ts';
import { isReturnPath } from '../../../core/session/return-path.ts';
import { SESSION } from '../../../core/session/session.ts';
import { parseSessionKeys, printSessionKeys } from '../../../core/session/session-keys.ts';
import { type Kind, open, sign } from '../../../core/session/signed.ts';
import { isAuthentic } from '../../../edge/router/sign-in/authentic.ts';
import { hostileText } from '../../support/values/arbitraries.ts';
import {
  acceptedKeys,
  anySample,
  isMac,
  KEYS,
  KINDS,
  keyNamed,
  mac,
  SCOPE,
} from '../../support/values/session/session-values.ts';

/** 200,000 forgeries in CI. */
const RUNS = process.env['CI'] === 'true' ? 40_000 : 2_000;

const KEY = KEYS.current;
const OTHER = keyNamed('b');
const VALUE = printSessionKeys(KEYS);

/** At a time at which no text is past its end. */
beforeAll(() => {
  vi.stubGlobal('DEPLOYMENT', SCOPE.deployment);
  vi.spyOn(Date, 'now').mockReturnValue(-1);
});
afterAll(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

/** Authentic texts of every kind, which a viewer may have seen. */
const SEEN = fc
  .sample(fc.tuple(anySample, fc.constantFrom(SCOPE, { ...SCOPE, host: 'docs.dev.example.com' })), 400)
  .map(([{ kind, value }, scope]) => ({ kind, scope, text: sign(kind, value, scope, KEY, mac) }));

const seen = fc.constantFrom(...SEEN);
const anyText = seen.map(({ text }) => text);
const place = fc.nat({ max: 1_500 });

/** Texts that a viewer can make of others, without a key. */
const forged: fc.Arbitrary<string> = fc.oneof(
  fc
    .tuple(anyText, place, hostileText)
    .map(([text, at, piece]) => text.slice(0, at) + piece + text.slice(at + 1)),
  fc
    .tuple(anyText, place, fc.nat({ max: 127 }))
    .map(([text, at, code]) => text.slice(0, at) + String.fromCharCode(code) + text.slice(at + 1)),
  fc.tuple(anyText, place, place).map(([text, from, to]) => text.slice(0, from) + text.slice(to)),
  // The body of one, and the MAC of another or under another key.
  fc.tuple(anyText, anyText).map(([text, other]) => text.slice(0, -64) + other.slice(-64)),
  anyText.map((text) => text.slice(0, -64) + mac(OTHER, text.slice(0, -64))),
  anyText.map((text) => text.slice(0, -64) + mac('', text.slice(0, -64))),
  // Fields of both.
  fc.tuple(anyText, anyText, fc.nat({ max: 9 })).map(([text, other, count]) => {
    const [head, tail] = [text.split('.'), other.split('.')];
    return [...head.slice(0, count), ...tail.slice(count)].join('.');
  }),
  fc.array(hostileText, { maxLength: 10 }).map((words) => words.join('.')),
  anyText,
);

describe.each(KINDS)('a forged $word', (kind: Kind<unknown>) => {
  test('is refused without an error, by the concierge and by the router', () => {
    const authentic = new Set(
      SEEN.filter((each) => each.kind === kind && each.scope === SCOPE).map(({ text }) => text),
    );
    fc.assert(
      fc.property(forged, (text) => {
        const opened = open(kind, text, SCOPE, acceptedKeys(KEYS), isMac);
        expect(opened !== undefined).toBe(authentic.has(text));
        // The router opens the kinds whose first field is their end and that are short.
        if ([SESSION, PASS, HINT].includes(kind as never))
          expect(isAuthentic(kind.letter, SCOPE.host, text, VALUE)).toBe(authentic.has(text));
      }),
      { numRuns: RUNS },
    );
  });
});

test('a path to return to never leads to another host', () => {
  const piece = fc.oneof(
    hostileText,
    fc.constantFrom('/', '//', '\\', '@', ':', '.', '..', '%2f', '%5c', '\t', '#', '?'),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const path = pieces.join('');
      if (isReturnPath(path)) expect(new URL(path, 'https://shop.example').host).toBe('shop.example');
    }),
    { numRuns: RUNS },
  );
});

test('the value of :keys with any character changed is refused, or prints as it was read', () => {
  const value = printSessionKeys({ ...KEYS, previous: OTHER, revoked: ['abcDEF012-_x'] });
  fc.assert(
    fc.property(fc.nat({ max: value.length }), hostileText, (at, piece) => {
      const changed = value.slice(0, at) + piece + value.slice(at + 1);
      const keys = parseSessionKeys(changed);
      if (keys !== undefined) expect(printSessionKeys(keys)).toBe(changed);
    }),
    { numRuns: RUNS },
  );
});
