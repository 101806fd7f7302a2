import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestCloud, type TestCloud } from '../support/stands/test-cloud.ts';

const DOMAIN = 'd111111abcdef8.cloudfront.net';

/** The headers of a person who typed an address in a browser. */
const TYPED = { 'sec-fetch-site': 'none', 'sec-fetch-dest': 'document', accept: 'text/html' };

let cloud: TestCloud;
let hello: string;
let chat: string;
beforeAll(async () => {
  cloud = await startTestCloud({ baseDomain: '' });
  hello = await cloud.live('hello');
  chat = await cloud.live('chat', 'ami-chat');
});
afterAll(() => cloud.dispose());

async function whoAnswers(headers: Record<string, string>): Promise<string> {
  const { status, body } = await cloud.ask(DOMAIN, '/whoami', { headers });
  return status === 200 ? JSON.parse(body.toString()).instanceId : `${status}`;
}

/** Chooses an app like a person, and returns the cookie that keeps the choice. */
async function choose(app: string, headers = {}): Promise<string> {
  const answer = await cloud.ask(DOMAIN, `/@${app}/whoami`, { headers: { ...TYPED, ...headers } });
  expect(answer).toMatchObject({ status: 302, headers: { location: '/whoami' } });
  return String(answer.headers['set-cookie']?.[0]?.split(';')[0]);
}

describe('the one bare domain', () => {
  test('keeps a person on the app that a path selected', async () => {
    expect(await whoAnswers({ cookie: await choose('hello') })).toBe(hello);
    expect(await whoAnswers({ cookie: await choose('chat') })).toBe(chat);
  });

  test('hides from an app the cookie and the header that selected it', async () => {
    const cookie = `${await choose('hello')}; theme=dark`;
    const { body } = await cloud.ask(DOMAIN, '/whoami', { headers: { cookie } });
    expect(JSON.parse(body.toString()).headers.cookie).toBe('theme=dark');
    const chosen = await cloud.ask(DOMAIN, '/whoami', { headers: { 'x-proxy-app': 'hello' } });
    expect(JSON.parse(chosen.body.toString()).headers).not.toHaveProperty('x-proxy-app');
  });

  test('lets a program select an app by a header', async () => {
    expect(await whoAnswers({ 'x-proxy-app': 'chat' })).toBe(chat);
    expect(await whoAnswers({ 'x-proxy-app': 'nobody' })).toBe('404');
  });

  test('asks for confirmation before it follows a link of another site', async () => {
    const headers = { ...TYPED, 'sec-fetch-site': 'cross-site' };
    const answer = await cloud.ask(DOMAIN, '/@hello/', { headers });
    expect(answer.status).toBe(409);
    expect(answer.headers['set-cookie']).toBeUndefined();
    expect(answer.body.toString()).toContain('<a href="">');
  });

  test('clears the storage of one app before another one opens', async () => {
    const cookie = await choose('hello');
    const answer = await cloud.ask(DOMAIN, '/@chat/', { headers: { ...TYPED, cookie } });
    expect(answer.headers['clear-site-data']).toContain('storage');
  });

  test('leads to the portal when no app is selected', async () => {
    expect(await cloud.ask(DOMAIN)).toMatchObject({ status: 302, headers: { location: '/_proxy/' } });
    const routes = await cloud.ask(DOMAIN, '/_proxy/routes.json');
    expect(JSON.parse(routes.body.toString())).toMatchObject({
      baseDomain: '',
      routes: [{ hostname: 'chat' }, { hostname: 'hello' }],
    });
  });

  test.each(['127.0.0.1', '[::1]'])(
    'redirects a request for the address %s to a name that can have cookies',
    async (address) => {
      const answer = await cloud.ask(`${address}:${cloud.port}`, '/@hello/?a=%2F');
      expect(answer.status).toBe(307);
      expect(answer.headers['location']).toBe(`http://localhost:${cloud.port}/@hello/?a=%2F`);
    },
  );

  test('answers 404 once the app is gone, even with its cookie', async () => {
    const brief = await cloud.live('brief');
    const cookie = await choose('brief');
    cloud.fleet.terminateInstances([brief]);
    await cloud.settled();
    expect(await whoAnswers({ cookie })).toBe('404');
  });
});
