import type { EdgeRequest, EdgeResponse, ViewerRequestEvent } from 'cloudfront';
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { casesOf } from './cases.ts';
import { examine, readsOf } from './support/examine.ts';
import {
  eventOf,
  isOfSiteRouter,
  PLACES,
  type Place,
  type RouterCase,
  storeOf,
} from './support/router-case.ts';

/** A request, and the store that it meets. */
interface Run {
  event: ViewerRequestEvent;
  store: Readonly<Record<string, string>>;
}

/** The router's source with the constants of one deployment and a stand-in for its runtime. */
async function load(place: Place) {
  vi.resetModules();
  vi.stubGlobal('BARE', PLACES[place].baseDomain === '');
  vi.stubGlobal('BASE_DOMAIN', PLACES[place].baseDomain);
  vi.stubGlobal('SCHEME', PLACES[place].scheme);
  vi.stubGlobal('SIGN_IN', place === 'signIn');
  vi.stubGlobal('DETAIL', true);
  vi.stubGlobal('DEPLOYMENT', 'main');
  const router = await import('../../edge/router/router.ts');
  const site = await import('../../edge/router/site-router.ts');
  const { edge } = await import('../support/tools/cloudfront.ts');
  return {
    edge,
    run(
      one: RouterCase,
      { event = eventOf(one), store = storeOf(one) }: Partial<Run> = {},
    ): Promise<EdgeRequest | EdgeResponse> {
      Object.assign(edge, { store, keys: [], origin: undefined, log: undefined });
      const isSite = isOfSiteRouter(place, one);
      vi.stubGlobal('START', isSite ? 'sign-in' : 'start');
      return (isSite ? site : router).handler(event);
    },
  };
}

beforeEach(() => {
  vi.spyOn(console, 'log').mockImplementation(() => {});
});
afterEach(() => {
  vi.restoreAllMocks();
});

describe.each(Object.keys(PLACES) as Place[])('the source of the router, place %s', (place) => {
  let router: Awaited<ReturnType<typeof load>>;
  beforeAll(async () => {
    router = await load(place);
  });

  test.each(casesOf(place))('%s', async (_, one) => {
    const answer = await router.run(one);
    const { origin, keys, log } = router.edge;
    examine(one, { answer, origin, reads: keys.length, log });
    expect(keys).toEqual(readsOf(one));
  });
});

describe('the source of the router, if its runtime fails', () => {
  const [[, toShop] = []] = casesOf('domain');
  if (toShop === undefined) throw new Error('no case of the place domain');

  test('answers 503 when it fails before it has read an entry, and logs the reason', async () => {
    const router = await load('domain');
    const event = eventOf({ ...toShop, request: { host: 'dev.example.com', uri: '/@shop/x' } });
    event.request.rawQueryString = () => {
      throw new Error('no query today');
    };
    const state = { 'x-proxy-state': { value: 'fault' }, 'retry-after': { value: '5' } };
    expect(await router.run(toShop, { event, store: {} })).toMatchObject({ statusCode: 503, headers: state });
    expect(console.log).toHaveBeenCalledExactlyOnceWith('fault dev.example.com: Error: no query today');
  });

  test('calls the entry unreadable when it fails afterwards, and logs the reason', async () => {
    const router = await load('domain');
    const answer = await router.run(toShop, { store: { 'shop.dev.example.com': '3 p [by hand' } });
    expect(answer).toMatchObject({ headers: { 'x-proxy-state': { value: 'unreadable' } } });
    expect(console.log).toHaveBeenCalledExactlyOnceWith(
      expect.stringMatching(/^unreadable shop\.dev\.example\.com: SyntaxError/),
    );
  });

  test('forwards without a log line if the runtime cannot write one', async () => {
    const router = await load('domain');
    const { default: cloudfront } = await import('../support/tools/cloudfront.ts');
    delete cloudfront.logCustomData;
    const answer = await router.run(toShop);
    const { origin, keys } = router.edge;
    examine(toShop, { answer, origin, reads: keys.length, log: undefined });
  });
});
