import { describe, expect, test } from 'vitest';
import { HINT, type Hint, type HintedFact } from '../../../core/session/hint.ts';
import { PASS } from '../../../core/session/pass.ts';
import { SESSION, SESSION_SECONDS, SIGN_IN_SECONDS, sessionEnd } from '../../../core/session/session.ts';
import { isInTime, type Kind, MAX_LENGTH, open, sign } from '../../../core/session/signed.ts';
import { type SignInState, STATE } from '../../../core/session/state.ts';
import { TICKET, type Ticket } from '../../../core/session/ticket.ts';
import { MAX_GROUPS, WHO, type Who } from '../../../core/session/who.ts';
import {
  A_SESSION,
  isMac,
  keyNamed,
  mac,
  SCOPE,
  SUBJECT,
  user,
} from '../../support/values/session/session-values.ts';

const KEY = keyNamed('a');
const [SIGNED_IN_AT, LATE] = [1_795_440_240, 9_999_999_999];
const [LAST_NUMBER, LAST_EPOCH] = [36 ** 7 - 1, 9_999_999_998];
const LONG_USER = user(`${'u'.repeat(242)}@example.com`);
const LONG_PATH = `/${'x'.repeat(1_023)}`;
const LONG_HOST = `${'h'.repeat(63)}.${'h'.repeat(63)}.${'h'.repeat(63)}.${'h'.repeat(61)}`;

const SIGNED_IN = { signedInAt: SIGNED_IN_AT, epoch: 3, subject: SUBJECT, user: user('alice@example.com') };
const A_PASS = { endsAt: 1_798_032_240, madeAt: SIGNED_IN_AT, id: 'abcDEF012-_x', name: 'ci' };
const A_WHO: Who = { ...SIGNED_IN, endsAt: 1_795_469_040, isDomainVouched: true, groups: ['devs', 'ops'] };
const A_TICKET: Ticket = {
  ...SIGNED_IN,
  endsAt: 1_795_440_300,
  sequence: 1_795_440_000,
  level: 1,
  browser: 'QUJDREVGR0hJSktMTU5PUA',
};
const A_STATE: SignInState = {
  endsAt: 1_795_440_840,
  round: 0,
  nonce: 'cmFuZG9tLXJhbmRvbS1yYQ',
  browser: 'QUJDREVGR0hJSktMTU5PUA',
  host: 'shop.dev.example.com',
  to: '/cart?a=1.2',
};

const AN_APP: HintedFact = {
  is: 'app',
  since: 1_795_440_000,
  port: 8_080,
  address: { via: 'ipv4', name: 'ec2-203-0-113-25.compute-1.amazonaws.com' },
  instance: 'i-0123456789abcdef0',
};
const A_HINT: Hint = { endsAt: 1_795_440_285, sequence: 1_795_440_240, fact: AN_APP };

describe('the body of a', () => {
  test('session', () => {
    expect(SESSION.print(A_SESSION)).toBe(
      '1795443840.01795440000.0000000003.1795440240.0.Y2FmZWJhYmUtMTIzNDU2Nw.alice@example.com',
    );
  });

  test('pass', () => {
    expect(PASS.print(A_PASS)).toBe('1798032240.01795440300.9999999999.1795440240.*.abcDEF012-_x.pass:ci');
  });

  test('who', () => {
    expect(WHO.print(A_WHO)).toBe(
      '1795469040.1795440240.3.Y2FmZWJhYmUtMTIzNDU2Nw.d.devs~ops.alice@example.com',
    );
    expect(WHO.print({ ...A_WHO, isDomainVouched: false, groups: [] })).toBe(
      '1795469040.1795440240.3.Y2FmZWJhYmUtMTIzNDU2Nw.-.-.alice@example.com',
    );
  });

  test('ticket', () => {
    expect(TICKET.print(A_TICKET)).toBe(
      '1795440300.1795440000.1795440240.3.1.QUJDREVGR0hJSktMTU5PUA.Y2FmZWJhYmUtMTIzNDU2Nw.alice@example.com',
    );
  });

  test('state', () => {
    expect(STATE.print(A_STATE)).toBe(
      '1795440840.0.cmFuZG9tLXJhbmRvbS1yYQ.QUJDREVGR0hJSktMTU5PUA.shop.dev.example.com/cart?a=1.2',
    );
  });
});

