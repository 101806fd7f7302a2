import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { OriginUpdate } from 'cloudfront';
import { describe, expect, test } from 'vitest';
import { viewerHead } from '../../../../local/edge/origin/forward.ts';
import {
  ask,
  askRaw,
  forwarding,
  freePort,
  originUpdate,
  startOrigin,
  startStand,
  startTcpOrigin,
} from '../edge-stand.ts';

const MEGABYTES_16 = Buffer.alloc(16 * 1024 * 1024, 'streaming ');

function digest(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** The path of a request that an origin answers at once. */
const LATER = '/later';

describe('an origin that the function chose', () => {
  const told = async (origin: Partial<OriginUpdate>) => {
    const seen: IncomingMessage['headers'][] = [];
    const port = await startOrigin((request, response) => {
      seen.push(request.headers);
      response.end();
    });
    const { customHeaders: _, ...chosen } = originUpdate();
    const routed = forwarding({ ...chosen, ...origin });
    await ask(await startStand(port, { edge: () => routed }), '/', {
      headers: { 'x-forwarded-proto': 'https' },
    });
    return seen[0]?.['x-forwarded-proto'];
  };

  test('inherits the custom header of the placeholder, which replaces the viewer’s header', async () => {
    expect(await told({})).toBe('http');
  });

  test('inherits no custom header if the function sets its own', async () => {
    expect(await told({ customHeaders: {} })).toBeUndefined();
  });
});

describe('responses', () => {
  test('a response has CloudFront’s headers, and header names in the origin’s spelling', async () => {
    const port = await startOrigin((_request, response) => {
      response.writeHead(200, ['X-MiXed-Case', '1', 'X-Cache', 'forged', 'Via', '1.1 forged']);
      response.end('hello');
    });
    const answer = await ask(await startStand(port), '/');
    expect(answer.body.toString()).toBe('hello');
    expect(answer.rawHeaders).toContain('X-MiXed-Case');
    expect(answer.headers['x-cache']).toBe('Miss from cloudfront');
    expect(answer.headers.via).toBe('1.1 d111111abcdef8.cloudfront.net (CloudFront)');
    expect(answer.headers['x-amz-cf-id']).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('a response keeps both of two cookies', async () => {
    const port = await startOrigin((_request, response) => {
      response.writeHead(200, ['Set-Cookie', 'a=1; Path=/', 'Set-Cookie', 'b=2']).end();
    });
    const answer = await ask(await startStand(port), '/');
    expect(answer.headers['set-cookie']).toEqual(['a=1; Path=/', 'b=2']);
  });

  test('a response arrives chunk by chunk: the first event before the second is written', async () => {
    const port = await startOrigin(async (request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: 1\n\n');
      await once(request.socket, 'data');
      response.end();
    });
    const stand = await startStand(port);
    const socket = connect(stand.port, '127.0.0.1');
    socket.write('GET / HTTP/1.1\r\nHost: shop.localhost\r\n\r\n');
    let seen = '';
    while (!seen.includes('data: 1\n\n')) seen += String((await once(socket, 'data'))[0]);
    socket.destroy();
    expect(await stand.nextRecord()).toMatchObject({ status: 200 });
  });

  test('a response begins with its head as soon as the origin has sent it', async () => {
    const port = await startOrigin((_request, response) => response.writeHead(200).flushHeaders());
    const stand = await startStand(port);
    const socket = connect(stand.port, '127.0.0.1');
    socket.write('GET / HTTP/1.1\r\nHost: shop.localhost\r\n\r\n');
    expect(String((await once(socket, 'data'))[0])).toMatch(/^HTTP\/1\.1 200 /);
    socket.destroy();
  });

  test('a response may have 16 MB', async () => {
    const port = await startOrigin((_request, response) => response.end(MEGABYTES_16));
    const answer = await ask(await startStand(port), '/');
    expect(digest(answer.body)).toBe(digest(MEGABYTES_16));
  });

  test.each([204, 304])('a response with status %i has no body', async (status) => {
    const port = await startOrigin((_request, response) => response.writeHead(status, { etag: '"x"' }).end());
    const stand = await startStand(port);
    const answer = await askRaw(stand, 'GET / HTTP/1.1\r\nHost: shop.localhost\r\nConnection: close\r\n\r\n');
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(answer).toContain('etag: "x"');
    expect(answer.endsWith('\r\n\r\n')).toBe(true);
  });

  test('a response to HEAD has the length and no body', async () => {
    const port = await startOrigin((_request, response) =>
      response.writeHead(200, { 'content-length': '5' }).end(),
    );
    const stand = await startStand(port);
    const answer = await askRaw(
      stand,
      'HEAD / HTTP/1.1\r\nHost: shop.localhost\r\nConnection: close\r\n\r\n',
    );
    expect(answer.toLowerCase()).toContain('content-length: 5');
    expect(answer.endsWith('\r\n\r\n')).toBe(true);
  });

  test('a response loses trailers, early hints and hop-by-hop headers', async () => {
    const port = await startTcpOrigin((socket) =>
      socket.once('data', () =>
        socket.end(
          'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n' +
            'HTTP/1.1 200 OK\r\nConnection: close, X-Hop\r\nX-Hop: 1\r\nX-Stays: 1\r\nTrailer: X-End\r\n' +
            'Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-End: 1\r\n\r\n',
        ),
      ),
    );
    const stand = await startStand(port);
    const answer = await askRaw(stand, 'GET / HTTP/1.1\r\nHost: shop.localhost\r\nConnection: close\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 200 .*X-Stays: 1/s);
    expect(answer).not.toMatch(/early|x-hop|x-end|trailer/i);
  });

  test('a response keeps its status of 400 or more, marked as an error', async () => {
    const port = await startOrigin((_request, response) => response.writeHead(404).end('app says no'));
    const answer = await ask(await startStand(port), '/');
    expect([answer.status, answer.body.toString()]).toEqual([404, 'app says no']);
    expect(answer.headers['x-cache']).toBe('Error from cloudfront');
  });

  test.each([502, 504])(
    'a response of the app with status %i keeps the status and shows the static page',
    async (status) => {
      const port = await startOrigin((_request, response) =>
        response.writeHead(status, { 'x-app': '1' }).end('secret'),
      );
      const answer = await ask(await startStand(port), '/');
      expect(answer.status).toBe(status);
      expect(answer.body.toString()).toContain('Instance unreachable');
      expect(answer.body.toString()).not.toContain('secret');
      expect(answer.headers['x-app']).toBeUndefined();
    },
  );
});

describe('requests to the origin', () => {
  test('a request keeps its raw path and query', async () => {
    const targets: (string | undefined)[] = [];
    const port = await startOrigin((request, response) => {
      targets.push(request.url);
      response.end();
    });
    const stand = await startStand(port);
    for (const path of ['/%2e%2e/a//b%2Fc', '/../x?q=%zz&&', '/a\\b', '/?']) await ask(stand, path);
    expect(targets).toEqual(['/%2e%2e/a//b%2Fc', '/../x?q=%zz&&', '/a\\b', '/?']);
  });

  test.each([
    ['with a length', { 'content-length': `${MEGABYTES_16.length}` }],
    ['in chunks', { 'transfer-encoding': 'chunked' }],
  ])('an upload %s may have 16 MB', async (_how, headers) => {
    const port = await startOrigin(async (request, response) => {
      const framing = request.headers['content-length'] ?? request.headers['transfer-encoding'];
      response.end(`${framing} ${digest(await buffer(request))}`);
    });
    const answer = await ask(await startStand(port), '/', { method: 'POST', headers, body: MEGABYTES_16 });
    expect(answer.body.toString()).toBe(`${Object.values(headers)[0]} ${digest(MEGABYTES_16)}`);
  });

  test('a request loses Expect, because the edge itself asks for the body', async () => {
    const port = await startOrigin(async (request, response) => {
      response.end(`${request.headers.expect} ${await buffer(request)}`);
    });
    const stand = await startStand(port);
    const answer = await askRaw(
      stand,
      'POST / HTTP/1.1\r\nHost: shop.localhost\r\nExpect: 100-continue\r\nContent-Length: 4\r\nConnection: close\r\n\r\nbody',
    );
    expect(answer).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 /);
    expect(answer).toContain('undefined body');
  });

  test('requests in sequence share a connection', async () => {
    const ports = new Set<number | undefined>();
    const port = await startOrigin((request, response) => {
      ports.add(request.socket.remotePort);
      response.end();
    });
    const stand = await startStand(port);
    for (let i = 0; i < 5; i++) await ask(stand, '/');
    expect(ports.size).toBe(1);
  });

  test('an upload stops after an early answer of the origin, and the connection stays usable', async () => {
    const port = await startOrigin((request, response) => {
      if (request.method === 'GET') response.end('next');
      else response.writeHead(413).end('too much');
    });
    const stand = await startStand(port);
    const head = `POST / HTTP/1.1\r\nHost: shop.localhost\r\nContent-Length: ${2 << 20}\r\n\r\n`;
    const then = 'GET / HTTP/1.1\r\nHost: shop.localhost\r\nConnection: close\r\n\r\n';
    const answer = await askRaw(stand, head + 'x'.repeat(2 << 20) + then);
    expect(answer).toMatch(/^HTTP\/1\.1 413 .*too much.*HTTP\/1\.1 200 .*next$/s);
  });
});

test('an upload to an origin that refuses it leaves the connection usable', async () => {
  const stand = await startStand(await freePort());
  const head = `POST / HTTP/1.1\r\nHost: shop.localhost\r\nContent-Length: ${2 << 20}\r\n\r\n`;
  const then = 'GET /x HTTP/1.1\r\nHost: shop.localhost\r\nConnection: close\r\n\r\n';
  const answer = await askRaw(stand, head + 'x'.repeat(2 << 20) + then);
  expect(answer.match(/HTTP\/1\.1 502/g)).toHaveLength(2);
});

describe('a viewer that disconnects', () => {
  /**
   * Records the first request of a test. It also answers later ones, so that `ask` can wait until the edge has no more to
   * report.
   */
  async function standWith(first: (request: IncomingMessage, response: ServerResponse) => void) {
    let arrived: (request: IncomingMessage) => void = () => {};
    const arrival = new Promise<IncomingMessage>((resolve) => (arrived = resolve));
    const port = await startOrigin((request, response) => {
      if (request.url === LATER) return response.end();
      first(request, response);
      return arrived(request);
    });
    const stand = await startStand(port);
    const viewer = connect(stand.port, '127.0.0.1');
    const leave = async () => {
      const record = stand.nextRecord();
      viewer.destroy();
      await record;
      await ask(stand, LATER);
      return record;
    };
    return { viewer, arrival, leave };
  }

  test('before an answer closes the connection to the origin', async () => {
    const { viewer, arrival, leave } = await standWith(() => {});
    viewer.write('GET / HTTP/1.1\r\nHost: shop.localhost\r\n\r\n');
    const { socket } = await arrival;
    expect(await leave()).toMatchObject({ status: 0 });
    expect(socket.destroyed).toBe(true);
  });

  test('in the middle of an answer stops the origin', async () => {
    const { viewer, arrival, leave } = await standWith((_request, response) => response.write(MEGABYTES_16));
    viewer.write('GET / HTTP/1.1\r\nHost: shop.localhost\r\n\r\n');
    await once(viewer, 'data');
    const { socket } = await arrival;
    expect(await leave()).toMatchObject({ status: 200 });
    expect(socket.destroyed).toBe(true);
  });

  test.each([
    ['with a length', 'Content-Length: 100\r\n\r\nhalf'],
    ['in chunks', 'Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n'],
  ])('in the middle of an upload %s makes the origin’s request incomplete', async (_how, upload) => {
    const { viewer, arrival, leave } = await standWith((request) => request.resume());
    viewer.write(`POST / HTTP/1.1\r\nHost: shop.localhost\r\n${upload}`);
    const atOrigin = await arrival;
    await leave();
    expect([atOrigin.socket.destroyed, atOrigin.complete]).toEqual([true, false]);
  });
});

test('a head without Connection keeps every line in order', () => {
  const raw = ['A', '1', 'Keep-Alive', 'x', 'a', '2'].map((line) => Buffer.from(line));
  expect(viewerHead(raw)).toEqual(['A', '1', 'a', '2']);
});
