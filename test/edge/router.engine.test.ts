import { describe, expect, test } from 'vitest';
import { casesOf } from './cases.ts';
import { compileDeployed } from './support/compile-deployed.ts';
import { examine, readsOf, runOf } from './support/examine.ts';
import { eventOf, PLACES, type Place, storeOf } from './support/router-case.ts';

describe.each(Object.keys(PLACES) as Place[])('the built router in the engine, place %s', (place) => {
  let store: Record<string, string> = {};
  let keys: string[] = [];
  const read = (key: string): string | undefined => {
    keys.push(key);
    return Object.hasOwn(store, key) ? store[key] : undefined;
  };
  const router = compileDeployed(PLACES[place], { read });

  test.each(casesOf(place))('%s', async (_, one) => {
    [store, keys] = [storeOf(one), []];
    examine(one, runOf(await router.run(eventOf(one))));
    expect(keys).toEqual(readsOf(one));
  });
});
