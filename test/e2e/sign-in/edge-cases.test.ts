import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeEntry, isServing } from '../../../core/entry/entry.ts';
import { CLIENT_SECRET_ARN, SESSION_SECRET_ARN } from '../../../local/sign-in/local-sign-in.ts';
import { FETCH, HttpBrowser, NAVIGATION, type Page } from '../../support/stands/sign-in/http-browser.ts';
import { type SignInCloud, startSignInCloud } from '../../support/stands/sign-in/sign-in-cloud.ts';

let cloud: SignInCloud;
beforeAll(async () => {
  cloud = await startSignInCloud();
}, 60_000);
afterAll(() => cloud?.dispose());

const sequenceOf = (host: string) =>
  decodeEntry(cloud.store.get(`${host}.dev.localhost`) ?? '')?.sequence ?? Number.NaN;

const gets = async (browser: HttpBrowser, app: string, path = '/') =>
  (await browser.send(cloud.at(app, path), { headers: FETCH })).status;

test('S1: no key, token or secret reaches a viewer', async () => {
  const browser = await cloud.signedIn('vault');
  await browser.open(cloud.at('', '/_proxy/'));
  for (const path of ['/_proxy/routes.json', '/_proxy/api/me'])
    await browser.send(cloud.at('', path), { headers: FETCH });
  const headers = { ...FETCH, origin: cloud.at('vault', '') };
  for (const name of ['renew', 'sign-out'])
    await browser.send(cloud.at('vault', `/_proxy/api/${name}`), { method: 'POST', headers });
  expect(browser.pages.map(({ status }) => status).filter((status) => status >= 400)).toEqual([]);
  const seen = JSON.stringify([browser.pages, browser.cookies]);
  const entry = decodeEntry(cloud.store.get('vault.dev.localhost') ?? '');
  const secrets = [
    cloud.keys()?.current,
    entry && isServing(entry) ? entry.token : undefined,
    ...[CLIENT_SECRET_ARN, SESSION_SECRET_ARN].map((arn) => {
      const version = cloud.signIn?.secrets.find(arn, 'AWSCURRENT');
      return version === 'no secret' ? undefined : version?.text;
    }),
  ];
  for (const secret of secrets) {
    expect(secret).toMatch(/^[\w-]{16,}$/);
    expect(seen).not.toContain(secret);
  }
  // The beginning of a JSON Web Token.
  expect(seen).not.toMatch(/eyJ|id_token|access_token/);
});

test('S2: a sibling is the same site, so a session does not count for its requests', async () => {
  const browser = await cloud.signedIn('vault');
  const sibling = { ...FETCH, 'sec-fetch-site': 'same-site', origin: cloud.at('hello', '') };
  for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'DELETE'])
    expect((await browser.send(cloud.at('vault'), { method, headers: sibling })).status).toBe(403);
  const upgrade = { origin: cloud.at('hello', ''), 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==' };
  expect((await browser.send(cloud.at('vault'), { headers: upgrade })).status).toBe(403);
  for (const name of ['renew', 'sign-out']) {
    const address = cloud.at('vault', `/_proxy/api/${name}`);
    expect((await browser.send(address, { method: 'POST', headers: sibling })).status).toBe(403);
  }
  expect(await gets(browser, 'vault')).toBe(200);
});

test('S3: the numbers of entries never fall, also if the app with the highest one goes', async () => {
  const last = await cloud.live('last');
  const highest = sequenceOf('last');
  cloud.fleet.terminateInstances([last]);
  await cloud.settled();
  await cloud.live('newest');
  expect(sequenceOf('newest')).toBeGreaterThan(highest);
});

test('S4: a name that goes and comes back takes no session from before', async () => {
  const first = await cloud.live('phoenix');
  await cloud.pass(1);
  const browser = await cloud.signedIn('phoenix');
  expect(await gets(browser, 'phoenix')).toBe(200);
  cloud.fleet.terminateInstances([first]);
  await cloud.settled();
  expect(cloud.store.get('phoenix.dev.localhost')).toMatch(/^3 \S+ G\d/);
  expect(await gets(browser, 'phoenix')).toBe(404);
  await cloud.live('phoenix');
  await cloud.pass(1);
  expect(await gets(browser, 'phoenix')).toBe(401);
  // The person is still signed in, so no page comes in between.
  expect((await browser.open(cloud.at('phoenix'))).status).toBe(200);
});

test('S5: only a gated request reads the keys', async () => {
  const browser = await cloud.signedIn('vault');
  const readsOf = async (app: string) => {
    await gets(browser, app);
    return cloud.requests.at(-1)?.reads;
  };
  expect([await readsOf('vault'), await readsOf('open')]).toEqual([2, 1]);
});

