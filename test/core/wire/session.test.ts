import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PASS } from '../../../core/session/pass.ts';
import { SESSION } from '../../../core/session/session.ts';
import { printSessionKeys } from '../../../core/session/session-keys.ts';
import { type Scope, sign } from '../../../core/session/signed.ts';
import * as wire from '../../../core/wire/session.ts';
import {
  A_SESSION,
  anyPass,
  anySession,
  KEYS,
  keyNamed,
  mac,
  SCOPE,
} from '../../support/values/session/session-values.ts';

const CURRENT = KEYS.current;
const A_PASS = { endsAt: 1_798_032_240, id: 'abcDEF012-_x', name: 'ci' };

function readKeys(keys = KEYS): wire.WireKeys {
  const read = wire.readKeys(printSessionKeys(keys));
  if (read === undefined) throw new Error('unreadable');
  return read;
}

const scopeOf = ({ deployment, host }: Scope) => `${deployment}|${host}`;

function openSession(value: string, { now = A_SESSION.endsAt - 1, keys = KEYS, scope = SCOPE } = {}) {
  return wire.openSigned('session', value, scopeOf(scope), readKeys(keys), now, mac);
}

function openPass(value: string, { now = A_PASS.endsAt - 1, keys = KEYS, scope = SCOPE } = {}) {
  return wire.openSigned('pass', value, scopeOf(scope), readKeys(keys), now, mac);
}

describe('the router opens a session', () => {
  const text = sign(SESSION, A_SESSION, SCOPE, CURRENT, mac);

  test('with all its fields', () => {
    fc.assert(
      fc.property(anySession, (session) => {
        const value = sign(SESSION, session, SCOPE, CURRENT, mac);
        const opened = openSession(value, { now: session.endsAt - 1, keys: { ...KEYS, epoch: 0 } });
        expect(opened?.[wire.END]).toBe(session.endsAt.toString(36));
        expect(opened?.[wire.SEQUENCE]).toBe(session.sequence.toString(36));
        expect(opened?.[wire.SIGNED_IN]).toBe(session.signedInAt.toString(36));
        expect(opened?.[wire.EPOCH]).toBe(session.epoch.toString(36));
        expect(opened?.[wire.LEVEL]).toBe(String(session.level));
        expect(opened?.[wire.SUBJECT]).toBe(session.subject);
        expect(opened?.slice(wire.USER).join('.')).toBe(session.user);
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
  });

  test('and refuses a pass', () => {
    expect(openSession(sign(PASS, A_PASS, SCOPE, CURRENT, mac), { now: 0 })).toBeUndefined();
  });
});

describe('the router opens a pass', () => {
  const text = sign(PASS, A_PASS, SCOPE, CURRENT, mac);

  test('with all its fields', () => {
    fc.assert(
      fc.property(anyPass, (pass) => {
        const opened = openPass(sign(PASS, pass, SCOPE, CURRENT, mac), { now: pass.endsAt - 1 });
        expect(opened?.[wire.END]).toBe(pass.endsAt.toString(36));
        expect(opened?.[wire.PASS_ID]).toBe(pass.id);
        expect(opened?.[wire.PASS_NAME]).toBe(pass.name);
      }),
    );
  });

  test('until the second before its end', () => {
    expect(openPass(text, { now: A_PASS.endsAt - 0.001 })).toBeDefined();
    expect(openPass(text, { now: A_PASS.endsAt })).toBeUndefined();
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
