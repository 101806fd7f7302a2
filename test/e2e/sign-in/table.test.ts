import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type Answer,
  OLD_ROWS,
  OTHER_SITES,
  OWN_ORIGIN,
  OWN_SITES,
  ROWS,
  type Row,
  type Site,
} from '../../edge/support/sign-in-table.ts';
import { HttpBrowser, type Page } from '../../support/stands/sign-in/http-browser.ts';
import { type SignInCloud, startSignInCloud } from '../../support/stands/sign-in/sign-in-cloud.ts';

let cloud: SignInCloud;
let alice: HttpBrowser;
let pass = '';
beforeAll(async () => {
  cloud = await startSignInCloud();
  cloud.launch({ host: 'sleepy' });
  await cloud.settled();
  expect((await cloud.command('stop', 'sleepy')).code).toBe(0);
  alice = await cloud.signedIn('vault');
  for (const app of ['unknown', 'sleepy']) await alice.open(cloud.at(app));
  pass = (await cloud.command('pass', 'vault', '--for', 'ci')).out;
}, 60_000);
afterAll(() => cloud?.dispose());

/** Sends the request of a row. `more` are headers of the test. */
async function send(browser: HttpBrowser, app: string, row: Row, site: Site, more = {}): Promise<Page> {
  const { method = 'GET', headers = {} } = row.request(site);
  const origin = headers['origin'] === OWN_ORIGIN ? cloud.at(app, '') : headers['origin'];
  const own = { ...headers, ...(origin === undefined ? {} : { origin }), ...more };
  return browser.send(cloud.at(app, '/whoami'), { method, headers: own });
}

/** The answer as the table names it. */
function answerOf({ status, headers }: Page): Answer | string {
  const isPage = String(headers['content-type']).startsWith('text/html');
  if (status === 302)
    return String(headers['location']).startsWith('/_proxy/api/start?to=') ? 'start' : '302';
  if (status === 200) return 'app';
  return status === 401 && isPage ? '401 page' : String(status);
}

const OF_SESSION: readonly (readonly [Site, (row: Row) => Answer])[] = [
  ...OWN_SITES.map((site) => [site, (row: Row) => row.ownSite] as const),
  ...OTHER_SITES.map((site) => [site, (row: Row) => row.otherSite] as const),
];

describe.each(ROWS.map((row) => [row.kind, row] as const))('%s', (_, row) => {
  const sites = [...OWN_SITES, ...OTHER_SITES];

  test('without a session is answered alike at every name', async () => {
    for (const site of sites)
      for (const app of ['vault', 'unknown', 'sleepy']) {
        const page = await send(new HttpBrowser(), app, row, site);
        expect(answerOf(page), `${site} ${app}`).toBe(row.noSession);
        expect(page.headers['set-cookie']).toBeUndefined();
      }
  });

  test.each(OF_SESSION)('with a session from %s', async (site, expected) => {
    expect(answerOf(await send(alice, 'vault', row, site))).toBe(expected(row));
  });

  test('with a session at a name without an entry is 404, or 403 from another site', async () => {
    for (const [site, expected] of OF_SESSION)
      expect(answerOf(await send(alice, 'unknown', row, site)), site).toBe(
        expected(row) === '403' ? '403' : '404',
      );
  });

  test('with a session at a sleeping app is 503, or 403 from another site', async () => {
    for (const [site, expected] of OF_SESSION)
      expect(answerOf(await send(alice, 'sleepy', row, site)), site).toBe(
        expected(row) === '403' ? '403' : '503',
      );
  });

  test('of a program with a pass reaches the app', async () => {
    for (const site of sites) {
      const page = await send(new HttpBrowser(), 'vault', row, site, { 'x-proxy-pass': pass });
      expect(answerOf(page), site).toBe('app');
      if (page.body !== '')
        expect(JSON.parse(page.body).headers, site).toMatchObject({ 'x-proxy-user': 'pass:ci' });
    }
  });

  test('reaches a public app, which is told no user', async () => {
    for (const site of sites)
      for (const browser of [alice, new HttpBrowser()]) {
        const page = await send(browser, 'open', row, site, { 'x-proxy-user': 'root' });
        expect(answerOf(page), site).toBe('app');
        expect(page.body).not.toContain('x-proxy-user');
      }
  });
});

describe.each(OLD_ROWS.map((row) => [row.kind, row] as const))('%s', (_, row) => {
  test.each(OF_SESSION)('from %s', async (site, expected) => {
    expect(answerOf(await send(new HttpBrowser(), 'vault', row, site))).toBe(row.noSession);
    expect(answerOf(await send(alice, 'vault', row, site))).toBe(expected(row));
  });
});

describe('while the keys are missing', () => {
  test('every request to a gated name is 503, and public apps answer', async () => {
    const { store } = cloud;
    const value = store.get(':keys') ?? '';
    store.update({ puts: [], deletes: [':keys'] }, store.describe().etag);
    for (const row of ROWS)
      for (const browser of [alice, new HttpBrowser()]) {
        expect(answerOf(await send(browser, 'vault', row, 'none')), row.kind).toBe('503');
        expect(answerOf(await send(browser, 'unknown', row, 'none')), row.kind).toBe('503');
      }
    const [first] = ROWS;
    expect(first && answerOf(await send(alice, 'open', first, 'none'))).toBe('app');
    store.update({ puts: [{ key: ':keys', value }], deletes: [] }, store.describe().etag);
    expect(first && answerOf(await send(alice, 'vault', first, 'none'))).toBe('app');
  });
});