describe('the body of a hint', () => {
  const printed = (fact: HintedFact) => HINT.print({ ...A_HINT, fact });

  test('leads to an instance by its name, as the entry says it, and tells the access log its number', () => {
    expect(printed(AN_APP)).toBe(
      '1795440285.01795440240.gtoyidc~8080~ec2-203-0-113-25.compute-1.amazonaws.com~i-0123456789abcdef0_toyik0',
    );
    const address = { via: 'ipv6', name: 'f5lnz-6.ap-southeast-2.ip.aws' } as const;
    expect(printed({ ...AN_APP, since: 'open', address })).toBe(
      '1795440285.01795440240.o~8080~6:f5lnz-6.ap-southeast-2.ip.aws~i-0123456789abcdef0_toyik0',
    );
  });

  test('has the letter of a closed state, or of a hostname that is gone', () => {
    expect(printed({ is: 'closed', since: 1_795_440_000, letter: 'A' })).toBe(
      '1795440285.01795440240.gtoyidc~A',
    );
    expect(printed({ is: 'gone', since: 'open' })).toBe('1795440285.01795440240.o~G');
  });

  test.each([
    '1795440285.01795440240.gtoyidc~X',
    '1795440285.01795440240.p~A',
    '1795440285.01795440240.gtoyidc~A~i-1',
    '1795440285.01795440240.gtoyidc',
    '1795440285.01795440240.g~A',
    '1795440285.1795440240.gtoyidc~A',
    '795440285.01795440240.gtoyidc~A',
    '1795440285.01795440240.gtoyidc~8080~ec2-203-0-113-25.compute-1.amazonaws.com~i-0123456789abcdef0_toyik0~',
    '1795440285.01795440240.gtoyidc~8080~ec2-203-0-113-25.compute-1.amazonaws.com~i-0123456789abcdef0',
    '1795440285.01795440240.gtoyidc~8080~ec2-203-0-113-25.compute-1.amazonaws.com~i-0123456789abcdef0_toyik1',
    '1795440285.01795440240.gtoyidc~8080~ec2-203-0-113-25.compute-1.amazonaws.com~_toyik0',
  ])('is not %s', (body) => {
    expect(HINT.parse(body)).toBeUndefined();
  });
});

const GROUPS = Array.from({ length: MAX_GROUPS }, (_, n) => `g${10 + n}-${'x'.repeat(28)}`);

/** The longest text of each kind, and its characters. */
const LONGEST: readonly [Kind<unknown>, unknown, number][] = [
  [
    SESSION as Kind<unknown>,
    {
      ...A_SESSION,
      endsAt: LATE,
      sequence: LAST_NUMBER,
      signedInAt: LATE,
      epoch: LAST_EPOCH,
      user: LONG_USER,
    },
    391,
  ],
  [PASS as Kind<unknown>, { ...A_PASS, endsAt: LATE, madeAt: LATE, name: 'n'.repeat(32) }, 164],
  [
    WHO as Kind<unknown>,
    { ...A_WHO, endsAt: LATE, signedInAt: LATE, epoch: LAST_EPOCH, groups: GROUPS, user: LONG_USER },
    1_699,
  ],
  [
    TICKET as Kind<unknown>,
    {
      ...A_TICKET,
      endsAt: LATE,
      sequence: LAST_NUMBER,
      signedInAt: LATE,
      epoch: LAST_EPOCH,
      user: LONG_USER,
    },
    414,
  ],
  [STATE as Kind<unknown>, { ...A_STATE, endsAt: LATE, host: LONG_HOST, to: LONG_PATH }, 1_403],
  [
    HINT as Kind<unknown>,
    {
      endsAt: LATE,
      sequence: LAST_NUMBER,
      fact: {
        ...{ ...AN_APP, since: LAST_NUMBER, port: 65_535 },
        address: { via: 'ipv6', name: `${'a.'.repeat(50)}${'b'.repeat(26)}` },
      },
    },
    261,
  ],
];

describe('the longest', () => {
  test.each(LONGEST)('$word has $2 characters', (kind, value, length) => {
    const text = sign(kind, value, SCOPE, KEY, mac);
    expect(text).toHaveLength(length);
    expect(open(kind, text, SCOPE, [KEY], isMac)).toEqual(value);
    expect(length).toBeLessThan(MAX_LENGTH);
  });
});

