import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import type { CheckedRule } from '../../../../core/access/edge-check.ts';
import { HINT, type Hint, type HintedFact } from '../../../../core/session/hint.ts';
import { PASS, type Pass } from '../../../../core/session/pass.ts';
import { isReturnPath } from '../../../../core/session/return-path.ts';
import { SESSION, type Session } from '../../../../core/session/session.ts';
import type { SessionKeys } from '../../../../core/session/session-keys.ts';
import type { IsMac, Kind, Mac, Scope } from '../../../../core/session/signed.ts';
import { type SignInState, STATE } from '../../../../core/session/state.ts';
import { TICKET, type Ticket } from '../../../../core/session/ticket.ts';
import { parseUser, type User } from '../../../../core/session/user.ts';
import { WHO, type Who } from '../../../../core/session/who.ts';

/** The MAC of the edge and of the concierge. */
export const mac: Mac = (key, text) => createHmac('sha256', key).update(text).digest('hex');

/** The comparison of MACs, as a program in Node does it. */
export const isMac: IsMac = (key, text, given) => mac(key, text) === given;

/** HMAC-SHA256 in base64url: keys of tests, and the tokens of apps. */
export const hmac = (key: string, text: string) => createHmac('sha256', key).update(text).digest('base64url');

/** Keys of tests: 43 characters of base64url. */
export const keyNamed = (name: string) => hmac('test', name);

export const SCOPE: Scope = { deployment: 'main', host: 'shop.dev.example.com' };

/** 22 characters of base64url. */
export const SUBJECT = 'Y2FmZWJhYmUtMTIzNDU2Nw';

export function user(text: string): User {
  const parsed = parseUser(text);
  if (parsed === undefined) throw new Error(`${text} is not a user`);
  return parsed;
}

export const A_SESSION: Session = {
  endsAt: 1_795_443_840,
  sequence: 1_795_440_000,
  signedInAt: 1_795_440_240,
  epoch: 3,
  level: 0,
  subject: SUBJECT,
  user: user('alice@example.com'),
};

/** The rule for sessions and passes at a hostname without an entry. */
export const NO_ENTRY: CheckedRule = { since: 0, level: 0 };

/** The keys under which the edge accepts a text. */
export const acceptedKeys = ({ current, previous, next }: SessionKeys) =>
  [current, previous, next].filter((key) => key !== undefined);

export const KEYS: SessionKeys = { epoch: 3, current: keyNamed('a'), revoked: [] };

/** Times, numbers of writes and epochs as wide as their fields. */
const time = fc.nat({ max: 9_999_999_999 });
const number = fc.nat({ max: 36 ** 7 - 1 });
export const anyEpoch = fc.nat({ max: 9_999_999_998 });
const level = fc.nat({ max: 3 });
const bits128 = fc.stringMatching(/^[\w-]{22}$/);
export const shortName = fc.stringMatching(/^[a-z\d](?:[a-z\d-]{0,10}[a-z\d])?$/);
const anyUser = fc
  .stringMatching(/^[!#-+\--:<-@[\]-~]{1,254}$/)
  .map((text) => parseUser(text))
  .filter((each) => each !== undefined);
const returnPath = fc
  .oneof(fc.stringMatching(/^\/[!-[\]-~]{0,60}$/), fc.constant(`/${'x'.repeat(1_023)}`))
  .filter(isReturnPath);
export const anyHost = fc.stringMatching(/^[a-z\d]{1,9}(?:\.[a-z\d-]{1,9}){1,3}$/);
export const anyDeployment = fc.stringMatching(/^[a-z][a-z\d-]{0,9}$/);

const signedIn = { signedInAt: time, epoch: anyEpoch, subject: bits128, user: anyUser };

export const anySession: fc.Arbitrary<Session> = fc.record({
  ...{ endsAt: time, sequence: number, level },
  ...signedIn,
});

export const anyPass: fc.Arbitrary<Pass> = fc.record({
  endsAt: time,
  madeAt: time,
  id: fc.stringMatching(/^[\w-]{12}$/),
  name: shortName,
});

const anyWho: fc.Arbitrary<Who> = fc.record({
  ...signedIn,
  endsAt: time,
  isDomainVouched: fc.boolean(),
  groups: fc.uniqueArray(shortName, { maxLength: 40 }).map((names) => names.sort()),
});

const anyTicket: fc.Arbitrary<Ticket> = fc.record({
  ...signedIn,
  ...{ endsAt: time, sequence: number, level, browser: bits128 },
});

const anyState: fc.Arbitrary<SignInState> = fc.record({
  ...{ endsAt: time, round: fc.nat({ max: 9 }), nonce: bits128, browser: bits128 },
  ...{ host: anyHost, to: returnPath },
});

const since = fc.oneof(fc.constant('open' as const), number);
const publicName = fc.stringMatching(/^(?:[a-z\d][a-z\d-]{0,9}\.){1,4}[a-z][a-z\d-]{0,9}$/);

export const anyHintedFact: fc.Arbitrary<HintedFact> = fc.oneof(
  fc.record({
    ...{ is: fc.constant('app' as const), since },
    port: fc.oneof(fc.constantFrom(80, 443), fc.integer({ min: 1_024, max: 65_535 })),
    address: fc.record({ via: fc.constantFrom('ipv4' as const, 'ipv6' as const), name: publicName }),
    instance: fc.stringMatching(/^i-[\da-f]{17}$/),
  }),
  fc.record({
    ...{ is: fc.constant('closed' as const), since },
    letter: fc.constantFrom('A' as const, 'S' as const, 'W' as const, 'M' as const, 'C' as const),
  }),
  fc.record({ is: fc.constant('gone' as const), since }),
);

const anyHint: fc.Arbitrary<Hint> = fc.record({ endsAt: time, sequence: number, fact: anyHintedFact });

/** A kind with a value of it. */
export interface Sample<T> {
  kind: Kind<T>;
  value: T;
}

const samplesOf = <T>(kind: Kind<T>, values: fc.Arbitrary<T>): fc.Arbitrary<Sample<unknown>> =>
  values.map((value) => ({ kind: kind as Kind<unknown>, value }));

/** A value of any kind. */
export const anySample = fc.oneof(
  samplesOf(SESSION, anySession),
  samplesOf(PASS, anyPass),
  samplesOf(WHO, anyWho),
  samplesOf(TICKET, anyTicket),
  samplesOf(STATE, anyState),
  samplesOf(HINT, anyHint),
);

export const KINDS: readonly Kind<unknown>[] = [SESSION, PASS, WHO, TICKET, STATE, HINT] as Kind<unknown>[];
