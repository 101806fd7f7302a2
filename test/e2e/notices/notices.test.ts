import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { useBrowser } from '../../support/pages/each-test.ts';
import { startTestCloud, type TestCloud } from '../../support/stands/test-cloud.ts';
import { noBrowser } from '../../support/tools/browser.ts';
import { lowContrasts } from '../../support/tools/contrast.ts';
import { until } from '../../support/until.ts';

describe.skipIf(noBrowser)('the pages of the router', () => {
  const openPage = useBrowser();
  let cloud: TestCloud;
  let id = '';
  beforeAll(async () => {
    cloud = await startTestCloud();
    id = await cloud.live('nap');
    cloud.fleet.stopInstances([id]);
    await until('nap is asleep', async () => (await stateOf('nap')) === 'asleep');
  }, 30_000);
  afterAll(() => cloud.dispose());

  const url = (host: string, path = '/') => `http://${host}.localhost:${cloud.port}${path}`;
  const stateOf = async (host: string) => (await cloud.ask(`${host}.localhost`)).headers['x-proxy-state'];

  function visit(target: string, look: (page: Page) => Promise<void>, colorScheme?: 'dark') {
    const options = { provokes: /status of (404|503)/, ...(colorScheme ? { colorScheme } : {}) };
    return openPage(options, async (page) => {
      await page.goto(target);
      await page.getByRole('link', { name: 'See what is live' }).waitFor();
      await look(page);
    });
  }

  test('say the host, since when an app sleeps, which instance it has, what happens next and how to start it', () =>
    visit(url('nap', '/cart?a=1'), async (page) => {
      const text = await page.locator('main').innerText();
      expect(text).toContain('nap.localhost');
      expect(text).toMatch(/Since .+, (this minute|\d+ minutes? ago)\./);
      expect(text).toContain('This page opens the app when its instance runs.');
      expect(text).toContain(`Its instance: ${id}`);
      expect(text).toContain(`npx dynamic-edge-proxy start ${id}`);
    }));

  test.each(['light', 'dark'] as const)('have enough contrast in %s', (scheme) =>
    visit(
      url('nap'),
      async (page) => expect(await lowContrasts(page)).toEqual([]),
      scheme === 'dark' ? scheme : undefined,
    ),
  );

  test('lead to the reasons for their own address', () =>
    visit(url('nap', '/cart?a=1'), async (page) => {
      await page.getByRole('link', { name: 'Why?' }).click();
      await page.waitForURL(/\/_proxy\/#explain=/);
      const at = new URL(page.url());
      expect([at.host, decodeURIComponent(at.hash)]).toEqual([
        `localhost:${cloud.port}`,
        `#explain=${url('nap', '/cart?a=1')}`,
      ]);
    }));

  test('do not promise that the page of a form opens the app', () =>
    visit(url('nap'), async (page) => {
      await page.evaluate(
        "document.body.append(Object.assign(document.createElement('form'), { method: 'post' })); document.forms[0].submit()",
      );
      await page.getByText('Start its instance').waitFor();
      await page.getByRole('link', { name: 'See what is live' }).waitFor();
      expect(await page.locator('main').innerText()).not.toContain('opens the app');
    }));

  test('lead out of a frame, because the portal is not shown in one', () =>
    visit(url('nap'), async (page) => {
      const links = page.locator('main a');
      expect(await links.evaluateAll((all) => all.map((link) => link.getAttribute('target')))).toEqual([
        '_top',
        '_top',
      ]);
    }));

  test('on a bare domain name the app that is chosen, and lead to its reasons', async () => {
    const bare = await startTestCloud({ baseDomain: '' });
    onTestFinished(() => bare.dispose());
    const nap = await bare.live('nap');
    bare.fleet.stopInstances([nap]);
    const origin = `http://d111111abcdef8.cloudfront.net:${bare.port}`;
    const chosen = { headers: { 'x-proxy-app': 'nap' } };
    const isAsleep = async () =>
      (await bare.ask('d111111abcdef8.cloudfront.net', '/', chosen)).headers['x-proxy-state'] === 'asleep';
    await until('nap is asleep', isAsleep);
    await openPage({ provokes: /status of 503/ }, async (page) => {
      await page.setExtraHTTPHeaders(chosen.headers);
      await page.goto(`${origin}/cart?a=1`);
      const why = page.getByRole('link', { name: 'Why?' });
      await page.getByRole('link', { name: 'See what is live' }).waitFor();
      expect(await page.locator('main > code').innerText()).toBe('nap');
      const href = decodeURIComponent((await why.getAttribute('href')) ?? '');
      expect(href).toBe(`/_proxy/#explain=${origin}/@nap/cart?a=1`);
    });
  });

  test('say of an unknown name that a tag may be wrong', () =>
    visit(url('nobody'), async (page) => {
      expect(await page.locator('main').innerText()).toContain('one of its tags may be wrong');
    }));

  test('have a page about each problem, to which programs are led', async () => {
    const { body } = await cloud.ask('nap.localhost');
    const { type } = JSON.parse(body.toString());
    await openPage({}, async (page) => {
      await page.goto(new URL(type, url('nap')).href);
      expect(await page.locator(':target').textContent()).toBe('Asleep');
      expect(await lowContrasts(page)).toEqual([]);
    });
  });
});
