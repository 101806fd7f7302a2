import { EventEmitter, once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { PortInUseError } from '../../../local/ports.ts';
import { ask, askRaw, edgeFunction, forwarding, startOrigin, startStand } from './edge-stand.ts';

/** An edge whose function answers `text` itself. */
function answering(text: string) {
  const response = { statusCode: 200, headers: {}, body: { encoding: 'text', data: text } } as const;
  return edgeFunction(() => ({ kind: 'respond', reads: 0, response }));
}

async function hello(): Promise<number> {
  return startOrigin((_request, response) => response.end('hello'));
}

describe('answers of the function', () => {
  test('an answer is sent with its headers and cookies, and is never cached', async () => {
    const edge = edgeFunction(() => ({
      kind: 'respond',
      reads: 1,
      response: {
        statusCode: 302,
        statusDescription: 'Over There',
        headers: { location: { value: '/_proxy/żółw' } },
        cookies: { a: { value: '1', attributes: 'Path=/; HttpOnly' }, b: { value: '2' } },
      },
    }));
    const answer = await ask(await startStand(0, { edge: () => edge }), '/');
    expect(answer.status).toBe(302);
    expect(Buffer.from(answer.headers.location ?? '', 'latin1').toString()).toBe('/_proxy/żółw');
    expect(answer.headers['set-cookie']).toEqual(['a=1; Path=/; HttpOnly', 'b=2']);
    expect(answer.headers['x-cache']).toBe('FunctionGeneratedResponse from cloudfront');
    expect(answer.headers['content-length']).toBe('0');
  });

  test('an answer may be bytes in base64', async () => {
    const body = { encoding: 'base64', data: Buffer.from([0, 255, 10]).toString('base64') } as const;
    const edge = edgeFunction(() => ({
      kind: 'respond',
      reads: 0,
      response: { statusCode: 200, headers: {}, body },
    }));
    expect((await ask(await startStand(0, { edge: () => edge }), '/')).body).toEqual(
      Buffer.from([0, 255, 10]),
    );
  });

  test('an answer that CloudFront refuses gets CloudFront’s error', async () => {
    const xCache = 'FunctionValidationError from cloudfront';
    const edge = edgeFunction(() => ({
      kind: 'error',
      status: 502,
      xCache,
      message: 'bad <origin>',
      reads: 0,
    }));
    const stand = await startStand(0, { edge: () => edge });
    const answer = await ask(stand, '/');
    expect([answer.status, answer.headers['x-cache']]).toEqual([502, xCache]);
    expect(answer.body.toString()).toContain('bad &#60;origin&#62;');
    expect(stand.records).toMatchObject([{ status: 502, problem: 'bad <origin>' }]);
  });

  test.each([
    ['that throws', () => Promise.reject(new Error('boom'))],
    [
      'that cannot even start',
      () => {
        throw new Error('boom');
      },
    ],
  ])('a function %s gets 503', async (_how, run) => {
    const answer = await ask(await startStand(0, { edge: () => ({ run }) }), '/');
    expect([answer.status, answer.headers['x-cache']]).toEqual([
      503,
      'FunctionExecutionError from cloudfront',
    ]);
  });

  test('an answer that cannot be sent does not stop the edge', async () => {
    const response = { statusCode: 200, statusDescription: 'a\nb', headers: {} };
    const edge = edgeFunction(() => ({ kind: 'respond', reads: 0, response }));
    const stand = await startStand(0, { edge: () => edge });
    expect((await ask(stand, '/')).status).toBe(500);
    expect((await ask(stand, '/')).status).toBe(500);
  });

  test('a request without an origin gets 502 from the placeholder of the default behaviour', async () => {
    const edge = edgeFunction(({ request }) => ({ kind: 'forward', reads: 0, request, origin: undefined }));
    const stand = await startStand(0, { edge: () => edge });
    expect((await ask(stand, '/_proxyish')).status).toBe(502);
    expect(stand.records[0]?.problem).toContain('placeholder');
  });
});

describe('requests that CloudFront refuses', () => {
  const head = 'Host: shop.localhost\r\nConnection: close\r\n';
  test.each([
    ['without Host', 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
    ['with two Hosts', `GET / HTTP/1.1\r\n${head}Host: other\r\n\r\n`, 400],
    ['with a body on GET', `GET / HTTP/1.1\r\n${head}Content-Length: 2\r\n\r\nhi`, 403],
    [
      'with a chunked body on GET',
      `GET / HTTP/1.1\r\n${head}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      403,
    ],
    ['with TRACE', `TRACE / HTTP/1.1\r\n${head}\r\n`, 403],
    ['for a URL that is not of HTTP', `GET ftp://other/ HTTP/1.1\r\n${head}\r\n`, 400],
    ['for *', `OPTIONS * HTTP/1.1\r\n${head}\r\n`, 400],
    ['with a URL of more than 8,192 bytes', `GET /${'x'.repeat(8192)} HTTP/1.1\r\n${head}\r\n`, 414],
    [
      'with more than 32,768 bytes of headers',
      `GET / HTTP/1.1\r\n${head}X: ${'x'.repeat(33_000)}\r\n\r\n`,
      431,
    ],
    [
      'with both framings',
      `POST / HTTP/1.1\r\n${head}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      400,
    ],
    ['that is not HTTP', 'hello\r\n\r\n', 400],
    [
      'that has passed two distributions',
      `GET / HTTP/1.1\r\n${head}CDN-Loop: CloudFront, CloudFront\r\n\r\n`,
      403,
    ],
  ])('a request %s is refused: %#', async (_what, bytes, status) => {
    const never = edgeFunction(() => {
      throw new Error('not reached');
    });
    const answer = await askRaw(await startStand(0, { edge: () => never }), bytes);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  });

  test('do not include 22,000 bytes of headers, 8,000 of URL, or hostile text', async () => {
    const stand = await startStand(await hello());
    const cookie = `${'a=1; '.repeat(4_500)};;=;\u00ff`;
    const answer = await ask(stand, `/%zz${'x'.repeat(8_000)}?%&=`, { headers: { cookie } });
    expect(answer.body.toString()).toBe('hello');
  });

  test('include a loop: the edge as its own origin answers 403', async () => {
    let port = 0;
    const stand = await startStand(0, { resolve: () => ({ host: '127.0.0.1', port }) });
    port = stand.port;
    expect((await ask(stand, '/')).status).toBe(403);
    expect(stand.records).toHaveLength(3);
  });
});

describe('an edge server', () => {
  test('reports each request when its answer is complete', async () => {
    const stand = await startStand(await hello());
    await ask(stand, '/cart?x=1');
    expect(stand.records).toEqual([
      {
        ...{ method: 'GET', host: 'shop.localhost', target: '/cart?x=1', status: 200, reads: 1 },
        ...{ log: 'shop.localhost i-0abc', milliseconds: expect.any(Number) },
      },
    ]);
  });

  test('replaces the router between two requests without an error', async () => {
    let edge = forwarding();
    const held: ServerResponse[] = [];
    const allHeld = new EventEmitter();
    const port = await startOrigin((_request, response) => {
      if (held.push(response) === 20) allHeld.emit('here');
    });
    const stand = await startStand(port, { edge: () => edge });
    const before = Array.from({ length: 20 }, () => ask(stand, '/'));
    await once(allHeld, 'here');
    edge = answering('new');
    const after = await Promise.all(Array.from({ length: 20 }, () => ask(stand, '/')));
    for (const response of held) response.end('old');
    expect((await Promise.all(before)).map(({ body }) => String(body))).toEqual(Array(20).fill('old'));
    expect(after.map(({ body }) => String(body))).toEqual(Array(20).fill('new'));
  });

  test('names the port in use and a remedy', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    onTestFinished(() => void other.close());
    const { port } = other.address() as AddressInfo;
    const error = await startStand(0, { port }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(PortInUseError);
    expect(String(error)).toContain(`port ${port} on 127.0.0.1 is in use`);
    expect(String(error)).toContain('--port N');
  });

  test('closes all connections at its end, even idle, half-open and waiting ones', async () => {
    const stand = await startStand(await startOrigin(() => {}));
    const sockets = ['', 'GET / HTTP/1.1\r\n', 'GET / HTTP/1.1\r\nHost: x\r\n\r\n'].map((bytes) => {
      const socket = connect(stand.port, '127.0.0.1').on('error', () => {});
      socket.write(bytes);
      return socket;
    });
    await Promise.all(sockets.map((socket) => once(socket, 'connect')));
    const closing = Promise.all(
      sockets.map((socket) => new Promise((resolve) => socket.once('close', resolve))),
    );
    await stand.disposeServer();
    await closing;
    await expect(ask(stand, '/')).rejects.toThrow('ECONNREFUSED');
  });
});
