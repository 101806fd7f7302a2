import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PASS } from '../../../core/session/pass.ts';
import { SESSION } from '../../../core/session/session.ts';
import { printSessionKeys, type SessionKeys } from '../../../core/session/session-keys.ts';
import { type Scope, sign } from '../../../core/session/signed.ts';
import * as wire from '../../../core/wire/session.ts';
import {
  A_SESSION,
  anyPass,
  anySession,
  isMac,
  KEYS,
  keyNamed,
  mac,
  SCOPE,
} from '../../support/values/session/session-values.ts';

const CURRENT = KEYS.current;
const A_PASS = { endsAt: 1_798_032_240, madeAt: 1_795_440_240, id: 'abcDEF012-_x', name: 'ci' };

interface Around {
  now?: number;
  keys?: SessionKeys;
  scope?: Scope;
  since?: number;
  level?: number;
}

/** As the router does it. */
function opener(kind: 'session' | 'pass', end: number) {
  return (
    value: string,
    { now = end - 1, keys = KEYS, scope = SCOPE, since = 0, level = 0 }: Around = {},
  ) => {
    const words = printSessionKeys(keys).split(' ');
    const place = `${kind}|${scope.deployment}|${scope.host}|`;
    const opened = wire.openSigned(place, value, words, now, isMac);
    return opened && wire.isValid(opened, words, since, level) ? opened : undefined;
  };
}

const openSession = opener('session', A_SESSION.endsAt);
const openPass = opener('pass', A_PASS.endsAt);

describe('the router opens a session', () => {
  const text = sign(SESSION, A_SESSION, SCOPE, CURRENT, mac);

  test('with all its fields', () => {
    fc.assert(
      fc.property(anySession, (session) => {
        const value = sign(SESSION, session, SCOPE, CURRENT, mac);
        const opened = openSession(value, { now: session.endsAt - 1, keys: { ...KEYS, epoch: 0 } });
        expect(opened?.[wire.END]).toBe(String(session.endsAt));
        expect(opened?.[wire.SEQUENCE]).toBe(String(session.sequence));
        expect(opened?.[wire.EPOCH]).toBe(String(session.epoch));
        expect(opened?.[wire.LEVEL]).toBe(String(session.level));
        expect(opened?.[wire.SUBJECT]).toBe(session.subject);
        expect(opened?.slice(wire.USER, -1).join('.')).toBe(session.user);
      }),
    );
  });

  test('until the second before its end', () => {
    expect(openSession(text, { now: A_SESSION.endsAt - 0.001 })).toBeDefined();
    expect(openSession(text, { now: A_SESSION.endsAt })).toBeUndefined();
  });

  test('from the epoch of the keys and from a later one, which the edge may not know yet', () => {
    expect(openSession(text, { keys: { ...KEYS, epoch: A_SESSION.epoch - 1 } })).toBeDefined();
    expect(openSession(text, { keys: { ...KEYS, epoch: A_SESSION.epoch } })).toBeDefined();
    expect(openSession(text, { keys: { ...KEYS, epoch: A_SESSION.epoch + 1 } })).toBeUndefined();
  });

  test('of the number of the access rule or a later one', () => {
    expect(openSession(text, { since: A_SESSION.sequence })).toBeDefined();
    expect(openSession(text, { since: A_SESSION.sequence + 1 })).toBeUndefined();
  });

  test('at the level of its entry, and without an entry at every level', () => {
    const climbed = sign(SESSION, { ...A_SESSION, level: 1 }, SCOPE, CURRENT, mac);
    expect(openSession(climbed, { since: 1, level: 1 })).toBeDefined();
    expect(openSession(climbed, { since: 1, level: 0 })).toBeUndefined();
    expect(openSession(climbed, { since: 0, level: 3 })).toBeDefined();
  });

  test('under the previous and the next key', () => {
    const other = keyNamed('b');
    expect(openSession(text, { keys: { ...KEYS, current: other } })).toBeUndefined();
    expect(openSession(text, { keys: { ...KEYS, current: other, previous: CURRENT } })).toBeDefined();
    expect(openSession(text, { keys: { ...KEYS, current: other, next: CURRENT } })).toBeDefined();
  });

  test('at its own hostname and deployment only', () => {
    expect(openSession(text, { scope: { ...SCOPE, host: 'shop.dev.example.co' } })).toBeUndefined();
    expect(openSession(text, { scope: { ...SCOPE, deployment: 'mai' } })).toBeUndefined();
  });

  test('and refuses every change of one character', () => {
    for (let at = 0; at < text.length; at++)
      for (const other of ['', 'a', '.', '|', ' '])
        if (other !== text[at])
          expect(openSession(text.slice(0, at) + other + text.slice(at + 1))).toBeUndefined();
    expect(openSession(`${text}a`)).toBeUndefined();
    expect(openSession(`${text}\n`)).toBeUndefined();
    expect(openSession(`1.${text}`)).toBeUndefined();
  });

  test('and refuses a pass', () => {
    expect(openSession(sign(PASS, A_PASS, SCOPE, CURRENT, mac), { now: 0 })).toBeUndefined();
  });
});

