import { BETA, exact, type Feature, get, pair, prefix, route, SHOP, to } from '../feature.ts';

const both = { headers: { 'x-stage': 'beta', 'x-region': 'eu' } };
/** The order in which several matches of one request are tried. */
export const PRECEDENCE_FEATURES: readonly Feature[] = [
  {
    name: 'a longer path beats any conditions',
    objects: [route(SHOP, to('beta', { method: 'GET', headers: [BETA] }), to('api', prefix('/api')))],
    requests: [
      [get('/api', { headers: { 'x-stage': 'beta' } }), 'api'],
      [get('/x', { headers: { 'x-stage': 'beta' } }), 'beta'],
    ],
  },
  {
    name: 'a longer path whose conditions fail leaves the request to a shorter path',
    objects: [route(SHOP, to('rest', prefix('/')), to('beta', { ...exact('/api'), headers: [BETA] }))],
    requests: [
      [get('/api', { headers: { 'x-stage': 'beta' } }), 'beta'],
      [get('/api'), 'rest'],
    ],
  },
  {
    name: 'on one path a method beats headers, more headers beat fewer, and headers beat queries',
    objects: [
      route(
        SHOP,
        to('query', { queryParams: [pair('a', '1'), pair('b', '2')] }),
        to('header', { headers: [BETA] }),
        to('headers', { headers: [pair('x-region', 'eu'), BETA] }),
        to('method', { method: 'POST' }),
      ),
    ],
    requests: [
      [get('/?a=1&b=2', { method: 'POST', ...both }), 'method'],
      [get('/?a=1&b=2', both), 'headers'],
      [get('/?a=1&b=2', { headers: { 'x-stage': 'beta' } }), 'header'],
      [get('/?a=1&b=2'), 'query'],
    ],
  },
  {
    name: 'with equal headers more queries beat fewer',
    objects: [
      route(
        SHOP,
        to('one', { queryParams: [pair('a', '1')] }),
        to('two', { queryParams: [pair('a', '1'), pair('b', '2')] }),
      ),
    ],
    requests: [
      [get('/?b=2&a=1'), 'two'],
      [get('/?a=1'), 'one'],
    ],
  },
  {
    name: 'a remaining tie goes to the older route, and within a route to the earlier rule',
    objects: [
      route(SHOP, to('eu', { headers: [pair('x-region', 'eu')] }), to('beta', { headers: [BETA] })),
      route(SHOP, to('alpha', { headers: [pair('x-ring', '1')] }), to('eu', prefix('/'))),
    ],
    requests: [
      [get('/', both), 'eu'],
      [get('/', { headers: { 'x-ring': '1', 'x-stage': 'beta' } }), 'beta'],
      [get('/', { headers: { 'x-ring': '1' } }), 'alpha'],
    ],
  },
];
