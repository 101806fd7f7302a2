import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { useBrowser } from '../support/pages/each-test.ts';
import { startTestCloud, type TestCloud } from '../support/stands/test-cloud.ts';
import { noBrowser } from '../support/tools/browser.ts';

describe.skipIf(noBrowser)('a page that calls an API on another name', () => {
  const openPage = useBrowser();
  let cloud: TestCloud;
  beforeAll(async () => {
    cloud = await startTestCloud();
    await cloud.live('shop');
    cloud.fleet.stopInstances([await cloud.live('api')]);
    await cloud.settled();
  }, 30_000);
  afterAll(() => cloud.dispose());

  /** The result of a request in a script of the shop: status and state, or the error. */
  function seen(host: string, path: string, options: string): Promise<string> {
    const provokes = /CORS policy|status of (?:404|503)|net::ERR_FAILED/;
    return openPage({ provokes }, async (page) => {
      await page.goto(`http://shop.localhost:${cloud.port}/`);
      return page.evaluate<string>(
        `fetch('http://${host}:${cloud.port}${path}', ${options}).then(
          ({ status, headers }) => [status, headers.get('x-proxy-state'), headers.get('retry-after')].join(' '), String)`,
      );
    });
  }

  test.each([
    ['a plain GET', '{}'],
    ['with cookies', "{ credentials: 'include' }"],
    [
      'after a preflight',
      "{ method: 'PUT', body: '{}', credentials: 'include', headers: { authorization: 'x', 'content-type': 'application/json' } }",
    ],
  ])('sees that the app is asleep, and when to retry: %s', async (_what, options) => {
    expect(await seen('api.localhost', '/v1', options)).toBe('503 asleep 60');
  });

  test('sees that the name is unknown', async () => {
    expect(await seen('nobody.localhost', '/', '{}')).toBe('404 unknown ');
  });

  test.each(['/_proxy/routes.json', '/_proxy/', '/'])('does not see %s of the portal', async (path) => {
    expect(await seen('localhost', path, "{ credentials: 'include' }")).toBe('TypeError: Failed to fetch');
  });
});
