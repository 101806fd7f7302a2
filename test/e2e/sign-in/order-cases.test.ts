import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FETCH, HttpBrowser } from '../../support/stands/sign-in/http-browser.ts';
import { type SignInCloud, startSignInCloud } from '../../support/stands/sign-in/sign-in-cloud.ts';

let cloud: SignInCloud;
beforeAll(async () => {
  cloud = await startSignInCloud();
}, 60_000);
afterAll(() => cloud?.dispose());

const gets = async (browser: HttpBrowser, app: string, headers = {}) =>
  (await browser.send(cloud.at(app), { headers: { ...FETCH, ...headers } })).status;

const renews = async (browser: HttpBrowser, app: string) => {
  const headers = { ...FETCH, origin: cloud.at(app, '') };
  return (await browser.send(cloud.at(app, '/_proxy/api/renew'), { method: 'POST', headers })).status;
};

async function makePass(name: string, ...more: string[]) {
  const { out, err, code } = await cloud.command('pass', name, '--for', 'ci', ...more);
  expect(code).toBe(0);
  const [, id = ''] = /^Pass (\S{12}) /.exec(err) ?? [];
  return { pass: out, id };
}

describe('S16: an order to sign out', () => {
  test('a person ends a session when its hour is over, and that person alone', async () => {
    const [alice, bob] = [await cloud.signedIn('hello', 'alice'), await cloud.signedIn('hello', 'bob')];
    const { code, out } = await cloud.command('sign-out', 'Alice@example.com');
    expect([code, out]).toEqual([
      0,
      'No session of alice@example.com is renewed any more, so the last one ends within an hour.',
    ]);
    await cloud.pass(2);
    expect([await gets(alice, 'hello'), await renews(alice, 'hello')]).toEqual([200, 401]);
    expect(await renews(bob, 'hello')).toBe(200);
    await cloud.pass(59);
    expect([await gets(alice, 'hello'), await gets(bob, 'hello')]).toEqual([401, 200]);
    // The base domain has forgotten the person too, so the way leads over the provider.
    const before = alice.pages.length;
    await alice.open(cloud.at('hello'));
    const steps = alice.pages.slice(before).map(({ address }) => address);
    expect(steps).toContainEqual(expect.stringMatching(`^${cloud.issuer}/auth`));
  });

  test('--now ends every session within two minutes, and each person can sign in again', async () => {
    const [alice, bob] = [await cloud.signedIn('hello', 'alice'), await cloud.signedIn('hello', 'bob')];
    await cloud.pass(1);
    expect((await cloud.command('sign-out', 'alice@example.com', '--now')).code).toBe(0);
    await cloud.pass(2);
    expect([await gets(alice, 'hello'), await gets(bob, 'hello')]).toEqual([401, 401]);
    expect(await renews(bob, 'hello')).toBe(401);
    expect(await gets(await cloud.signedIn('hello', 'alice'), 'hello')).toBe(200);
  });
});

describe('S17: a pass', () => {
  test('opens one name in a header, names the program, and does not reach the app', async () => {
    const { pass, id } = await makePass('vault');
    const headers = { 'x-proxy-pass': pass };
    const page = await new HttpBrowser().send(cloud.at('vault', '/whoami'), { headers });
    expect(JSON.parse(page.body).headers).toMatchObject({ 'x-proxy-user': 'pass:ci', 'x-proxy-subject': id });
    expect(page.body).not.toContain(pass);
    for (const address of [cloud.at('hello'), cloud.at('unknown'), cloud.at('', '/_proxy/routes.json')])
      expect((await new HttpBrowser().send(address, { headers: { ...FETCH, ...headers } })).status).toBe(401);
    const elsewhere = [
      { cookie: `__Host-proxy-pass=${pass}` },
      { cookie: `__Host-proxy-session=${pass}` },
      { authorization: `Bearer ${pass}` },
      { x_proxy_pass: pass },
    ];
    for (const other of elsewhere) expect(await gets(new HttpBrowser(), 'vault', other)).toBe(401);
  });

  test('is not a session, and a session is not a pass', async () => {
    const browser = await cloud.signedIn('vault');
    const session = browser.cookie('vault.dev.localhost', '__Host-proxy-session');
    expect(await gets(new HttpBrowser(), 'vault', { 'x-proxy-pass': session })).toBe(401);
  });

  test('ends after its days', async () => {
    const { pass } = await makePass('vault', '--days', '1');
    const headers = { 'x-proxy-pass': pass };
    expect(await gets(new HttpBrowser(), 'vault', headers)).toBe(200);
    await cloud.pass(24 * 60 + 1);
    expect(await gets(new HttpBrowser(), 'vault', headers)).toBe(401);
  });

  test('is listed until it is revoked, and then the edge refuses it; others stay', async () => {
    const [one, other] = [await makePass('vault'), await makePass('hello')];
    expect((await cloud.command('pass', '--list')).out).toContain(`${one.id}  `);
    expect((await cloud.command('pass', '--revoke', one.id)).code).toBe(0);
    await cloud.pass(2);
    expect((await cloud.command('pass', '--list')).out).not.toContain(one.id);
    expect(await gets(new HttpBrowser(), 'vault', { 'x-proxy-pass': one.pass })).toBe(401);
    expect(await gets(new HttpBrowser(), 'hello', { 'x-proxy-pass': other.pass })).toBe(200);
  });

  test('outlives a rotation of the secret', async () => {
    const { pass } = await makePass('vault');
    cloud.signIn?.rotate();
    for (const minutes of [5, 6]) {
      await cloud.pass(minutes);
      expect(await gets(new HttpBrowser(), 'vault', { 'x-proxy-pass': pass })).toBe(200);
    }
  });

  test('is refused for a name of another domain, with the reason', async () => {
    const { code, err } = await cloud.command('pass', 'vault.example.com', '--for', 'ci');
    expect([code, err]).toEqual([1, expect.stringContaining('is not below dev.localhost')]);
  });
});
