import { describe, expect, test } from 'vitest';
import { buildEdge } from '../../build/edge.ts';
import { compileEdge } from '../../local/edge/function/engine.ts';
import { type NjsResult, njsPath, runInNjs } from '../support/tools/njs.ts';
import { casesOf } from './cases.ts';
import { examine, type Run, runOf } from './support/examine.ts';
import { eventOf, PLACES, type Place, storeOf } from './support/router-case.ts';

const njs = njsPath();

function outcomeOf(result: NjsResult | undefined): Run {
  if (!result?.ok || result.result === undefined) throw new Error(`njs: ${JSON.stringify(result)}`);
  return { answer: result.result, origin: result.origin, reads: result.reads, log: result.log };
}

describe.skipIf(njs === undefined).each(Object.keys(PLACES) as Place[])(
  'the built router in njs, place %s',
  (place) => {
    const code = buildEdge(PLACES[place]);
    const cases = casesOf(place);
    // All in one process, because one request must not affect the next.
    const results =
      njs === undefined
        ? []
        : runInNjs(
            njs,
            code,
            cases.map(([, one]) => ({ kvs: storeOf(one), event: eventOf(one) })),
          );

    test.each(cases.map(([name, one], index) => [name, one, index] as const))('%s', (_, one, index) => {
      examine(one, outcomeOf(results[index]));
    });

    test('gives the same answer and log line as the engine in every case', async () => {
      let store: Record<string, string> = {};
      const router = compileEdge(code, {
        read: (key) => (Object.hasOwn(store, key) ? store[key] : undefined),
      });
      for (const [index, [name, one]] of cases.entries()) {
        store = storeOf(one);
        const verdict = await router.run(eventOf(one));
        expect(outcomeOf(results[index]), name).toEqual(runOf(verdict));
      }
    });
  },
);