describe('signing refuses', () => {
  test.each<[string, () => string]>([
    ['a user with a semicolon', () => sign(SESSION, { ...A_SESSION, user: 'a;b' as never }, SCOPE, KEY, mac)],
    ['a user in capitals', () => sign(SESSION, { ...A_SESSION, user: 'Alice' as never }, SCOPE, KEY, mac)],
    ['a part of a second', () => sign(SESSION, { ...A_SESSION, endsAt: 1.5 }, SCOPE, KEY, mac)],
    ['an end after the year 2286', () => sign(SESSION, { ...A_SESSION, endsAt: 1e10 }, SCOPE, KEY, mac)],
    ['a number of twelve digits', () => sign(SESSION, { ...A_SESSION, sequence: 1e11 }, SCOPE, KEY, mac)],
    ['an epoch of eleven digits', () => sign(SESSION, { ...A_SESSION, epoch: 1e10 }, SCOPE, KEY, mac)],
    ['a time before 1970', () => sign(SESSION, { ...A_SESSION, endsAt: -1 }, SCOPE, KEY, mac)],
    ['a fourth level', () => sign(SESSION, { ...A_SESSION, level: 4 }, SCOPE, KEY, mac)],
    ['a ticket for a fourth level', () => sign(TICKET, { ...A_TICKET, level: 4 }, SCOPE, KEY, mac)],
    ['a short subject', () => sign(SESSION, { ...A_SESSION, subject: 'x' }, SCOPE, KEY, mac)],
    ['groups out of order', () => sign(WHO, { ...A_WHO, groups: ['ops', 'devs'] }, SCOPE, KEY, mac)],
    ['a group twice', () => sign(WHO, { ...A_WHO, groups: ['devs', 'devs'] }, SCOPE, KEY, mac)],
    ['forty-one groups', () => sign(WHO, { ...A_WHO, groups: [...GROUPS, 'z'] }, SCOPE, KEY, mac)],
    ['a way to another host', () => sign(STATE, { ...A_STATE, to: '//other.example' }, SCOPE, KEY, mac)],
    ['a host with a capital', () => sign(STATE, { ...A_STATE, host: 'Shop' }, SCOPE, KEY, mac)],
    ['no host', () => sign(STATE, { ...A_STATE, host: '' }, SCOPE, KEY, mac)],
    ...[
      { port: 22 },
      { port: 80.5 },
      { instance: 'i.0' },
      { address: { via: 'vpc', origin: 'vo-1' } as const },
      { address: { via: 'ipv4', name: '10.0.0.1' } as const },
      { address: { via: 'ipv4', name: 'localhost' } as const },
      { address: { via: 'ipv4', name: `${'a.'.repeat(51)}${'b'.repeat(27)}` } as const },
    ].map((part): [string, () => string] => [
      `a hint with ${JSON.stringify(part).slice(0, 50)}`,
      () => sign(HINT, { ...A_HINT, fact: { ...AN_APP, ...part } }, SCOPE, KEY, mac),
    ]),
    ['a tenth round', () => sign(STATE, { ...A_STATE, round: 10 }, SCOPE, KEY, mac)],
    ['a pass for a name with a dot', () => sign(PASS, { ...A_PASS, name: 'a.b' }, SCOPE, KEY, mac)],
  ])('%s', (_, write) => {
    expect(write).toThrow(RangeError);
  });
});

describe('a time', () => {
  test('does not include its end', () => {
    expect(isInTime({ endsAt: 100 }, 99)).toBe(true);
    expect(isInTime({ endsAt: 100 }, 99.999)).toBe(true);
    expect(isInTime({ endsAt: 100 }, 100)).toBe(false);
  });

  test('of a session is an hour, and ends eight hours after the sign-in', () => {
    expect(sessionEnd(1_000, 1_000)).toBe(1_000 + SESSION_SECONDS);
    expect(sessionEnd(1_000, 1_000 + SIGN_IN_SECONDS - 60)).toBe(1_000 + SIGN_IN_SECONDS);
    expect(sessionEnd(1_000, 1_000 + SIGN_IN_SECONDS - 1)).toBe(1_000 + SIGN_IN_SECONDS);
    expect(sessionEnd(1_000, 1_000 + SIGN_IN_SECONDS)).toBeUndefined();
  });
});
