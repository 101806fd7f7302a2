import { describe, expect, test } from 'vitest';
import { failureStatus } from '../../../../local/edge/origin/forward.ts';
import {
  ask,
  forwarding,
  freePort,
  originUpdate,
  startOrigin,
  startStand,
  startTcpOrigin,
} from '../edge-stand.ts';

/** A stand whose function allows short waits and several attempts. */
function impatient(port: number, attempts = 1, readTimeout = 0.05) {
  const edge = forwarding(
    originUpdate({ connectionAttempts: attempts, timeouts: { connectionTimeout: 0.2, readTimeout } }),
  );
  return startStand(port, { edge: () => edge });
}

describe('failures of an origin', () => {
  test('an origin that refuses the connection gets 502 at once, with the page', async () => {
    const stand = await startStand(await freePort());
    const answer = await ask(stand, '/');
    expect(answer.status).toBe(502);
    expect(answer.body.toString()).toContain('Instance unreachable');
    expect(answer.headers['x-cache']).toBe('Error from cloudfront');
    expect(stand.records[0]).toMatchObject({ status: 502, problem: expect.stringContaining('ECONNREFUSED') });
  });

  test('an origin without an address gets 502 with its unresolved name', async () => {
    const stand = await startStand(0, { resolve: () => undefined });
    expect((await ask(stand, '/')).status).toBe(502);
    expect(stand.records[0]?.problem).toContain('compute-1.amazonaws.com does not resolve');
  });

  test('an origin that closes before an answer gets 502', async () => {
    const stand = await startStand(
      await startTcpOrigin((socket) => socket.once('data', () => socket.resetAndDestroy())),
    );
    expect((await ask(stand, '/')).status).toBe(502);
  });

  test('an origin whose answer is not HTTP gets 502', async () => {
    const stand = await startStand(
      await startTcpOrigin((socket) => socket.once('data', () => socket.end('SSH-2.0\r\n'))),
    );
    expect((await ask(stand, '/')).status).toBe(502);
  });

  test('an origin that sends more than 32,768 bytes of headers gets 502', async () => {
    const port = await startOrigin((_request, response) => {
      response.writeHead(200, { 'x-long': 'x'.repeat(33_000) }).end();
    });
    expect((await ask(await startStand(port), '/')).status).toBe(502);
  });

  test('an origin that stays silent gets 504 after the read timeout', async () => {
    const stand = await impatient(await startTcpOrigin(() => {}));
    const answer = await ask(stand, '/');
    expect([answer.status, answer.headers['x-cache']]).toEqual([504, 'Error from cloudfront']);
  });

  test('a failure in the middle of an answer cuts it off for the viewer too', async () => {
    const port = await startTcpOrigin((socket) =>
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf', () => socket.resetAndDestroy());
      }),
    );
    await expect(ask(await startStand(port), '/')).rejects.toThrow();
  });

  test('a pause in an answer that exceeds the read timeout cuts it off', async () => {
    const port = await startOrigin((_request, response) => response.write('half'));
    await expect(ask(await impatient(port), '/')).rejects.toThrow();
  });

  test.each([
    ['GET', 3],
    ['HEAD', 3],
    ['POST', 1],
  ])('a failed %s has %i attempts', async (method, attempts) => {
    let connections = 0;
    const port = await startTcpOrigin((socket) => {
      connections += 1;
      socket.once('data', () => socket.resetAndDestroy());
    });
    expect((await ask(await impatient(port, 3), '/', { method })).status).toBe(502);
    expect(connections).toBe(attempts);
  });

  test('a single failure before an answer does not affect a GET', async () => {
    let connections = 0;
    const port = await startTcpOrigin((socket) => {
      connections += 1;
      if (connections === 1) socket.resetAndDestroy();
      else socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'));
    });
    expect((await ask(await impatient(port, 2), '/')).status).toBe(200);
  });

  test('an https origin without a valid certificate gets 502', async () => {
    const customOriginConfig = { port: 8443, protocol: 'https' as const, sslProtocols: ['TLSv1.2'] };
    const edge = forwarding(originUpdate({ customOriginConfig }));
    const port = await startOrigin((_request, response) => response.end());
    expect((await ask(await startStand(port, { edge: () => edge }), '/')).status).toBe(502);
  });
});

test.each([
  ['ECONNREFUSED', 502],
  ['ECONNRESET', 502],
  ['ENOTFOUND', 502],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 502],
  ['UND_ERR_CONNECT_TIMEOUT', 504],
  ['ETIMEDOUT', 504],
  ['EHOSTUNREACH', 504],
  ['ENETUNREACH', 504],
])('%s becomes a %i', (code, status) => {
  expect(failureStatus(Object.assign(new Error('failed'), { code }))).toBe(status);
});
