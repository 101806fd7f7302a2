import { at, type Feature, get, prefix, route, SHOP, to } from '../feature.ts';
import type { Gateway, HttpRoute } from '../gateway-api.ts';

const HOSTS: readonly Feature[] = [
  {
    name: 'a hostname is compared without case, port and trailing dot',
    objects: [route(['Shop.test'], to('cart'))],
    requests: [
      [at('shop.test'), 'cart'],
      [at('SHOP.Test'), 'cart'],
      [at('shop.test:8443'), 'cart'],
      [at('shop.test.'), 'cart'],
      [at('shop.tests'), 404],
    ],
  },
  {
    name: 'several hostnames of a route share its rules',
    objects: [route(['shop.test', 'store.test'], to('cart'))],
    requests: [
      [at('shop.test'), 'cart'],
      [at('store.test'), 'cart'],
      [at('depot.test'), 404],
    ],
  },
  {
    name: 'a wildcard hostname covers one label or more, but not its own suffix',
    objects: [route(['*.preview.test'], to('preview'))],
    requests: [
      [at('pr-7.preview.test'), 'preview'],
      [at('api.pr-7.preview.test'), 'preview'],
      [at('preview.test'), 404],
      [at('spreview.test'), 404],
    ],
  },
  {
    name: 'an exact hostname beats a wildcard, and a longer wildcard beats a shorter one',
    objects: [
      route(['*.test'], to('any')),
      route(['*.preview.test'], to('preview')),
      route(['main.preview.test'], to('main')),
    ],
    requests: [
      [at('main.preview.test'), 'main'],
      [at('pr-7.preview.test'), 'preview'],
      [at('shop.test'), 'any'],
      [at('deeper.main.preview.test'), 'preview'],
    ],
  },
  {
    name: 'routes of one hostname are merged',
    objects: [route(SHOP, to('web')), route(['shop.test', 'b.test'], to('api', prefix('/api')))],
    requests: [
      [get('/x'), 'web'],
      [get('/api/x'), 'api'],
      [at('b.test', '/api'), 'api'],
      [at('b.test', '/x'), 404],
    ],
  },
  {
    name: 'a route without hostnames takes every host',
    objects: [route([], to('any'))],
    requests: [
      [{ path: '/' }, 'any'],
      [at('whatever.test'), 'any'],
    ],
  },
];

const gateway = (...hostnames: string[]): Gateway => ({
  kind: 'Gateway',
  name: 'edge',
  spec: { listeners: hostnames.map((hostname) => ({ name: hostname, hostname })) },
});

const attached = (one: HttpRoute, sectionName?: string): HttpRoute => {
  const ref = { name: 'edge', ...(sectionName === undefined ? {} : { sectionName }) };
  return { ...one, spec: { ...one.spec, parentRefs: [ref] } };
};

const LISTENERS: readonly Feature[] = [
  {
    name: "a route serves the hostnames that it shares with its gateway's listeners",
    objects: [
      gateway('shop.test', '*.preview.test'),
      attached(route(['shop.test', 'pr-7.preview.test', 'other.test'], to('web', prefix('/web')))),
      attached(route(['*.shop.test', '*.test'], to('all', prefix('/all')))),
    ],
    requests: [
      [at('shop.test', '/web'), 'web'],
      [at('pr-7.preview.test', '/web'), 'web'],
      [at('other.test', '/web'), 404],
      [at('shop.test', '/all'), 'all'],
      [at('pr-8.preview.test', '/all'), 'all'],
      [at('a.shop.test', '/all'), 404],
    ],
  },
  {
    name: 'a route without hostnames serves those of the listener that it names',
    objects: [
      gateway('shop.test', '*.preview.test'),
      attached(route([], to('shop')), 'shop.test'),
      attached(route([], to('preview')), '*.preview.test'),
    ],
    requests: [
      [at('shop.test'), 'shop'],
      [at('a.b.preview.test'), 'preview'],
      [at('preview.test'), 404],
    ],
  },
];

/** The hostnames of a route. */
export const HOST_FEATURES = [...HOSTS, ...LISTENERS];
