import { describe, expect, test } from 'vitest';
import { explain, keysFor } from '../../../core/explain/explain.ts';
import { HINT, type Hint, type HintedFact } from '../../../core/session/hint.ts';
import { printSessionKeys } from '../../../core/session/session-keys.ts';
import { sign } from '../../../core/session/signed.ts';
import { HINT_COOKIE } from '../../../core/wire/session.ts';
import { questionOf } from '../../edge/support/asked.ts';
import { live, nameOf, pool } from '../../edge/support/entries.ts';
import type { RouterCase } from '../../edge/support/router-case.ts';
import { KEYS, mac, SCOPE } from '../../support/values/session/session-values.ts';

const HOST = 'shop.dev.example.com';
const expected = { status: 0 };
const withOrigin = printSessionKeys({ ...KEYS, origin: 'the-origin-secret' });
const app: HintedFact = {
  ...{ is: 'app', since: 'open', port: 80, instance: 'i-0123456789abcdef0' },
  address: { via: 'ipv4', name: nameOf('new') },
};

function hinted(more: Partial<Hint>, scope = SCOPE): string {
  const fact = { since: 'open', is: 'gone' } as const;
  return sign(HINT, { endsAt: 4_102_444_800, sequence: 8, fact, ...more }, scope, KEYS.current, mac);
}

function wordsOf(one: Omit<RouterCase, 'name' | 'expected'>, code: string): string[] {
  const { steps } = explain(questionOf({ name: '', expected, ...one }));
  return steps.flatMap((step) => (step.code === code ? [step.words] : []));
}

describe('an explanation', () => {
  test('names the candidates of a pool where no hash is known', () => {
    const { hash: _, ...question } = questionOf({
      name: '',
      expected,
      store: { [HOST]: pool({ a: 1, b: 1, c: 0 }) },
    });
    expect(explain(question).outcome).toEqual({
      is: 'pool',
      key: HOST,
      instances: ['i-a', 'i-b'],
      rule: '/',
    });
  });

  test('assumes a viewer whom the rule admits where sessions cannot be checked', () => {
    const gated = { [HOST]: live('shop', { access: { since: 9, rule: 'group:devs' } }) };
    const { keys: _, ...question } = questionOf({ name: '', expected, place: 'signIn', store: gated });
    const { outcome, steps } = explain(question);
    expect(outcome).toMatchObject({ is: 'app', instance: 'i-shop' });
    expect(steps.find(({ code }) => code === 'access')?.facts).toEqual({ access: 'gated', assumed: true });
  });

  test.each<[what: string, hint: Partial<Hint>, held: number, keys: string, words: string]>([
    ['newer than the entry', {}, 7, withOrigin, 'It counts, because its number 8 is newer than the store.'],
    ['of the number of the entry', {}, 8, withOrigin, 'its number 8 is not newer than that of the entry, 8.'],
    ['past its end', { endsAt: 1_000_000_000 }, 7, withOrigin, 'It does not count: it is past its end.'],
    [
      'without an origin secret',
      { fact: app },
      7,
      printSessionKeys(KEYS),
      'the origin secret, without which',
    ],
    ['without keys', {}, 7, 'k0', 'It does not count: the store has no keys to check it.'],
  ])('says of a hint %s whether it counts', (_, more, held, keys, words) => {
    const store = { [HOST]: live('shop', { access: 'open', sequence: held }), ':keys': keys };
    const request = { cookies: `${HINT_COOKIE}=${hinted(more)}` };
    expect(wordsOf({ place: 'signIn', store, request }, 'hint')[0]).toContain(words);
  });

  test.each([
    [
      'for another hostname',
      hinted({}, { ...SCOPE, host: 'cart.dev.example.com' }),
      `is not signed for ${HOST}`,
    ],
    ['that is none', 'x', 'this version writes no such text'],
  ])('says of a hint %s that it does not count', (_, text, words) => {
    const store = { ':keys': withOrigin };
    const request = { cookies: `${HINT_COOKIE}=${text}` };
    expect(wordsOf({ place: 'signIn', store, request }, 'hint')[0]).toContain(words);
  });

  test('says which router answers below /_proxy/ with sign-in', () => {
    const request = { uri: '/x/../_proxy/routes.json' };
    expect(wordsOf({ place: 'signIn', request }, 'router')).toEqual([
      'The path leads below /_proxy/, so the site router answers.',
    ]);
    expect(wordsOf({ request }, 'router')).toEqual([]);
  });

  test('says which condition failed, and the value that was sent', () => {
    const rules = [
      {
        path: '/',
        to: [{ instance: 0, port: 80, weight: 1 }],
        conditions: [{ on: 'query' as const, name: 'a', value: '1' }],
        strip: false,
      },
    ];
    const store = { [HOST]: live('shop', { rules }) };
    expect(wordsOf({ store, request: { query: 'a=2' } }, 'rule')).toEqual([
      '/ if the query a is "1": the query a is "2".',
    ]);
  });

  test('prints no control character of a condition, which a terminal would obey', () => {
    const to = [{ instance: 0, port: 80, weight: 1 }];
    const evil = { on: 'query' as const, name: 'a\u001b[2J', value: '1\u001b[2J' };
    const store = { [HOST]: live('shop', { rules: [{ path: '/', to, conditions: [evil], strip: false }] }) };
    const [words = ''] = wordsOf({ store }, 'rule');
    expect(words).toContain('\\u001b[2J');
    expect(words).not.toMatch(/\p{Cc}/u);
  });

  test('reads the keys that a caller reads ahead', () => {
    const { place, request } = questionOf({ name: '', expected, request: { host: 'a.b.dev.example.com' } });
    expect(keysFor(place, request)).toEqual([
      'a.b.dev.example.com',
      '*.b.dev.example.com',
      '*.dev.example.com',
    ]);
  });
});
