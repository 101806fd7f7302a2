import { at, BETA, type Feature, get, pair, prefix, route, SHOP, to } from '../feature.ts';

/** Deliberate differences from the Gateway API, or from most of its implementations. */
export const DIFFERENCES: readonly Feature[] = [
  {
    name: 'a request never falls back from a hostname to a wildcard above it',
    objects: [route(['*.test'], to('any')), route(SHOP, to('api', prefix('/api')))],
    requests: [
      [get('/api'), 'api'],
      [get('/other'), 404],
      [at('other.test', '/other'), 'any'],
    ],
  },
  {
    name: 'a wildcard covers at most three labels',
    objects: [route(['*.preview.test'], to('preview'))],
    requests: [
      [at('a.b.c.preview.test'), 'preview'],
      [at('a.b.c.d.preview.test'), 404],
    ],
  },
  {
    name: 'a path that a lenient reader could match to another rule is refused',
    objects: [route(SHOP, to('web', prefix('/')), to('admin', prefix('/admin')))],
    requests: [
      [get('/x/../admin'), 400],
      [get('/x%2f..%2Fadmin'), 400],
      [get('//admin'), 400],
      [get('/x/../y'), 'web'],
    ],
  },
  {
    name: 'the first of a repeated header or parameter counts',
    objects: [route(SHOP, to('beta', { headers: [BETA] }), to('two', { queryParams: [pair('v', '2')] }))],
    requests: [
      [get('/', { headers: { 'x-stage': 'beta', 'X-Stage': 'alpha' } }), 'beta'],
      [get('/', { headers: { 'x-stage': 'alpha', 'X-Stage': 'beta' } }), 404],
      [get('/?v=2&v=1'), 'two'],
      [get('/?v=1&v=2'), 404],
    ],
  },
  {
    name: 'no rule takes a path below /_proxy/',
    objects: [route(SHOP, to('web'))],
    requests: [
      [get('/_proxy/x'), 404],
      [get('/_proxyx'), 'web'],
    ],
  },
  {
    name: 'a single backend of weight 0 answers 503 instead of 500',
    objects: [route(SHOP, { backendRefs: [{ name: 'retired', weight: 0 }] })],
    requests: [[get('/'), 503]],
  },
];