test('the router computes no MAC of a text that is too long, past its end, or under the word for no key', () => {
  const asked: string[] = [];
  const count = (value: string, words = printSessionKeys(KEYS).split(' ')) => {
    asked.length = 0;
    wire.openSigned('session|main|x|', value, words, A_SESSION.endsAt - 1, (key) => asked.push(key) < 0);
    return asked.length;
  };
  const text = sign(SESSION, A_SESSION, SCOPE, CURRENT, mac);
  expect(count(text)).toBe(1);
  expect(count(text.padEnd(400, 'x'))).toBe(1);
  expect(count(text.padEnd(401, 'x'))).toBe(0);
  expect(count(sign(SESSION, { ...A_SESSION, endsAt: 1 }, SCOPE, CURRENT, mac))).toBe(0);
  expect(count(text, printSessionKeys({ ...KEYS, next: keyNamed('b') }).split(' '))).toBe(2);
});

describe('the router opens a pass', () => {
  const text = sign(PASS, A_PASS, SCOPE, CURRENT, mac);

  test('with all its fields', () => {
    fc.assert(
      fc.property(anyPass, (pass) => {
        const opened = openPass(sign(PASS, pass, SCOPE, CURRENT, mac), { now: pass.endsAt - 1 });
        expect(opened?.[wire.END]).toBe(String(pass.endsAt));
        expect(opened?.[wire.SUBJECT]).toBe(pass.id);
        expect(opened?.slice(wire.USER, -1)).toEqual([`pass:${pass.name}`]);
      }),
    );
  });

  test('until the second before its end', () => {
    expect(openPass(text, { now: A_PASS.endsAt - 0.001 })).toBeDefined();
    expect(openPass(text, { now: A_PASS.endsAt })).toBeUndefined();
  });

  test('for the claimant of the next minute, and at every level', () => {
    expect(openPass(text, { since: A_PASS.madeAt + 60, level: 3 })).toBeDefined();
    expect(openPass(text, { since: A_PASS.madeAt + 61 })).toBeUndefined();
  });

  test('after people were signed out', () => {
    expect(openPass(text, { keys: { ...KEYS, epoch: A_PASS.madeAt + 1_000 } })).toBeDefined();
  });

  test('unless it is revoked', () => {
    expect(openPass(text, { keys: { ...KEYS, revoked: ['------------', A_PASS.id] } })).toBeUndefined();
    expect(openPass(text, { keys: { ...KEYS, revoked: ['xabcDEF012-_', 'xabcDEF012-_'] } })).toBeDefined();
  });

  test('at its own hostname and deployment only', () => {
    expect(openPass(text, { scope: { ...SCOPE, host: 'shop.dev.example.co' } })).toBeUndefined();
    expect(openPass(text, { scope: { ...SCOPE, deployment: 'mai' } })).toBeUndefined();
  });

  test('and refuses every change of one character', () => {
    for (let at = 0; at < text.length; at++)
      for (const other of ['', 'a', '.', '|', ' '])
        if (other !== text[at])
          expect(openPass(text.slice(0, at) + other + text.slice(at + 1))).toBeUndefined();
  });

  test('and refuses a session', () => {
    expect(openPass(sign(SESSION, A_SESSION, SCOPE, CURRENT, mac), { now: 0 })).toBeUndefined();
  });
});
