import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import type { RoutesFile } from '../../core/journal/routes-file.ts';
import { openForEachTest, useBrowser } from '../support/pages/each-test.ts';
import { noBrowser, type VisitOptions } from '../support/tools/browser.ts';
import { lowContrasts } from '../support/tools/contrast.ts';
import { everyState, POLICY, PortalSite, route, routesFile, rulesOf } from './site.ts';

const DOMAIN = 'dev.example.com';
const PORTAL = new URL('../../portal/', import.meta.url);

/** Everything that the page can show at once: each state, a lease, a filter, problems, and a long name without line breaks. */
function everything(): RoutesFile {
  const routes = everyState({ rules: rulesOf('/a', '=/b') });
  const long = route(`${'long'.repeat(15)}.${DOMAIN}`, { expiresAt: '2099-01-01T00:00:00Z' });
  const problem = {
    code: 'bad-value',
    instance: 'i-0123456789abcdef0',
    tag: 'proxy:port',
    message: '`proxy:port` is "80a"',
  };
  return routesFile([...routes, long, route(`*.x.${DOMAIN}`)], { problems: [problem] });
}

describe.skipIf(noBrowser)('the accessibility of the portal', () => {
  const openPage = useBrowser();
  const site = openForEachTest(() => PortalSite.open(everything()));

  function visit(look: (page: Page) => Promise<void>, options: VisitOptions = {}) {
    return openPage(options, async (page) => {
      await page.goto(site().url('localhost'));
      await page.locator('main').waitFor();
      await look(page);
    });
  }

  test.each(['light', 'dark'] as const)(
    'every text has the contrast of WCAG AA in %s',
    async (colorScheme) => {
      await openPage({ colorScheme, provokes: /Failed to load resource/ }, async (page) => {
        await page.clock.install({ time: '2026-11-23T12:00:00Z' });
        await page.clock.pauseAt('2026-11-23T12:00:01Z');
        await page.goto(site().url('localhost'));
        await page.locator('main').waitFor();
        expect(await lowContrasts(page)).toEqual([]);
        const next = async (list: PortalSite['list'], sign: string) => {
          site().list = list;
          await page.clock.runFor(2000);
          await page.locator(sign).waitFor();
          expect(await lowContrasts(page)).toEqual([]);
        };
        await next(503, '.trouble');
        await next(routesFile([], { baseDomain: '' }), 'text=share one domain');
      });
    },
  );

  test('has landmarks, one first heading, ordered headings and a labelled filter', async () => {
    await visit(async (page) => {
      for (const landmark of ['banner', 'main', 'contentinfo', 'search'] as const)
        expect(await page.getByRole(landmark).count()).toBe(1);
      const levels = await page.getByRole('heading').evaluateAll((all) => all.map((each) => each.tagName));
      expect(levels.join(' ')).toBe(`H1 H2 H3 H2${' H3'.repeat(9)}`);
      expect(await page.getByRole('searchbox', { name: /filter apps/i }).count()).toBe(1);
      expect(await page.getByRole('list').count()).toBe(2);
      expect(await page.getByRole('navigation', { name: 'Apps by state' }).count()).toBe(1);
      expect(await page.locator('html').getAttribute('lang')).toBe('en');
    });
  });

  test('fits narrow and wide windows without scrolling sideways', async () => {
    await visit(async (page) => {
      for (const width of [320, 768, 1920]) {
        await page.setViewportSize({ width, height: 800 });
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
      }
    });
  });

  test('no visible part moves while the page loads', async () => {
    await visit(async (page) => {
      const shift = await page.evaluate(`new Promise((resolve) => {
        const shifts = [];
        const observer = new PerformanceObserver((list) => shifts.push(...list.getEntries()));
        observer.observe({ type: 'layout-shift', buffered: true });
        requestAnimationFrame(() => setTimeout(() => resolve(shifts.reduce((sum, { value }) => sum + value, 0))));
      })`);
      expect(shift).toBe(0);
    });
  });

  test('no part is animated for viewers who prefer reduced motion', async () => {
    const count = 'document.getAnimations().length';
    await visit(async (page) => expect(await page.evaluate(count)).toBe(0));
    const look = async (page: Page) => expect(await page.evaluate(count)).toBeGreaterThan(0);
    await visit(look, { reducedMotion: 'no-preference' });
  });

  test('needs at most 60 KB beside the list, and requests only its own origin', async () => {
    const origins = new Set<string>();
    await openPage({}, async (page) => {
      page.on('request', (request) => origins.add(new URL(request.url()).origin));
      await page.goto(site().url(DOMAIN));
      await page.locator('main').waitFor();
    });
    expect(site().bytes).toBeGreaterThan(0);
    expect(site().bytes).toBeLessThanOrEqual(60_000);
    expect([...origins].filter((origin) => origin !== 'null')).toEqual([`http://${DOMAIN}:${site().port}`]);
  });

  test('does not promise a list without scripts, and leads to the plain one', async () => {
    await openPage({ javaScriptEnabled: false }, async (page) => {
      await page.goto(site().url(DOMAIN));
      expect(await page.getByText('Loading the list').isVisible()).toBe(false);
      expect(await page.getByRole('link', { name: 'plain page' }).getAttribute('href')).toBe('routes.html');
    });
  });

  test('contains the strict policy, except for the part that only a header can set', async () => {
    const html = await readFile(new URL('index.html', PORTAL), 'utf8');
    expect(html).toContain(`content="${POLICY.replace("; frame-ancestors 'none'", '')}"`);
    expect(html).not.toMatch(/<script(?![^>]* src=)|<style|\son\w+=|\sstyle=/i);
  });

  test('sets no markup from strings', async () => {
    const names = (await readdir(PORTAL, { recursive: true })).filter((name) => /\.tsx?$/.test(name));
    const sources = await Promise.all(names.map((name) => readFile(new URL(name, PORTAL), 'utf8')));
    expect(names.length).toBeGreaterThan(10);
    expect(sources.join('\n')).not.toMatch(
      /dangerouslySetInnerHTML|innerHTML|outerHTML|insertAdjacent|document\.write|eval\(/,
    );
  });
});

describe.skipIf(noBrowser)('the page for an unreachable instance', () => {
  const openPage = useBrowser();
  const site = openForEachTest(() => PortalSite.open());

  const provokes = /status of 502/;

  test('is shown under the failed URL, with its status', async () => {
    const url = `http://shop.${DOMAIN}:${site().port}/cart?item=1`;
    await openPage({ provokes }, async (page) => {
      expect((await page.goto(url))?.status()).toBe(502);
      expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Instance unreachable');
      await page.getByRole('link', { name: 'Try again' }).click();
      await page.waitForLoadState();
      expect(page.url()).toBe(url);
      const asked = site()
        .asked.map(({ path }) => path)
        .filter((path) => !path.startsWith('/_proxy/'));
      expect(asked).toEqual(['/cart', '/cart']);
    });
  });

  test.each(['light', 'dark'] as const)(
    'lists the checks in %s mode, also on a small phone',
    async (colorScheme) => {
      const viewport = { width: 320, height: 600 };
      await openPage({ provokes, colorScheme, viewport }, async (page) => {
        await page.goto(`http://shop.${DOMAIN}:${site().port}/`);
        const checks = (await page.getByRole('listitem').allInnerTexts()).join('\n');
        for (const check of ['booting', 'proxy:port', 'security group', '502 or 504 itself'])
          expect(checks).toContain(check);
        const back = page.getByRole('link', { name: 'Back to the start page' });
        expect(await back.getAttribute('href')).toBe('/');
        expect(await lowContrasts(page)).toEqual([]);
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320);
      });
    },
  );

  test('needs no other file, and its policy allows its own script and nothing else', async () => {
    const html = await readFile(new URL('errors/unreachable.html', PORTAL), 'utf8');
    expect(html).not.toMatch(/\ssrc=|url\(|@import|http-equiv="refresh"|\son\w+=/i);
    expect(html.match(/<link[^>]*>/g)).toEqual(['<link rel="icon" href="data:,">']);
    const [script, more] = html.matchAll(/<script>([\s\S]*?)<\/script>/g);
    const hash = createHash('sha256')
      .update(script?.[1] ?? '')
      .digest('base64');
    expect(more).toBeUndefined();
    expect(html).toContain(`script-src 'sha256-${hash}'; connect-src 'self';`);
  });

  test('has a link, and does not mention automatic retries, if scripts are off', async () => {
    await openPage({ provokes, javaScriptEnabled: false }, async (page) => {
      await page.goto(`http://shop.${DOMAIN}:${site().port}/`);
      expect(await page.getByRole('link', { name: 'Try again' }).isVisible()).toBe(true);
      expect(await page.getByRole('status').isVisible()).toBe(false);
    });
  });
});
