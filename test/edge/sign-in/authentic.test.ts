import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { HINT } from '../../../core/session/hint.ts';
import { PASS } from '../../../core/session/pass.ts';
import { SESSION } from '../../../core/session/session.ts';
import { printSessionKeys, type SessionKeys } from '../../../core/session/session-keys.ts';
import { type Kind, sign } from '../../../core/session/signed.ts';
import type { KindLetter } from '../../../core/wire/session.ts';
import { crypto } from '../../../edge/router/modules.ts';
import { isAuthentic } from '../../../edge/router/sign-in/authentic.ts';
import { A_SESSION, KEYS, keyNamed, mac, SCOPE } from '../../support/values/session/session-values.ts';

const CURRENT = KEYS.current;
const END = A_SESSION.endsAt;
const A_PASS = { endsAt: END, madeAt: END - 60, id: 'abcDEF012-_x', name: 'ci' };
const A_HINT = { endsAt: END, sequence: END, fact: { is: 'gone', since: 'open' } } as const;
const TEXTS = [
  { kind: SESSION as Kind<unknown>, value: A_SESSION },
  { kind: PASS as Kind<unknown>, value: A_PASS },
  { kind: HINT as Kind<unknown>, value: A_HINT },
].map(({ kind, value }) => ({
  word: kind.word,
  letter: kind.letter,
  text: sign(kind, value, SCOPE, CURRENT, mac),
}));
const SESSION_TEXT = TEXTS[0]?.text ?? '';

beforeEach(() => {
  vi.stubGlobal('DEPLOYMENT', SCOPE.deployment);
  vi.spyOn(Date, 'now').mockReturnValue(1_000 * END - 1);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

const isAccepted = (letter: KindLetter, text: string, keys: Partial<SessionKeys> = {}, host = SCOPE.host) =>
  isAuthentic(letter, host, text, printSessionKeys({ ...KEYS, ...keys }));

describe.each(TEXTS)('the router takes a $word', ({ letter, text }) => {
  test('until the second before its end', () => {
    expect(isAccepted(letter, text)).toBe(true);
    vi.spyOn(Date, 'now').mockReturnValue(1_000 * END);
    expect(isAccepted(letter, text)).toBe(false);
  });

  test('under the current, the previous and the next key', () => {
    const current = keyNamed('b');
    expect(isAccepted(letter, text, { current })).toBe(false);
    expect(isAccepted(letter, text, { current, previous: CURRENT })).toBe(true);
    expect(isAccepted(letter, text, { current, next: CURRENT })).toBe(true);
    expect(isAccepted(letter, text, { current, previous: keyNamed('c'), next: CURRENT })).toBe(true);
  });

  test('at its own hostname and deployment only', () => {
    expect(isAccepted(letter, text, {}, 'shop.dev.example.co')).toBe(false);
    vi.stubGlobal('DEPLOYMENT', 'mai');
    expect(isAccepted(letter, text)).toBe(false);
  });

  test('as this kind only', () => {
    for (const other of TEXTS) expect(isAccepted(other.letter, text)).toBe(other.letter === letter);
  });

  test('only without a change of one character', () => {
    for (let at = 0; at <= text.length; at++)
      for (const other of ['', '0', 'a', 'A', '.', '|', ' '])
        if (other !== text[at])
          expect(isAccepted(letter, text.slice(0, at) + other + text.slice(at + 1))).toBe(
            at === text.length && !other,
          );
    expect(isAccepted(letter, `1.${text}`)).toBe(false);
  });

  test('with no MAC that begins or ends like the right one', () => {
    const [signed, right] = [text.slice(0, -64), text.slice(-64)];
    const wrong = mac(keyNamed('z'), signed);
    // A number has the first 53 bits: 13 characters and a bit.
    for (const same of [1, 13, 14, 20, 63])
      for (const given of [right.slice(0, same) + wrong.slice(same), wrong.slice(same) + right.slice(-same)])
        if (given !== right) expect(isAccepted(letter, signed + given)).toBe(false);
    expect(isAccepted(letter, signed + right.toUpperCase())).toBe(right.toUpperCase() === right);
  });
});

describe('the router computes no MAC', () => {
  const macsOf = (text: string, keys = printSessionKeys(KEYS)) => {
    const spy = vi.spyOn(crypto, 'createHmac');
    spy.mockClear();
    expect(isAuthentic('s', SCOPE.host, text, keys)).toBe(text === SESSION_TEXT && spy.mock.calls.length > 0);
    return spy.mock.calls.map(([, key]) => key);
  };

  test('of a text that is too long or past its end', () => {
    expect(macsOf(SESSION_TEXT)).toEqual([CURRENT]);
    expect(macsOf(SESSION_TEXT.padEnd(400, '0'))).toEqual([CURRENT]);
    expect(macsOf(SESSION_TEXT.padEnd(401, '0'))).toEqual([]);
    expect(macsOf(sign(SESSION, { ...A_SESSION, endsAt: 1 }, SCOPE, CURRENT, mac))).toEqual([]);
  });

  test('with an absent key', () => {
    const forged = sign(SESSION, A_SESSION, SCOPE, keyNamed('z'), mac);
    const [b, c] = [keyNamed('b'), keyNamed('c')];
    expect(macsOf(forged)).toEqual([CURRENT]);
    expect(macsOf(forged, printSessionKeys({ ...KEYS, next: c }))).toEqual([CURRENT, c]);
    expect(macsOf(forged, printSessionKeys({ ...KEYS, previous: b }))).toEqual([CURRENT, b]);
    expect(macsOf(forged, printSessionKeys({ ...KEYS, previous: b, next: c }))).toEqual([CURRENT, b, c]);
  });

  test.each([
    '',
    '0000000003',
    '0000000003 - - - - -',
    `0000000003 ${'-'.repeat(44)}`,
    `k1 3 ${CURRENT} - -`,
  ])('with a part of %j', (keys) => {
    for (const key of [keys.slice(11, 54), '', '-', '.'.repeat(43)]) {
      const text = sign(SESSION, A_SESSION, SCOPE, key, mac);
      expect(macsOf(text, keys)).toEqual([]);
    }
  });
});
