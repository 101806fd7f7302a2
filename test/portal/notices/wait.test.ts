import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { openForEachTest, useBrowser } from '../../support/pages/each-test.ts';
import { noBrowser } from '../../support/tools/browser.ts';
import { NoticeEdge, pass, stopClock } from './notice-edge.ts';

describe.skipIf(noBrowser)('a page that waits, with sign-in', () => {
  const openPage = useBrowser();
  const edge = openForEachTest(() => NoticeEdge.open());

  /** Opens an address with a clock that only the test advances. */
  function visit(
    path: string,
    look: (page: Page) => Promise<void>,
    prepare: (page: Page) => Promise<unknown> = async () => {},
  ) {
    return openPage({ provokes: /status of (401|503)/ }, async (page) => {
      await stopClock(page);
      await prepare(page);
      await page.goto(edge().url(path));
      await look(page);
    });
  }

  const questions = () => edge().asked.filter((each) => each === 'GET /_proxy/api/status').length;
  const arrivals = () => edge().asked.filter((each) => each.includes('/arrive')).length;

  /** Advances the clock to a question that leads through the concierge, and waits for the page after it. */
  async function goThroughConcierge(page: Page, seconds: number): Promise<void> {
    await Promise.all([
      page.waitForRequest(/arrive/),
      page.waitForEvent('domcontentloaded'),
      page.clock.runFor(1000 * seconds),
    ]);
  }

  /** Seconds until the next question; Infinity if there is none within a minute. */
  async function untilAsked(page: Page): Promise<number> {
    const before = questions();
    for (let seconds = 0; seconds <= 60; seconds++) {
      await pass(page, seconds === 0 ? 0 : 1);
      if (questions() > before) return seconds;
    }
    return Number.POSITIVE_INFINITY;
  }

  test('asks at once, each second for a minute, each 5 s to five minutes, each 30 s to half an hour, then shows a link', async () => {
    await visit('/', async (page) => {
      await pass(page, 0);
      expect(questions()).toBe(1);
      await page.getByText('This page keeps asking').waitFor();
      const pauses = [...Array(60).fill(1), ...Array(48).fill(5), ...Array(50).fill(30)];
      for (const [before, pause] of pauses.entries()) {
        await pass(page, pause - 0.001);
        expect(questions()).toBe(1 + before);
        await pass(page, 0.001);
        expect(questions()).toBe(2 + before);
      }
      expect(await untilAsked(page)).toBe(Number.POSITIVE_INFINITY);
      expect(edge().asked.filter((each) => each === 'GET /')).toHaveLength(1);
      edge().state = 'app';
      await page.getByRole('link', { name: 'Ask again' }).click();
      await page.getByText('App').waitFor();
    });
  }, 60_000);

  test.each(['unknown', 'conflict', 'expired', 'unknown path'])(
    'asks three times if it is %s',
    async (state) => {
      edge().state = state;
      await visit('/', async (page) => {
        await pass(page, 0);
        expect(questions()).toBe(1);
        expect([await untilAsked(page), await untilAsked(page)]).toEqual([5, 30]);
        expect(await untilAsked(page)).toBe(Number.POSITIVE_INFINITY);
        await page.getByRole('link', { name: 'Ask again' }).waitFor();
      });
    },
  );

  test.each(['not signed in', 'other site', 'invalid host', 'ambiguous path'])(
    'never asks if it is %s',
    async (state) => {
      edge().state = state;
      await visit('/', async (page) => {
        expect(await untilAsked(page)).toBe(Number.POSITIVE_INFINITY);
        expect(questions()).toBe(0);
        expect(await page.getByRole('status').count()).toBe(0);
      });
    },
  );

  test('never asks below our own paths, which have no app', async () => {
    edge().state = 'unknown path';
    await visit('/_proxy/api/x', async (page) => {
      expect(await untilAsked(page)).toBe(Number.POSITIVE_INFINITY);
      expect(questions()).toBe(0);
    });
  });

  test('goes through the concierge when the newest state is another one, and keeps path, query and fragment', async () => {
    edge().hinted = 'app';
    await visit('/cart/%20?a=1&b=%2F#top', async (page) => {
      await pass(page, 2);
      edge().newest = { state: 'live', sequence: 105 };
      await page.clock.runFor(1000);
      await page.getByText('App').waitFor();
      expect(page.url()).toBe(edge().url('/cart/%20?a=1&b=%2F#top'));
      expect(edge().asked.slice(-2)).toEqual([
        `GET /_proxy/api/arrive?to=${encodeURIComponent('/cart/%20?a=1&b=%2F')}`,
        'GET /cart/%20?a=1&b=%2F',
      ]);
    });
  });

  test('shows the next closed state, and waits there', async () => {
    edge().hinted = 'starting';
    edge().newest = { state: 'starting', sequence: 105 };
    await visit('/', async (page) => {
      await goThroughConcierge(page, 0);
      await page.getByRole('heading', { name: 'starting' }).waitFor();
      expect(await untilAsked(page)).toBe(0);
      await pass(page, 30);
      expect(arrivals()).toBe(1);
    });
  });

  test.each([
    ['the same state', { state: 'asleep', sequence: 105 }],
    ['no change', { state: 'unchanged', sequence: 100 }],
    ['no answer', 503],
    ['an endpoint that is missing', 404],
  ])('stays with %s', async (_, newest) => {
    edge().newest = newest;
    await openPage({ provokes: /status of/ }, async (page) => {
      await page.goto(edge().url('/'));
      await page.waitForResponse(edge().url('/_proxy/api/status'));
      await page.waitForResponse(edge().url('/_proxy/api/status'));
      expect(arrivals()).toBe(0);
    });
  });

  test('goes through the concierge once for each change, and then waits until the edge knows it', async () => {
    edge().newest = { state: 'live', sequence: 105 };
    await visit('/', async (page) => {
      await goThroughConcierge(page, 0);
      for (let seconds = 0; seconds < 20; seconds++) await pass(page, 1);
      expect(arrivals()).toBe(1);
      edge().newest = { state: 'starting', sequence: 106 };
      await goThroughConcierge(page, 1);
      for (let seconds = 0; seconds < 6; seconds++) await pass(page, 1);
      expect(arrivals()).toBe(2);
      edge().state = 'app';
      await page.clock.runFor(1000);
      await page.getByText('App').waitFor();
    });
  });

  test('does not go through the concierge in a browser that blocks cookies', async () => {
    edge().newest = { state: 'live', sequence: 105 };
    const blocked = `Object.defineProperty(window, 'sessionStorage', { get() { throw new DOMException('denied', 'SecurityError'); } });`;
    await visit(
      '/',
      async (page) => {
        for (let seconds = 0; seconds < 7; seconds++) await pass(page, 1);
        expect(arrivals()).toBe(0);
        edge().state = 'app';
        await page.clock.runFor(1000);
        await page.getByText('App').waitFor();
      },
      (page) => page.addInitScript(blocked),
    );
  });

  test('waits for the edge if the change fits into no hint', async () => {
    edge().newest = { state: 'changed', sequence: 105 };
    await visit('/', async (page) => {
      for (let seconds = 0; seconds < 8; seconds++) await pass(page, 1);
      expect(arrivals()).toBe(0);
      edge().state = 'app';
      await page.clock.runFor(1000);
      await page.getByText('App').waitFor();
    });
  });

  test('waits for the edge if the path is too long for the concierge', async () => {
    edge().newest = { state: 'live', sequence: 105 };
    await visit(`/${'a'.repeat(1_024)}`, async (page) => {
      for (let seconds = 0; seconds < 6; seconds++) await pass(page, 1);
      expect(arrivals()).toBe(0);
    });
  });

  test('opens an app at most each five seconds if it answers HEAD otherwise than GET', async () => {
    edge().newest = { state: 'changed', sequence: 105 };
    edge().head = 'app';
    await visit('/', async (page) => {
      for (let seconds = 0; seconds < 4; seconds++) await pass(page, 1);
      expect(edge().asked.filter((each) => each === 'GET /')).toHaveLength(1);
      await Promise.all([page.waitForRequest(edge().url('/')), page.clock.runFor(2000)]);
    });
  });

  test('goes through the concierge at once if its session has ended or is for an earlier claimant, and again after five seconds', async () => {
    edge().newest = 401;
    await visit('/', async (page) => {
      await goThroughConcierge(page, 0);
      for (let seconds = 0; seconds < 4; seconds++) await pass(page, 1);
      expect(arrivals()).toBe(1);
      // The new session may be too old as well, if the rule changed on the way.
      await goThroughConcierge(page, 2);
      for (let seconds = 0; seconds < 4; seconds++) await pass(page, 1);
      expect(arrivals()).toBe(2);
    });
  });

  test('asks nothing while it is hidden, and asks the edge as well when it is visible again', async () => {
    await visit('/', async (page) => {
      await pass(page, 1);
      await page.evaluate(`Object.defineProperty(document, 'hidden', { value: true, configurable: true })`);
      expect(await untilAsked(page)).toBe(Number.POSITIVE_INFINITY);
      // The change is so old that the concierge does not know it any more.
      edge().state = 'app';
      await page.evaluate(`delete document.hidden; document.dispatchEvent(new Event('visibilitychange'))`);
      await page.getByText('App').waitFor();
    });
  });

  test('is complete without JavaScript', async () => {
    await openPage({ javaScriptEnabled: false, provokes: /status of 503/ }, async (page) => {
      await page.goto(edge().url('/'));
      await page.getByRole('heading', { name: 'asleep' }).waitFor();
      expect(await page.getByRole('status').count()).toBe(0);
      expect(questions()).toBe(0);
    });
  });
});
