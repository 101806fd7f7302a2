import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { useBrowser } from '../../support/pages/each-test.ts';
import { noBrowser } from '../../support/tools/browser.ts';
import { noticeScenes } from '../pictures/notice-scenes.ts';

describe.skipIf(noBrowser)('the page of the router for an app that is', () => {
  const openPage = useBrowser();

  function visit(name: string, look: (page: Page) => Promise<void>) {
    const scene = noticeScenes().find((each) => each.name === `notice-${name}`);
    if (scene?.now === undefined) throw new Error(`no notice is ${name}`);
    const { now, address, answer, drawn } = scene;
    return openPage({ provokes: /status of (?:404|503)/ }, async (page) => {
      await page.clock.setFixedTime(now);
      await page.route(/^https:/, answer);
      await page.goto(address);
      await drawn(page);
      await page.getByRole('link', { name: 'See what is live' }).waitFor();
      await look(page);
    });
  }

  test.each(['asleep', 'starting', 'maintenance', 'conflict'])('%s says since when', (name) =>
    visit(name, async (page) =>
      expect(await page.locator('main').innerText()).toMatch(/Since .+, 2 hours ago\./),
    ),
  );

  test('expired does not give the time of its entry as the end of its lease', () =>
    visit('expired', async (page) => {
      const text = await page.locator('main').innerText();
      expect(text).toContain('Its lease has ended.');
      expect(text).not.toContain('Since');
    }));
});