describe('S7: with sign-in', () => {
  test('an entry from before it is served to no viewer', async () => {
    const { store } = cloud;
    const old = (store.get('hello.dev.localhost') ?? '').replace(/^3 \S+/, '3 p');
    store.update({ puts: [{ key: 'older.dev.localhost', value: old }], deletes: [] }, store.describe().etag);
    for (const browser of [new HttpBrowser(), await cloud.signedIn('hello')])
      expect(await gets(browser, 'older')).toBe(503);
  });

  test.each(['/_proxy/', '/_proxy/index.html', '/_proxy/routes.json', '/_proxy/changes.json', '/_proxy/x'])(
    'the portal needs a session: %s',
    async (path) => {
      expect(await gets(new HttpBrowser(), '', path)).toBe(401);
      const page = await new HttpBrowser().send(cloud.at('', path), { headers: NAVIGATION });
      expect(page.headers['location']).toBe(`/_proxy/api/sign-in?to=${encodeURIComponent(path)}`);
    },
  );

  test('a tag cannot open a name for which the operator has no rule', async () => {
    cloud.launch({ host: 'sneaky', access: 'public' });
    await cloud.settled();
    expect(await gets(new HttpBrowser(), 'sneaky')).toBe(401);
    const browser = await cloud.signedIn('hello');
    await browser.open(cloud.at('', '/_proxy/'));
    const list = await browser.send(cloud.at('', '/_proxy/routes.json'), { headers: FETCH });
    expect(JSON.parse(list.body).problems).toEqual([
      expect.objectContaining({
        tag: 'proxy:access',
        message: expect.stringContaining('"access": "public"'),
      }),
    ]);
  });

  test('a rule of the operator opens a name, and lists mark it', async () => {
    expect(await gets(new HttpBrowser(), 'open')).toBe(200);
    const { out } = await cloud.command('list');
    expect(out).toMatch(/open\.dev\.localhost \(live, open to everyone\)/);
  });
});

test('S8: without a session a known and an unknown name answer alike', async () => {
  const answers = async (app: string) => {
    const browser = new HttpBrowser();
    const seen = [
      await browser.send(cloud.at(app, '/a'), { headers: NAVIGATION }),
      await browser.send(cloud.at(app, '/a'), { headers: FETCH }),
      await browser.send(cloud.at(app, '/a'), { method: 'POST', headers: NAVIGATION }),
      await browser.send(cloud.at(app, '/_proxy/api/status'), { headers: FETCH }),
      await browser.send(cloud.at(app, '/_proxy/api/me'), { headers: FETCH }),
    ];
    return seen.map((page) => describePage(page, app));
  };
  const known = await answers('vault');
  expect(known.map(({ status }) => status)).toEqual([302, 401, 401, 401, 401]);
  expect(await answers('vaulx')).toEqual(known);
});

/** An answer without the parts that differ between any two requests. */
function describePage({ status, headers, body }: Page, app: string) {
  const { date: _, via: __, 'x-amz-cf-id': ___, ...rest } = headers;
  return { status, headers: rest, body: body.replaceAll(`${app}.dev.localhost`, 'NAME') };
}

test('S9: no viewer names a user to an app, in either spelling, gated or public', async () => {
  const names = ['user', 'subject', 'until'];
  // No app is told `x-proxy-host`, and a pass is a secret.
  const others = { 'x-proxy-host': 'root', 'x-proxy-pass': 'root', 'x-proxy-token': 'root' };
  const forged = Object.fromEntries(
    names.flatMap((name) => [
      [`x-proxy-${name}`, 'root'],
      [`x_proxy_${name}`, 'root'],
    ]),
  );
  for (const app of ['vault', 'open']) {
    const browser = await cloud.signedIn('vault');
    const page = await browser.send(cloud.at(app, '/whoami'), {
      headers: { ...FETCH, ...others, ...forged },
    });
    expect(page.status).toBe(200);
    expect(page.body).not.toContain('root');
    expect(JSON.parse(page.body).headers['x-proxy-user']).toBe(
      app === 'vault' ? 'alice@example.com' : undefined,
    );
  }
});

// Last, because it ends the secret.
describe('S6: a rotation', () => {
  test('adds a key ten minutes before it signs, and ends no session', async () => {
    const before = cloud.keys();
    const browser = await cloud.signedIn('vault');
    cloud.signIn?.rotate();
    await cloud.pass(5);
    expect(cloud.keys()).toMatchObject({ current: before?.current, next: expect.any(String) });
    const next = cloud.keys()?.next;
    const between = await cloud.signedIn('vault');
    await cloud.pass(6);
    expect(cloud.keys()).toMatchObject({ current: next, previous: before?.current });
    for (const each of [browser, between, await cloud.signedIn('vault')])
      expect(await gets(each, 'vault')).toBe(200);
  });

  test('of a secret that cannot be read keeps the keys for an hour, then gated names are 503', async () => {
    const browser = await cloud.signedIn('vault');
    cloud.signIn?.secrets.remove(SESSION_SECRET_ARN);
    await cloud.pass(5);
    await cloud.pass(54);
    expect(await gets(browser, 'vault')).toBe(200);
    await cloud.pass(7);
    expect(cloud.store.get(':keys')).toBeUndefined();
    for (const app of ['vault', 'unknown', 'open'])
      expect(await gets(browser, app), app).toBe(app === 'open' ? 200 : 503);
  });
});
