import type { Runs, Shape } from './shape.ts';

/** Requests that are expensive in our knowledge of the engine. Each one uses one loop, search or copy of the router heavily. */
export function seedsOf(plain: Shape): Shape[] {
  const paths: Record<string, Runs> = {
    'long and plain': [['a', 8_170]],
    'long and deep': [['a/', 4_000]],
    'long, with two slashes at its head': [['/a/b/c', 1_500]],
    'nearly too long to be searched': [
      ['a', 2_040],
      ['/.', 3],
    ],
    'nearly too long, with an escape at its end': [
      ['a', 2_040],
      ['/%2', 1],
    ],
    'long, with a dot at its end': [
      ['a', 8_100],
      ['.', 1],
    ],
    'long, with an escape at its end': [
      ['a', 8_100],
      ['%', 1],
    ],
    'a way up that is read to its end': [
      ['a/', 250],
      ['../../', 3],
    ],
    'dot segments, and none of ours': [['/.a', 170]],
    'dots and percent signs behind a plain segment': [
      ['a', 216],
      ['.%', 274],
    ],
    'segments of one character': [['/x', 107]],
    'needed escapes': [['%E3%81%82', 113]],
    'needless escapes behind many slashes': [
      ['api', 1],
      ['/@', 85],
      ['%41', 64],
    ],
    'segments that are read twice': [
      ['api/', 1],
      ['a;/', 22],
      ['%41', 60],
    ],
    'parameters, and a long rest': [
      ['api/', 1],
      ['a;/', 22],
      ['b', 130],
      ['.a', 270],
    ],
    'segments that are read twice, and a long rest': [
      ['api/', 1],
      ['a/', 22],
      ['%41', 50],
      ['.a', 270],
    ],
    'ways up that are read twice': [
      ['api/', 1],
      ['a/../', 11],
      ['%41', 50],
    ],
    'parameters without a segment': [
      ['api/', 1],
      [';', 210],
    ],
    'backslashes that are read twice': [
      ['api/', 1],
      ['\\', 210],
    ],
    'bytes that are not UTF-8': [
      ['api/', 1],
      ['%e9', 80],
    ],
    'a choice with bytes beyond ASCII': [
      ['@shop/', 1],
      ['\u00e9', 8_000],
    ],
    backslashes: [['\\', 8_000]],
    pluses: [
      ['api/', 1],
      ['+', 205],
      ['%41', 1],
    ],
    'bytes beyond ASCII': [['\u00e9', 8_000]],
    'bytes beyond ASCII, nearly too many to be searched': [['\u{1f600}', 256]],
    'bytes beyond ASCII, more than are searched': [['\u3042', 511]],
    'bytes beyond ASCII, as many as are decoded': [['\u3042', 1_023]],
    'bytes beyond ASCII that are read twice': [
      ['/', 1],
      ['\u3042', 230],
    ],
    'bytes beyond ASCII behind parameters': [
      ['a;/', 20],
      ['\u3042', 150],
    ],
    'a choice': [
      ['@shop/', 1],
      ['&', 8_000],
    ],
    'the folder of the site, with a slash': [
      ['_proxy/', 1],
      ['a', 8_160],
      ['/', 1],
    ],
  };
  const header = (name: string, value: Runs): Shape => ({
    ...plain,
    headers: [...plain.headers.filter((one) => one[0] !== name), [name, value]],
  });
  const preflight = (character: string, times: number): Shape => ({
    ...plain,
    method: 'OPTIONS',
    headers: [
      ...plain.headers,
      ...['origin', 'access-control-request-method', 'access-control-request-headers'].map(
        (name) => [name, [[character, times]]] as const,
      ),
    ],
  });
  return [
    { ...plain, method: 'HEAD' },
    ...Object.values(paths).map((path) => ({ ...plain, path })),
    {
      ...plain,
      path: [['api/v1/x', 1]],
      query: [
        ['debug=', 1],
        ['+', 8_000],
      ],
      headers: [...plain.headers, ['x-env', [['canary', 1]]]],
    },
    {
      ...plain,
      path: [['api/v1/x', 1]],
      query: [
        ['debug=', 1],
        ['%zz', 12],
      ],
    },
    { ...plain, query: [['a=&', 2_000]] },
    { ...plain, host: [...plain.host, [':', 1], ['1', 200]] },
    // A header that is not a name is tried as a key, too.
    { ...plain, host: [['A.A.A.', 1], ...plain.host] },
    { ...plain, host: [['a', 980], ['.', 1], ...plain.host] },
    header('accept', [['a', 30_000]]),
    header('user-agent', [['a', 30_000]]),
    header('user-agent', [['\u00e9', 30_000]]),
    header('x-proxy-app', [['a', 30_000]]),
    header('referer', [['a', 30_000]]),
    header('origin', [['a', 30_000]]),
    header('origin', [['\u00e9', 30_000]]),
    preflight('a', 399),
    preflight('a', 10_000),
    preflight('\u00e9', 10_000),
    {
      ...plain,
      cookie: [
        ['session=', 1],
        ['a', 30_000],
      ],
    },
    {
      ...plain,
      cookie: [
        ['__Host-proxy-app=shop', 1],
        ['.', 30_000],
      ],
    },
    { ...plain, cookie: [['a=1; ', 5_000]] },
  ];
}
