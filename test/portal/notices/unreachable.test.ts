import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { openForEachTest, useBrowser } from '../../support/pages/each-test.ts';
import { noBrowser, type VisitOptions } from '../../support/tools/browser.ts';
import { lowContrasts } from '../../support/tools/contrast.ts';
import { NoticeEdge, pass, stopClock } from './notice-edge.ts';

describe.skipIf(noBrowser)('the page for 502, with sign-in', () => {
  const openPage = useBrowser();
  const edge = openForEachTest(() => NoticeEdge.open('dead'));

  /** Opens the page with a clock that only the test advances, and waits for its first question. */
  function visit(look: (page: Page) => Promise<void>, options: VisitOptions = {}) {
    return openPage({ provokes: /status of (401|50[234])/, ...options }, async (page) => {
      await stopClock(page);
      await page.goto(edge().url('/cart?a=1'));
      await page.getByText('This page keeps trying').waitFor();
      await pass(page, 0);
      await look(page);
    });
  }

  const questions = () => edge().asked.filter((each) => each === 'GET /_proxy/api/status').length;
  const shown = (page: Page) => page.getByRole('heading', { level: 1 }).textContent();

  test('asks the concierge at once and after 2, 4, 8 … 30 s, for five minutes', async () => {
    await visit(async (page) => {
      expect(questions()).toBe(1);
      for (const [before, pause] of [2, 4, 8, 16, ...Array(9).fill(30)].entries()) {
        await pass(page, pause - 1);
        expect(questions()).toBe(1 + before);
        await pass(page, 1);
        expect(questions()).toBe(2 + before);
      }
      await pass(page, 60);
      expect(questions()).toBe(14);
    });
  });

  test.each([
    ['asleep', 'Asleep', 'has stopped'],
    ['starting', 'Starting', 'is starting'],
    ['waking', 'Waking', 'starting again'],
    ['maintenance', 'Maintenance', 'under maintenance'],
    ['conflict', 'Conflict', 'need a fix'],
    ['unknown', 'Unknown', 'No app uses this name'],
  ])(
    'says that the app is %s as soon as the concierge knows it, in place of the checks',
    async (state, title, text) => {
      await visit(async (page) => {
        expect(await shown(page)).toBe('Instance unreachable');
        edge().newest = { state, sequence: 105 };
        await pass(page, 2);
        expect([await shown(page), await page.title()]).toEqual([title, title]);
        expect(await page.locator('#reason').textContent()).toContain(text);
        expect(await page.getByText('What to check').isVisible()).toBe(false);
        expect(await page.getByText('502 or 504').first().isVisible()).toBe(false);
        expect(await page.getByRole('link', { name: 'Try again' }).isVisible()).toBe(true);
      });
    },
  );

  test('asks nothing more once it shows a state, and opens the app by itself when it answers again', async () => {
    edge().newest = { state: 'asleep', sequence: 105 };
    await visit(async (page) => {
      expect(await shown(page)).toBe('Asleep');
      await pass(page, 30);
      expect(questions()).toBe(1);
      edge().state = 'app';
      await page.clock.runFor(30_000);
      await page.getByRole('heading', { name: 'App' }).waitFor();
      expect(page.url()).toBe(edge().url('/cart?a=1'));
    });
  });

  test.each([
    ['the app is live, so it may be booting', { state: 'live', sequence: 105 }],
    ['nothing has changed lately', { state: 'unchanged', sequence: 100 }],
    ['the change is too rich to tell', { state: 'changed', sequence: 105 }],
    ['the state is one of a later version', { state: 'toString', sequence: 105 }],
    ['the session has ended', 401],
    ['the concierge cannot read the state', 503],
  ])('keeps its checks if %s', async (_, newest) => {
    edge().newest = newest;
    await visit(async (page) => {
      await pass(page, 2);
      expect(questions()).toBe(2);
      expect(await shown(page)).toBe('Instance unreachable');
      expect(await page.getByText('What to check').isVisible()).toBe(true);
    });
  });

  test('asks nothing while it is hidden', async () => {
    await visit(async (page) => {
      await page.evaluate(`Object.defineProperty(document, 'hidden', { value: true, configurable: true })`);
      await pass(page, 10);
      expect(questions()).toBe(1);
    });
  });

  test.each(['light', 'dark'] as const)('can be read in %s mode', async (colorScheme) => {
    edge().newest = { state: 'asleep', sequence: 105 };
    await visit(async (page) => expect(await lowContrasts(page)).toEqual([]), { colorScheme });
  });

  test('does not ask the concierge without sign-in', async () => {
    edge().hasConcierge = false;
    edge().newest = { state: 'asleep', sequence: 105 };
    await visit(async (page) => {
      await pass(page, 10);
      expect(questions()).toBe(0);
      expect(await shown(page)).toBe('Instance unreachable');
    });
  });
});
