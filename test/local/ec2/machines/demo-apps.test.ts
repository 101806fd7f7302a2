import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { get } from 'node:http';
import { text } from 'node:stream/consumers';
import { describe, expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { DEMO_APPS, type DemoApp, startDemoApp } from '../../../../local/ec2/machines/demo-apps.ts';

/** A demo app on `i-0123456789abcdef0`, closed after the test. */
async function start(app: DemoApp) {
  const { port, close } = await startDemoApp(app, 'i-0123456789abcdef0');
  onTestFinished(close);
  return { url: `http://127.0.0.1:${port}`, port, close };
}

/** The body of the answer to a raw target. */
async function answerTo(port: number, path: string, headers = {}): Promise<string> {
  const request = get({ host: '127.0.0.1', port, path, headers });
  const [response] = await once(request, 'response');
  return await text(response);
}

async function openSocket(url: string): Promise<WebSocket> {
  const socket = new WebSocket(url.replace('http', 'ws'));
  await once(socket, 'open');
  return socket;
}

describe.each(DEMO_APPS)('the %s app', (app) => {
  test('shows its own page at every path without external resources', async () => {
    const { url } = await start(app);
    const page = await (await fetch(`${url}/below/a/prefix`)).text();
    expect(page).toContain('i-0123456789abcdef0');
    expect(page).toContain('<meta name="viewport"');
    expect(page).not.toMatch(/(?:src|href)=/);
  });

  test('answers with its instance and the received request', async () => {
    const { port } = await start(app);
    const answer = await answerTo(port, '/shop/whoami?x=1', { host: 'shop.localhost:8080', 'x-own': 'yes' });
    expect(JSON.parse(answer)).toMatchObject({
      instanceId: 'i-0123456789abcdef0',
      hostHeader: 'shop.localhost:8080',
      path: '/shop/whoami?x=1',
      headers: { 'x-own': 'yes' },
    });
  });

  test('answers over IPv6 on the same port', async () => {
    const { port } = await start(app);
    expect(await (await fetch(`http://[::1]:${port}/`)).text()).toContain('i-0123456789abcdef0');
  });

  test('echoes a raw target byte by byte', async () => {
    const { port } = await start(app);
    const target = '/raw/../%2e%2E//a%2Fb?q=%zz';
    expect(await answerTo(port, target)).toBe(target);
  });

  test('counts and digests an upload', async () => {
    const { url } = await start(app);
    const body = Buffer.alloc(1_000_000, 'upload');
    const answer = await fetch(`${url}/upload`, { method: 'POST', body });
    const sha256 = createHash('sha256').update(body).digest('hex');
    expect(await answer.json()).toEqual({ bytes: 1_000_000, sha256 });
  });
});

test('the hello page shows headers as text, never as markup', async () => {
  const { port } = await start('hello');
  const page = await answerTo(port, '/<i>', { host: '<b>host</b>', 'x-own': '<script>"&' });
  expect(page).toContain('<td>&#60;script&#62;&#34;&#38;</td>');
  expect(page).not.toMatch(/<i>|<b>host|<script>/);
});

describe('the chat', () => {
  test('sends every message to all clients, including its sender', async () => {
    const { url } = await start('chat');
    const [ann, bob] = await Promise.all([openSocket(url), openSocket(`${url}/room`)]);
    const heard = [once(ann, 'message'), once(bob, 'message')];
    ann.send('héllo');
    const messages = (await Promise.all(heard)).map(([data, binary]) => [String(data), binary]);
    expect(messages).toEqual([
      ['héllo', false],
      ['héllo', false],
    ]);
  });

  test('echoes a binary frame of a megabyte', async () => {
    const { url } = await start('chat');
    const socket = await openSocket(url);
    const frame = Buffer.alloc(1_048_576, 7);
    socket.send(frame);
    const [data, binary] = await once(socket, 'message');
    expect(binary).toBe(true);
    expect(frame.equals(data)).toBe(true);
  });
});

test('the clock sends the time at once to clients of its event stream', async () => {
  const { url } = await start('clock');
  const response = await fetch(url, { headers: { accept: 'text/event-stream' } });
  expect(response.headers.get('content-type')).toBe('text/event-stream');
  const reader = response.body?.getReader();
  const first = await reader?.read();
  expect(Buffer.from(first?.value ?? []).toString()).toMatch(/^data: \d{4}-\d\d-\d\dT[\d:.]+Z\n\n$/);
  await reader?.cancel();
});

test('closing an app closes its streams and sockets', async () => {
  const [chat, clock] = [await start('chat'), await start('clock')];
  const socket = await openSocket(chat.url);
  const stream = await fetch(clock.url, { headers: { accept: 'text/event-stream' } });
  const ended = Promise.allSettled([once(socket, 'close'), stream.text()]);
  await Promise.all([chat.close(), clock.close()]);
  expect((await ended).map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
});

describe('the vault page', () => {
  test('shows the headers about the person, as text', async () => {
    const { port } = await start('vault');
    const told = {
      'x-proxy-user': 'a<b>@example.com',
      'x-proxy-subject': 'subject',
      'x-proxy-until': '1795000000',
    };
    const page = await answerTo(port, '/', { host: 'vault.dev.localhost', ...told });
    expect(page).toContain('Welcome, <b>a&#60;b&#62;@example.com</b>');
    for (const value of ['a&#60;b&#62;@example.com', 'subject', '1795000000'])
      expect(page).toContain(`<td>${value}<br>`);
  });

  test('says that no person is named if the edge has no sign-in', async () => {
    const { port } = await start('vault');
    const page = await answerTo(port, '/', { host: 'vault.localhost' });
    expect(page).toContain('The edge names no person');
    expect(page.match(/<td>not sent<br>/g)).toHaveLength(3);
  });
});
