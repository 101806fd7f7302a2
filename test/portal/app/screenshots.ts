/**
 * `npx tsx test/portal/app/screenshots.ts FOLDER` writes pictures of the page of an app, of an explanation and of the on-call view at
 * three widths, light and dark.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { launchBrowser, withPage } from '../../support/tools/browser.ts';
import { PortalSite } from '../site.ts';
import { exampleHistory, exampleList, exampleStatus, exampleTraffic, NOON } from './example.ts';

const [folder = 'dist/screenshots', only = ''] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
const browser = await launchBrowser();
const site = await PortalSite.open();
site.list = exampleList();
site.documents.set('history/shop.dev.example.com.json', JSON.stringify(exampleHistory()));
site.documents.set('traffic.json', exampleTraffic());
site.documents.set('status.json', JSON.stringify(exampleStatus()));
const pages = { app: '#shop', explain: '#explain=cart', oncall: '#oncall' };
for (const [title, hash] of Object.entries(pages))
  for (const width of [360, 1280, 2560])
    for (const colorScheme of ['light', 'dark'] as const) {
      const name = `${title}-${width}-${colorScheme}`;
      if (!name.includes(only)) continue;
      const options = { colorScheme, viewport: { width, height: 900 }, provokes: /status of 404/ };
      await withPage(browser, options, async (page) => {
        await page.clock.setFixedTime(NOON);
        await page.goto(site.url('dev.example.com') + hash);
        await page
          .locator(hash.includes('cart') ? '.answer' : 'canvas')
          .first()
          .waitFor();
        await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
      });
    }
await browser.close();
await site[Symbol.asyncDispose]();
