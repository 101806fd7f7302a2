/** `npx tsx test/portal/list/screenshots.ts FOLDER` writes pictures of the portal at three widths, light and dark, with 3, 50 and 2,000 apps. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { launchBrowser, withPage } from '../../support/tools/browser.ts';
import { PortalSite } from '../site.ts';
import { madeList, NOW } from './made-list.ts';

const [folder = 'dist/screenshots', only = ''] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
const browser = await launchBrowser();
const site = await PortalSite.open();
for (const apps of [3, 50, 2_000]) {
  site.list = madeList(apps);
  site.lastRequests = JSON.stringify({
    ...{ version: 1, deployment: 'main' },
    lastRequests: Object.fromEntries(
      madeList(apps).routes.map(({ hostname }, n) => [
        hostname,
        new Date(NOW - n * n * 31_000).toISOString(),
      ]),
    ),
  });
  for (const width of [360, 1280, 2560])
    for (const colorScheme of ['light', 'dark'] as const) {
      const name = `${apps}-${width}-${colorScheme}`;
      if (!name.includes(only)) continue;
      await withPage(browser, { colorScheme, viewport: { width, height: 900 } }, async (page) => {
        await page.clock.install({ time: NOW });
        await page.goto(site.url('dev.example.com'));
        await page.locator('main').waitFor();
        await page.clock.runFor(3_000);
        await page.screenshot({ path: join(folder, `${name}.png`) });
      });
    }
}
await browser.close();
await site[Symbol.asyncDispose]();
