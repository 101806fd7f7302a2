import fc from 'fast-check';
import { expect, test } from 'vitest';
import { buildEdge } from '../../../build/edge.ts';
import { encodeEntry } from '../../../core/entry/entry.ts';
import { encodeTombstone } from '../../../core/entry/tombstone.ts';
import { HINT, type HintedFact } from '../../../core/session/hint.ts';
import { PASS } from '../../../core/session/pass.ts';
import { SESSION } from '../../../core/session/session.ts';
import { printSessionKeys } from '../../../core/session/session-keys.ts';
import { sign } from '../../../core/session/signed.ts';
import { HINT_COOKIE, KEYS_KEY, SESSION_COOKIE } from '../../../core/wire/session.ts';
import { compileEdge } from '../../../local/edge/function/engine.ts';
import { hostileText } from '../../support/values/arbitraries.ts';
import { A_SESSION, KEYS, keyNamed, mac, SCOPE } from '../../support/values/session/session-values.ts';
import { closed, live, nameOf } from '../support/entries.ts';
import { eventOf, PLACES } from '../support/router-case.ts';

/** 200,000 in CI. */
const RUNS = Number(process.env['FUZZ_RUNS'] ?? (process.env['CI'] === 'true' ? 200_000 : 2_000));

const FUTURE = 4_102_444_800;
const SINCE = A_SESSION.sequence;
const NUMBER = SINCE + 100;

let store: Readonly<Record<string, string>> = {};
const router = compileEdge(buildEdge(PLACES.signIn), {
  read: (key) => (Object.hasOwn(store, key) ? store[key] : undefined),
});

const some = fc.constantFrom;
const fact = some<HintedFact>(
  {
    ...{ is: 'app', since: SINCE, port: 8080, instance: 'i-0123456789abcdef0' },
    address: { via: 'ipv4', name: nameOf('new') },
  },
  { is: 'closed', since: 'open', letter: 'S' },
  { is: 'gone', since: 'open' },
);

const hintBy = (
  scope: fc.Arbitrary<typeof SCOPE>,
  key: string,
  endsAt: number,
  numbers: fc.Arbitrary<number>,
) =>
  fc
    .tuple(scope, fact, numbers)
    .map(([at, what, sequence]) => sign(HINT, { endsAt, sequence, fact: what }, at, key, mac));
const right = fc.constant(SCOPE);
const newer = some(NUMBER + 1, FUTURE);
const good = hintBy(right, KEYS.current, FUTURE, newer);

/** Texts that are no newer hint for the hostname. */
const bad = fc.oneof(
  hintBy(
    some({ ...SCOPE, host: 'cart.dev.example.com' }, { ...SCOPE, deployment: 'team-b' }),
    KEYS.current,
    FUTURE,
    newer,
  ),
  hintBy(right, keyNamed('z'), FUTURE, newer),
  hintBy(right, KEYS.current, 1_000_000_000, newer),
  hintBy(right, KEYS.current, FUTURE, some(0, SINCE, NUMBER - 1, NUMBER)),
  fc.constant(sign(SESSION, { ...A_SESSION, endsAt: FUTURE }, SCOPE, KEYS.current, mac)),
  fc.constant(
    sign(PASS, { endsAt: FUTURE, madeAt: FUTURE, id: 'abcDEF012-_x', name: 'ci' }, SCOPE, KEYS.current, mac),
  ),
  hostileText,
  // One character of a good hint is another one.
  fc.tuple(good, fc.nat(), some(...'0aZ.-_')).map(([text, at, character]) => {
    const index = at % text.length;
    return text[index] === character ? '' : text.slice(0, index) + character + text.slice(index + 1);
  }),
);

const written = { access: { since: SINCE }, sequence: NUMBER };
const value = some(
  encodeEntry(live('shop', written)),
  encodeEntry(live('shop', { access: 'open', sequence: NUMBER })),
  encodeEntry(closed('asleep', written)),
  encodeTombstone({ ...written, deployment: 'main', goneAt: 1 }),
);
const session = sign(SESSION, { ...A_SESSION, endsAt: FUTURE }, SCOPE, KEYS.current, mac);

async function answerTo(cookies: Readonly<Record<string, string>>) {
  const event = eventOf({ name: '', expected: { site: '' } });
  for (const [name, text] of Object.entries(cookies)) event.request.cookies[name] = { value: text };
  const { reads: _, ...verdict } = await router.run(event);
  return verdict;
}

test(
  `a text that is no newer hint changes no answer (${RUNS} runs)`,
  async () => {
    await fc.assert(
      fc.asyncProperty(bad, value, fc.boolean(), async (text, held, isSignedIn) => {
        store = {
          [SCOPE.host]: held,
          [KEYS_KEY]: printSessionKeys({ ...KEYS, origin: 'the-origin-secret' }),
        };
        const cookies = isSignedIn ? { [SESSION_COOKIE]: session } : {};
        const without = await answerTo(cookies);
        expect(without.kind).not.toBe('error');
        expect(await answerTo({ ...cookies, [HINT_COOKIE]: text })).toEqual(without);
      }),
      { numRuns: RUNS },
    );
  },
  60_000 + 3 * RUNS,
);

test('a newer hint changes the answer, so the texts above are near to good ones', async () => {
  const [text] = fc.sample(good, { numRuns: 1, seed: 1 });
  store = {
    [SCOPE.host]: encodeEntry(live('shop', written)),
    [KEYS_KEY]: printSessionKeys({ ...KEYS, origin: 'the-origin-secret' }),
  };
  const without = await answerTo({ [SESSION_COOKIE]: session });
  expect(await answerTo({ [SESSION_COOKIE]: session, [HINT_COOKIE]: text ?? '' })).not.toEqual(without);
});
