import { BETA, exact, type Feature, get, pair, prefix, route, SHOP, to } from '../feature.ts';

const PATHS: readonly Feature[] = [
  {
    name: 'an exact path matches that path alone, with its case',
    objects: [route(SHOP, to('login', exact('/Login')))],
    requests: [
      [get('/Login'), 'login'],
      [get('/Login?next=/x'), 'login'],
      [get('/login'), 404],
      [get('/Login/'), 404],
      [get('/Login/now'), 404],
    ],
  },
  {
    name: 'a path prefix matches whole segments, with or without a slash at its end',
    objects: [route(SHOP, to('api', prefix('/api/')), to('docs', prefix('/docs')))],
    requests: [
      [get('/api'), 'api'],
      [get('/api/'), 'api'],
      [get('/api/v1/users'), 'api'],
      [get('/apis'), 404],
      [get('/v1/api'), 404],
      [get('/docs/'), 'docs'],
    ],
  },
  {
    name: 'an exact path beats a prefix, and a longer prefix beats a shorter one, in any order of the rules',
    objects: [
      route(
        SHOP,
        to('root', prefix('/')),
        to('deep', prefix('/api/v1')),
        to('api', prefix('/api')),
        to('health', exact('/api/v1/health')),
      ),
    ],
    requests: [
      [get('/'), 'root'],
      [get('/api/v2'), 'api'],
      [get('/api/v1/users'), 'deep'],
      [get('/api/v1/health'), 'health'],
      [get('/api/v1/health/db'), 'deep'],
    ],
  },
  {
    name: 'a rule without matches takes every path',
    objects: [route(SHOP, { backendRefs: [{ name: 'web', port: 3000 }] })],
    requests: [
      [get('/'), 'web'],
      [get('/any/thing?at=all', { method: 'DELETE' }), 'web'],
    ],
  },
];

const CONDITIONS: readonly Feature[] = [
  {
    name: 'a header is compared by name without case and by value with it',
    objects: [route(SHOP, to('beta', { headers: [BETA] }))],
    requests: [
      [get('/', { headers: { 'x-stage': 'beta' } }), 'beta'],
      [get('/', { headers: { 'X-STAGE': 'beta' } }), 'beta'],
      [get('/', { headers: { 'x-stage': 'Beta' } }), 404],
      [get('/', { headers: { 'x-stage': 'beta2' } }), 404],
      [get('/'), 404],
    ],
  },
  {
    name: 'a query parameter is compared by name and value with case',
    objects: [route(SHOP, to('dark', { queryParams: [pair('theme', 'Dark mode')] }))],
    requests: [
      [get('/?theme=Dark%20mode'), 'dark'],
      [get('/?a=1&theme=Dark+mode&b'), 'dark'],
      [get('/?Theme=Dark%20mode'), 404],
      [get('/?theme=dark%20mode'), 404],
      [get('/?theme=Dark%20modes'), 404],
    ],
  },
  {
    name: 'a method matches only itself',
    objects: [route(SHOP, to('writer', { method: 'PUT' }), to('reader', { method: 'GET' }))],
    requests: [
      [get('/', { method: 'PUT' }), 'writer'],
      [get('/'), 'reader'],
      [get('/', { method: 'HEAD' }), 404],
    ],
  },
  {
    name: 'all conditions of a match must hold',
    objects: [
      route(
        SHOP,
        to('all', { ...prefix('/a'), method: 'POST', headers: [BETA], queryParams: [pair('v', '2')] }),
      ),
    ],
    requests: [
      [get('/a?v=2', { method: 'POST', headers: { 'x-stage': 'beta' } }), 'all'],
      [get('/b?v=2', { method: 'POST', headers: { 'x-stage': 'beta' } }), 404],
      [get('/a?v=2', { headers: { 'x-stage': 'beta' } }), 404],
      [get('/a?v=2', { method: 'POST' }), 404],
      [get('/a', { method: 'POST', headers: { 'x-stage': 'beta' } }), 404],
    ],
  },
  {
    name: 'one of several matches is enough',
    objects: [
      route(SHOP, to('either', prefix('/new'), { headers: [BETA] }, { queryParams: [pair('v', '2')] })),
    ],
    requests: [
      [get('/new/x'), 'either'],
      [get('/old', { headers: { 'x-stage': 'beta' } }), 'either'],
      [get('/old?v=2'), 'either'],
      [get('/old'), 404],
    ],
  },
  {
    name: 'the first of several conditions on one header counts',
    objects: [route(SHOP, to('first', { headers: [BETA, pair('x-stage', 'alpha')] }))],
    requests: [
      [get('/', { headers: { 'x-stage': 'beta' } }), 'first'],
      [get('/', { headers: { 'x-stage': 'alpha' } }), 404],
    ],
  },
];

/** The requests that a match accepts. */
export const MATCH_FEATURES = [...PATHS, ...CONDITIONS];
