import { describe, expect, test } from 'vitest';
import { buildEdge } from '../../../build/edge.ts';
import { compileEdge } from '../../../local/edge/function/engine.ts';
import { casesOf } from '../cases.ts';
import { eventOf, isOfSiteRouter, PLACES, SITE_ROUTER, storeOf } from '../support/router-case.ts';

let store: Record<string, string> = {};
const read = (key: string) => (Object.hasOwn(store, key) ? store[key] : undefined);
const apps = compileEdge(buildEdge(PLACES.signIn), { read });
const site = compileEdge(SITE_ROUTER, { read });

describe('a function that runs for the behaviour of the other one', () => {
  const literal = casesOf('signIn').filter(([, { request }]) => request?.uri?.startsWith('/_proxy/'));

  test('the router of apps sends no path of ours anywhere', async () => {
    expect(literal.length).toBeGreaterThan(400);
    for (const [name, one] of literal) {
      store = storeOf(one);
      const verdict = await apps.run(eventOf(one));
      expect(verdict, name).toMatchObject({ kind: 'respond', response: { statusCode: 400 }, reads: 0 });
    }
  });

  test('the site router sends no path of an app anywhere', async () => {
    const others = casesOf('signIn').filter(([, one]) => !isOfSiteRouter('signIn', one));
    expect(others.length).toBeGreaterThan(400);
    for (const [name, one] of others) {
      store = storeOf(one);
      const verdict = await site.run(eventOf(one));
      expect(verdict, name).toMatchObject({ kind: 'respond', response: { statusCode: 400 }, reads: 0 });
    }
  });
});
