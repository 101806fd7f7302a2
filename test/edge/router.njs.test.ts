import { describe, expect, test } from 'vitest';
import { type NjsResult, njsPath, runInNjs } from '../support/tools/njs.ts';
import { casesOf } from './cases.ts';
import { compileDeployed } from './support/compile-deployed.ts';
import { examine, type Run, runOf } from './support/examine.ts';
import { codeFor, eventOf, PLACES, type Place, type RouterCase, storeOf } from './support/router-case.ts';

const njs = njsPath();

function outcomeOf(result: NjsResult | undefined): Run {
  if (!result?.ok || result.result === undefined) throw new Error(`njs: ${JSON.stringify(result)}`);
  return { answer: result.result, origin: result.origin, reads: result.reads, log: result.log };
}

describe.skipIf(njs === undefined).each(Object.keys(PLACES) as Place[])(
  'the built router in njs, place %s',
  (place) => {
    const cases = casesOf(place);
    const codes = new Map<string, RouterCase[]>();
    for (const [, one] of cases) {
      const code = codeFor(place, one);
      codes.set(code, [...(codes.get(code) ?? []), one]);
    }
    const results = new Map<RouterCase, NjsResult | undefined>();
    // All of a function in one process, because one request must not affect the next.
    for (const [code, all] of njs === undefined ? [] : codes) {
      const found = runInNjs(
        njs ?? '',
        code,
        all.map((one) => ({ kvs: storeOf(one), event: eventOf(one) })),
      );
      for (const [index, one] of all.entries()) results.set(one, found[index]);
    }

    test.each(cases)('%s', (_, one) => {
      examine(one, outcomeOf(results.get(one)));
    });

    test('gives the same answer and log line as the engine in every case', async () => {
      let store: Record<string, string> = {};
      const router = compileDeployed(PLACES[place], {
        read: (key) => (Object.hasOwn(store, key) ? store[key] : undefined),
      });
      for (const [name, one] of cases) {
        store = storeOf(one);
        const verdict = await router.run(eventOf(one));
        expect(outcomeOf(results.get(one)), name).toEqual(runOf(verdict));
      }
    });
  },
);
