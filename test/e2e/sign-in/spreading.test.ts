import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FETCH, type HttpBrowser } from '../../support/stands/sign-in/http-browser.ts';
import { type SignInCloud, startSignInCloud } from '../../support/stands/sign-in/sign-in-cloud.ts';

/** An edge that gets each write of the store when the clock of the test has moved by a minute. */
let cloud: SignInCloud;
beforeAll(async () => {
  cloud = await startSignInCloud({ propagation: 40_000 });
  await cloud.pass(1);
}, 60_000);
afterAll(() => cloud?.dispose());

const gets = async (browser: HttpBrowser, app: string) =>
  (await browser.send(cloud.at(app), { headers: FETCH })).status;

async function retag(value: string): Promise<void> {
  const id = cloud.fleet.list().find(({ tags }) => tags.get('proxy:host') === 'hello')?.id ?? '';
  cloud.fleet.createTags([id], [{ key: 'proxy:access', value }]);
  await cloud.settled();
}

describe('S5: while a narrower rule spreads,', () => {
  test('a session that the edge does not expect yet is good, and an old one is good until then', async () => {
    const [old, bob] = [await cloud.signedIn('hello'), await cloud.signedIn('hello', 'bob')];
    await retag('group:devs');
    expect([await gets(old, 'hello'), await gets(bob, 'hello')]).toEqual([200, 200]);
    // The concierge knows the new rule already.
    cloud.clock.advance(2_000);
    const fresh = await cloud.signedIn('hello');
    expect(await gets(fresh, 'hello')).toBe(200);
    await cloud.pass(1);
    expect(await gets(fresh, 'hello')).toBe(200);
    expect([await gets(old, 'hello'), await gets(bob, 'hello')]).toEqual([401, 401]);
    expect((await old.open(cloud.at('hello'))).status).toBe(200);
    expect((await bob.open(cloud.at('hello'))).headers['x-proxy-state']).toBe('not admitted');
  });

  test('no way through sign-in loops, for the admitted and for others', async () => {
    await retag('bob@example.com');
    const alice = await cloud.signedIn('hello', 'alice');
    for (let n = 0; n < 6; n++) {
      cloud.clock.advance(9_000);
      // `open` throws after twenty redirects.
      await alice.open(cloud.at('hello'));
    }
    expect((await alice.open(cloud.at('hello'))).headers['x-proxy-state']).toBe('not admitted');
    expect(await gets(await cloud.signedIn('hello', 'bob'), 'hello')).toBe(200);
  });
});
