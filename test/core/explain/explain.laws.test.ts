import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { outcomeOf } from '../../../cli/explain/answer.ts';
import { decodeEntry } from '../../../core/entry/entry.ts';
import { explain } from '../../../core/explain/explain.ts';
import type { Outcome } from '../../../core/explain/explanation.ts';
import { hostnameOf } from '../../../core/wire/hostname.ts';
import { KEYS_KEY } from '../../../core/wire/session.ts';
import { casesOf } from '../../edge/cases.ts';
import { questionOf } from '../../edge/support/asked.ts';
import { compileDeployed } from '../../edge/support/compile-deployed.ts';
import { foreseeable } from '../../edge/support/foreseeable.ts';
import {
  eventOf,
  hostOf,
  PLACES,
  type Place,
  type RouterCase,
  storeOf,
} from '../../edge/support/router-case.ts';

let store: Readonly<Record<string, string>> = {};
let keys: string[] = [];
const read = (key: string): string | undefined => {
  keys.push(key);
  return Object.hasOwn(store, key) ? store[key] : undefined;
};
const routers = Object.fromEntries(
  Object.entries(PLACES).map(([place, constants]) => [place, compileDeployed(constants, { read })]),
);

/** The answer of the built router. */
async function answerOf(one: RouterCase): Promise<{ answer: Outcome; set: Record<string, string> }> {
  [store, keys] = [storeOf(one), []];
  const place = one.place ?? 'domain';
  const router = routers[place];
  if (router === undefined) throw new Error(`no router for ${place}`);
  const verdict = await router.run(eventOf(one));
  const set = Object.entries((verdict.kind === 'respond' ? verdict.response.cookies : undefined) ?? {});
  // After the dot is the id of the request.
  const words = set.map(([name, { value }]) => [name, value.split('.')[0] ?? '']);
  return { answer: outcomeOf(verdict, questionOf(one).place), set: Object.fromEntries(words) };
}

/** The keys that the router read, without those of sign-in, and without a header that is not a name. */
function readHostnames(one: RouterCase): string[] {
  const host = hostOf(one) ?? '';
  return keys.filter(
    (key, at) => key !== KEYS_KEY && !(at === 0 && key === host && key !== hostnameOf(host)),
  );
}

/** Only of a value that is not an encoded entry is `explain` unsure. */
async function examine(one: RouterCase): Promise<Outcome> {
  const { outcome, steps, cookies = {} } = explain(questionOf(one));
  for (const { words } of steps) expect(words).toMatch(/\.$/);
  const { answer, set } = await answerOf(one);
  expect(cookies).toEqual(set);
  if (outcome.is === 'unsure') expect(decodeEntry(store[outcome.key] ?? '')).toBeUndefined();
  else expect(outcome).toEqual(answer);
  const read = steps.flatMap(({ code, facts }) => (code === 'key' ? [facts['key']] : []));
  expect(read).toEqual(readHostnames(one));
  return outcome;
}

const hasCountingHint = (one: RouterCase) =>
  explain(questionOf(one)).steps.some(({ code, facts }) => code === 'hint' && facts['counts'] === true);

describe.each(Object.keys(PLACES) as Place[])(
  'explain names the answer of the built router, place %s',
  (place) => {
    test.each(casesOf(place))('%s', async (_, one) => {
      await examine(one);
    });
  },
);

test('explain names the answer of the built router for 10,000 generated requests', async () => {
  let hints = 0;
  const counts = { app: 0, notice: 0, redirect: 0, site: 0, concierge: 0, pool: 0, unsure: 0 };
  const property = fc.asyncProperty(foreseeable, async (one) => {
    counts[(await examine(one)).is] += 1;
    if (hasCountingHint(one)) hints += 1;
  });
  await fc.assert(property, { numRuns: 10_000 });
  expect(counts.unsure).toBe(0);
  expect(counts.app).toBeGreaterThan(1_500);
  expect(hints).toBeGreaterThan(250);
}, 120_000);
