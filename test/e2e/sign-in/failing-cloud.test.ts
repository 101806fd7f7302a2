import { renameSync, writeFileSync } from 'node:fs';
import type { RequestListener, Server, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ACCESS_KEY } from '../../../core/entry/access-file.ts';
import { ACCESS_BUCKET } from '../../../local/state/state-folder.ts';
import { FETCH, HttpBrowser } from '../../support/stands/sign-in/http-browser.ts';
import { type SignInCloud, startSignInCloud } from '../../support/stands/sign-in/sign-in-cloud.ts';

let cloud: SignInCloud;
beforeEach(async () => {
  cloud = await startSignInCloud();
}, 60_000);
afterEach(() => cloud?.dispose());

const gets = async (browser: HttpBrowser, app: string) =>
  (await browser.send(cloud.at(app), { headers: FETCH })).status;

/** The provider answers with this from now on. */
function replaceProvider(listener: RequestListener): void {
  const server = cloud.signIn?.provider?.server;
  server?.removeAllListeners('request').on('request', listener);
}

/** Puts a listener before those of a server. It tells whether it answers a request. Returns the way back. */
function intercept(server: Server | undefined, answers: (...given: Parameters<RequestListener>) => boolean) {
  const listeners = (server?.listeners('request') ?? []) as RequestListener[];
  let isOn = true;
  server?.removeAllListeners('request').on('request', (...given) => {
    if (!isOn || !answers(...given)) for (const listener of listeners) listener(...given);
  });
  return () => {
    isOn = false;
  };
}

const refuse: RequestListener = (_, response) => void response.socket?.destroy();

describe('while the provider does not answer,', () => {
  test('people who are signed in go on, also at their next app, and after the end of a session', async () => {
    const alice = await cloud.signedIn('vault');
    replaceProvider(refuse);
    expect(await gets(alice, 'vault')).toBe(200);
    expect((await alice.open(cloud.at('hello'))).status).toBe(200);
    await cloud.pass(61);
    expect((await alice.open(cloud.at('vault'))).status).toBe(200);
  });

  test('a person who comes back from it gets a page that begins the sign-in again', async () => {
    const browser = new HttpBrowser();
    const { address } = await browser.open(cloud.at('vault', '/a?b'));
    const back = await browser.send(`${address}/alice`, { method: 'POST' });
    const callback = (await browser.send(String(back.headers['location']))).headers['location'];
    replaceProvider(refuse);
    const page = await browser.open(String(callback));
    expect([page.status, page.headers['x-proxy-state'], page.headers['retry-after']]).toEqual([
      ...[503, 'provider unavailable', '5'],
    ]);
    expect(page.body).toContain(`url=${cloud.at('vault', '/_proxy/api/start?to=%2Fa%3Fb')}`);
  });

  test('a deployment that has never read its metadata answers 503, and public apps answer', async () => {
    replaceProvider(refuse);
    const page = await new HttpBrowser().open(cloud.at('vault'));
    expect([page.status, page.headers['x-proxy-state']]).toEqual([503, 'provider unavailable']);
    expect(await gets(new HttpBrowser(), 'open')).toBe(200);
  });
});

test('a provider that does not answer in three seconds costs each person a page, and the next one may sign in', async () => {
  const asked: (string | undefined)[] = [];
  const end = intercept(cloud.signIn?.provider?.server, ({ url }) => asked.push(url) > 0);
  const page = await new HttpBrowser().open(cloud.at('vault'));
  expect([page.status, page.headers['x-proxy-state'], page.headers['retry-after']]).toEqual([
    ...[503, 'provider unavailable', '5'],
  ]);
  expect(asked).toEqual(['/.well-known/openid-configuration']);
  end();
  expect((await cloud.signInAt(new HttpBrowser(), cloud.at('vault'), 'alice')).status).toBe(200);
});

test('a provider that signs with a key that it did not announce is trusted with it after a minute', async () => {
  await cloud.signedIn('vault');
  await cloud.signIn?.provider?.rotateKey();
  const early = await cloud.signInAt(new HttpBrowser(), cloud.at('vault'), 'alice');
  expect([early.status, early.headers['x-proxy-state']]).toEqual([403, 'sign-in failed']);
  cloud.clock.advance(61_000);
  expect((await cloud.signInAt(new HttpBrowser(), cloud.at('vault'), 'alice')).status).toBe(200);
});

test.each([
  ['of another issuer', (issuer: string) => ({ issuer: `${issuer}/other` })],
  ['with endpoints of another protocol', () => ({ authorization_endpoint: 'javascript:alert(1)' })],
  ['that is empty', () => ({ issuer: undefined })],
])('metadata %s lead to no sign-in', async (_, change) => {
  const issuer = cloud.issuer ?? '';
  const metadata = {
    issuer,
    authorization_endpoint: `${issuer}/auth`,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/jwks`,
    ...change(issuer),
  };
  replaceProvider((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(metadata));
  });
  const page = await new HttpBrowser().open(cloud.at('vault'));
  expect([page.status, page.headers['location']]).toEqual([503, undefined]);
  expect(page.body).not.toContain('javascript:');
});

describe('while the access rules', () => {
  const file = () => join(cloud.stateFolder, 's3', ACCESS_BUCKET, ACCESS_KEY);

  test.each([
    ['are missing', () => renameSync(file(), `${file()}.away`)],
    ['cannot be read', () => writeFileSync(file(), '{"version":7}')],
  ])('%s, a sign-in ends with 503 after a minute, and sessions go on', async (_, spoil) => {
    const alice = await cloud.signedIn('vault');
    spoil();
    cloud.clock.advance(30_000);
    expect((await (await cloud.signedIn('hello', 'bob')).open(cloud.at('hello'))).status).toBe(200);
    cloud.clock.advance(60_000);
    const page = await new HttpBrowser().open(cloud.at('vault'));
    expect([page.status, page.headers['x-proxy-state'], page.headers['retry-after']]).toEqual([
      ...[503, 'unavailable', '5'],
    ]);
    expect(await gets(alice, 'vault')).toBe(200);
    // Within an hour the updater writes them again.
    await cloud.pass(61);
    expect((await cloud.signInAt(new HttpBrowser(), cloud.at('vault'), 'alice')).status).toBe(200);
  });

  test.each([
    ['403, as without permission', (response: ServerResponse) => void response.writeHead(403).end()],
    ['503, as a storage that is throttled', (response: ServerResponse) => void response.writeHead(503).end()],
  ])(
    'are answered with %s, a sign-in ends with 503, sessions go on, and the next one after it is well',
    async (_, answer) => {
      const alice = await cloud.signedIn('vault');
      const end = intercept(cloud.api.server, ({ method, url }, response) => {
        const isRead = method === 'GET' && url?.startsWith(`/${ACCESS_BUCKET}/${ACCESS_KEY}`);
        if (isRead) answer(response);
        return Boolean(isRead);
      });
      cloud.clock.advance(61_000);
      const page = await new HttpBrowser().open(cloud.at('vault'));
      expect([page.status, page.headers['x-proxy-state'], page.headers['retry-after']]).toEqual([
        ...[503, 'unavailable', '5'],
      ]);
      expect(await gets(alice, 'vault')).toBe(200);
      end();
      expect((await cloud.signInAt(new HttpBrowser(), cloud.at('vault'), 'alice')).status).toBe(200);
    },
  );
});
