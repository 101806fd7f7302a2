import fc from 'fast-check';
import type { Runs, Shape } from './shape.ts';

/** Random request shapes and small changes of a shape, made of text that may slow down readers of paths, headers or cookies. */

const UNITS = [
  ...[
    'a',
    'A',
    '1',
    '/',
    '/a',
    '/a/b/c',
    '//',
    '.',
    '..',
    '/.',
    '/..',
    '.a',
    '/.a',
    '../',
    '/../',
    '\\',
    '\\..\\',
  ],
  ...[
    ';',
    '/;',
    '/a;b',
    '..;/',
    '%',
    '%2',
    '%2e',
    '/%2e',
    '/%2E%2e/',
    '%2F',
    '%5c',
    '%3b',
    '%20',
    '/%20',
    '%41',
  ],
  ...['%e9', '%E3%81%82', '%c3%a9', '%25', '%zz', '%7f', '%5F', '_', '/_', '_proxy', '/_proxy/', '%5Fproxy/'],
  ...[
    '@',
    '/@',
    '/@a',
    '&',
    '&a',
    '&a=',
    '+',
    '=',
    '#',
    '"',
    '<',
    '~',
    ',',
    ':',
    ':1',
    '{',
    '|',
    '-',
    '\u00e9',
    '\u3042',
  ],
];
const TIMES = [
  1, 1, 1, 2, 3, 8, 16, 17, 23, 24, 25, 33, 64, 66, 85, 100, 128, 199, 200, 255, 256, 257, 341, 400,
];
const MANY = [
  511, 512, 513, 700, 1_000, 1_023, 1_024, 1_025, 1_500, 2_047, 2_048, 2_049, 2_700, 4_000, 8_170, 30_000,
];

/** Beginnings of the paths and values in the entries. */
const BEGINNINGS = [
  'api',
  'api/',
  'api/v1/',
  'healthz',
  'section-6/',
  'x/y',
  '@shop/',
  '@shop',
  '@',
  '_proxy/',
  '',
];

const unit = fc.constantFrom(...UNITS);
const times = fc.oneof(fc.constantFrom(...TIMES), fc.constantFrom(...MANY));
const run = fc.tuple(unit, times);
const runs: fc.Arbitrary<Runs> = fc.array(run, { minLength: 1, maxLength: 4 });
const path: fc.Arbitrary<Runs> = fc
  .tuple(fc.constantFrom(...BEGINNINGS), runs)
  .map(([beginning, rest]) => [[beginning, 1], ...rest]);
const query: fc.Arbitrary<Runs> = fc
  .tuple(fc.constantFrom('', 'debug=', 'x=1&debug=', 'a b='), runs)
  .map(([beginning, rest]) => [[beginning, 1], ...rest]);
const NAMES = [
  'accept',
  'user-agent',
  'x-env',
  'x-proxy-app',
  'referer',
  'sec-fetch-site',
  'sec-fetch-dest',
  'origin',
  'access-control-request-method',
  'access-control-request-headers',
  'x-a',
];
const VALUES = ['text/html', '*/*', 'canary', 'document', 'none', 'same-origin', 'shop', 'a'];
const header = fc
  .tuple(fc.constantFrom(...NAMES), fc.constantFrom('', ...VALUES), fc.oneof(fc.constant([]), runs))
  .map(([name, beginning, rest]) => [name, [[beginning, 1], ...rest] as Runs] as const);
const cookie: fc.Arbitrary<Runs> = fc
  .tuple(
    fc.constantFrom('session=', '__Host-proxy-app=', '__Host-proxy-app=shop.', 'a=1; session=', ''),
    runs,
  )
  .map(([beginning, rest]) => [[beginning, 1], ...rest]);
const method = fc.constantFrom('GET', 'GET', 'HEAD', 'POST', 'OPTIONS');

/** Changes a shape in one to three places. */
export function changed(shape: Shape): fc.Arbitrary<Shape> {
  const one = fc.oneof(
    { weight: 4, arbitrary: path.map((each) => ({ path: each })) },
    { weight: 3, arbitrary: altered(shape.path).map((each) => ({ path: each })) },
    { weight: 2, arbitrary: query.map((each) => ({ query: each })) },
    { weight: 1, arbitrary: altered(shape.query).map((each) => ({ query: each })) },
    { weight: 3, arbitrary: header.map((each) => ({ headers: withHeader(shape, each) })) },
    { weight: 2, arbitrary: cookie.map((each) => ({ cookie: each })) },
    { weight: 1, arbitrary: altered(shape.cookie).map((each) => ({ cookie: each })) },
    { weight: 1, arbitrary: method.map((each) => ({ method: each })) },
    { weight: 1, arbitrary: run.map((each) => ({ host: [each, ...shape.host] })) },
    { weight: 1, arbitrary: run.map((each) => ({ host: [...shape.host, [':', 1] as const, each] })) },
  );
  return fc
    .array(one, { minLength: 1, maxLength: 3 })
    .map((all) => Object.assign({}, shape, ...all) as Shape);
}

/** Adds a piece, removes one, or repeats one another number of times. */
function altered(of: Runs): fc.Arbitrary<Runs> {
  const at = fc.nat({ max: Math.max(of.length - 1, 0) });
  return fc.oneof(
    run.map((each) => [...of, each]),
    fc.tuple(at, run).map(([place, each]) => [...of.slice(0, place), each, ...of.slice(place)]),
    at.map((place) => of.filter((_, each) => each !== place)),
    fc
      .tuple(at, times)
      .map(([place, count]) => of.map((each, n) => (n === place ? ([each[0], count] as const) : each))),
  );
}

/** Replaces the header of that name, or adds a second one. */
function withHeader(shape: Shape, header: Shape['headers'][number]): Shape['headers'] {
  const rest = shape.headers.filter(([name]) => name !== header[0] || header[1].length > 3);
  return [...rest, header];
}
