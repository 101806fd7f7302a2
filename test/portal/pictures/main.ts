/**
 * `npm run pictures` writes the pictures of the docs again: the portal at three widths and the pages of the router, in light and in
 * dark colours, as WebP without loss. `npm run pictures -- oncall` writes those whose names begin so.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { launchBrowser, withPage } from '../../support/tools/browser.ts';
import { noticeScenes } from './notice-scenes.ts';
import { listScenes, pageScenes } from './portal-scenes.ts';
import type { Scene, Size } from './scene.ts';

const FOLDER = 'docs/images';
const SCHEMES = ['light', 'dark'] as const;

async function takePicture(
  browser: Browser,
  scene: Scene,
  { width, height, isWhole = false }: Size,
  colorScheme: (typeof SCHEMES)[number],
  file: string,
): Promise<void> {
  const isPhone = width < 500;
  const options = { colorScheme, viewport: { width, height }, timezoneId: 'UTC', locale: 'en-GB' };
  // The pages of the router, and documents that are not there.
  const provokes = /status of (?:40[34]|50[23])/;
  await withPage(browser, { ...options, isMobile: isPhone, hasTouch: isPhone, provokes }, async (page) => {
    if (scene.now !== undefined) await page.clock.setFixedTime(scene.now);
    await page.route(/^https:/, scene.answer);
    await page.goto(scene.address);
    await scene.drawn(page);
    const png = join(tmpdir(), `edge-proxy-picture-${process.pid}.png`);
    await page.screenshot({ path: png, fullPage: isWhole });
    execFileSync('cwebp', ['-quiet', '-lossless', '-z', '9', png, '-o', file]);
    rmSync(png);
  });
}

async function main([beginning = '']: string[]): Promise<void> {
  try {
    execFileSync('cwebp', ['-version']);
  } catch {
    throw new Error('cwebp cannot be run; install it, for example with `apt-get install webp`');
  }
  mkdirSync(FOLDER, { recursive: true });
  const browser = await launchBrowser();
  for (const scene of [...(await listScenes()), ...(await pageScenes()), ...noticeScenes()])
    for (const size of scene.sizes)
      for (const colorScheme of SCHEMES) {
        const width = scene.sizes.length > 1 ? `-${size.width}` : '';
        const name = `${scene.name}${width}-${colorScheme}.webp`;
        if (!name.startsWith(beginning)) continue;
        const file = join(FOLDER, name);
        await takePicture(browser, scene, size, colorScheme, file);
        console.log(`${name}  ${Math.round(statSync(file).size / 1000)} kB`);
      }
  await browser.close();
}

await main(process.argv.slice(2));
process.exit();
