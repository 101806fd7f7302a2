import { hasKeys, hintAtEdge, originAtEdge } from '../access/edge-check.ts';
import type { Access } from '../entry/access.ts';
import type { Mark } from '../entry/mark.ts';
import { closedStateOf } from '../entry/rule.ts';
import { HINT, type Hint, type HintedFact, type Since } from '../session/hint.ts';
import type { Scope } from '../session/signed.ts';
import type { Hostname } from '../wire/brands.ts';
import type { ClosedLetter, ClosedState } from '../wire/layout.ts';
import { HINT_COOKIE } from '../wire/session.ts';
import { printTime, type Steps } from './explanation.ts';
import { type Found, fieldOf, type Question } from './question.ts';

/** A key of the store whose value this version can read. */
type Readable = Exclude<Found, { is: 'unreadable' | 'named' }>;

/** The content of a hostname's own key, or the fact of the browser's hint if that counts. */
export function newestFact(question: Question, host: Hostname, stored: Readable, steps: Steps): Readable {
  const { signIn } = question.place;
  const text = signIn ? fieldOf(question.request.cookies, HINT_COOKIE) : undefined;
  if (signIn === undefined || text === undefined) return stored;
  const hint = parseHint(text);
  if (hint === undefined) {
    steps.add('hint', 'The hint of the browser does not count: this version writes no such text.', {
      counts: false,
    });
    return stored;
  }
  const { sequence, endsAt, fact } = hint;
  const fault = findFault(question, { scope: { deployment: signIn.deployment, host }, text, hint }, stored);
  steps.add(
    'hint',
    `The browser has a hint until ${printTime(endsAt)}: ${describeFact(fact)}. ${fault === undefined ? `It counts, because its number ${sequence} is newer than the store.` : `It does not count: ${fault}.`}`,
    { sequence, endsAt: printTime(endsAt), is: fact.is, counts: fault === undefined },
  );
  return fault === undefined ? factOf(fact, { deployment: signIn.deployment, sequence }) : stored;
}

/** Parses a hint without checking its MAC. */
export function parseHint(text: string): Hint | undefined {
  return HINT.parse(/^1\.([!-~]+)\.[\da-f]{64}$/.exec(text)?.[1] ?? '');
}

interface Held {
  scope: Scope;
  text: string;
  hint: Hint;
}

/** Why a hint does not count. */
function findFault(
  { keys, now }: Question,
  { scope, text, hint }: Held,
  stored: Readable,
): string | undefined {
  const { sequence, endsAt, fact } = hint;
  if (endsAt <= now) return 'it is past its end';
  if (keys === undefined) return 'it cannot be checked here';
  if (!hasKeys(keys.value)) return 'the store has no keys to check it';
  if (hintAtEdge(text, { keys: keys.value, scope, now, isMac: keys.isMac }) === undefined)
    return `it is not signed for ${scope.host} with a key of this deployment`;
  if (stored.is === 'entry' && sequence <= stored.entry.sequence)
    return `its number ${sequence} is not newer than that of the entry, ${stored.entry.sequence}`;
  if (stored.is === 'gone' && sequence <= stored.sequence)
    return `its number ${sequence} is not newer than the end of the name, ${stored.sequence}`;
  return fact.is === 'app' && originAtEdge(keys.value) === undefined
    ? 'the store does not have the origin secret, without which the app would refuse the router'
    : undefined;
}

/** The content that the key will have once the store has reached the edge. */
function factOf(fact: HintedFact, mark: Mark): Readable {
  const access = accessOf(fact.since);
  switch (fact.is) {
    case 'gone':
      return { is: 'gone', access, sequence: mark.sequence };
    case 'closed':
      return {
        is: 'entry',
        entry: { ...mark, access, state: stateOf(fact.letter), instances: [] },
      };
    case 'app': {
      const { instance, address, port } = fact;
      const rule = { path: '/', to: [{ instance: 0, port, weight: 1 }], conditions: [], strip: false };
      const instances = [{ id: instance, address, launchedAt: 0 }];
      // The router computes the token.
      return {
        is: 'entry',
        entry: { ...mark, access, state: 'live', instances, rules: [rule], token: 'computed' },
      };
    }
    default:
      return fact satisfies never;
  }
}

function accessOf(since: Since): Access {
  return since === 'open' ? 'open' : { since };
}

function stateOf(letter: ClosedLetter): ClosedState {
  return closedStateOf(letter) ?? 'conflict';
}

function describeFact(fact: HintedFact): string {
  switch (fact.is) {
    case 'app':
      return `${fact.instance} at port ${fact.port}`;
    case 'closed':
      return stateOf(fact.letter);
    case 'gone':
      return 'gone';
    default:
      return fact satisfies never;
  }
}
