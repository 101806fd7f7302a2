import type { Locator, Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import type { ChangesFile } from '../../core/journal/changes-file.ts';
import { problemPage } from '../../core/problem-codes.ts';
import { printLastRequests } from '../../core/traffic/last-requests.ts';
import { openForEachTest, useBrowser } from '../support/pages/each-test.ts';
import { noBrowser, type VisitOptions } from '../support/tools/browser.ts';
import { until } from '../support/until.ts';
import { everyState, PortalSite, route, routesFile, rulesOf, STATES } from './site.ts';

const DOMAIN = 'dev.example.com';

/** Counts the timers that the page sets from now on. */
const COUNT_WAITS = `{
  const { setTimeout } = window;
  window.waits = 0;
  window.setTimeout = (...args) => (window.waits += 1, setTimeout(...args));
}`;

describe.skipIf(noBrowser)('the portal', () => {
  const openPage = useBrowser();
  const site = openForEachTest(() => PortalSite.open());

  /** Opens the portal at noon of a day of its own, with a clock that only the test advances. */
  function visit(
    hostname: string,
    look: (page: Page) => Promise<void>,
    { referer, ...options }: VisitOptions & { referer?: string } = {},
  ) {
    return openPage(options, async (page) => {
      await page.clock.install({ time: '2026-11-23T12:00:00Z' });
      await page.clock.pauseAt('2026-11-23T12:00:01Z');
      await page.goto(site().url(hostname), referer === undefined ? {} : { referer });
      await page.getByText('Loading the list of apps').waitFor({ state: 'hidden' });
      await look(page);
    });
  }

  const card = (page: Page, name: string) => page.getByRole('listitem').filter({ hasText: name });
  const row = (page: Page, name: string) => page.getByRole('row').filter({ hasText: name });
  /** The value of a line of a card. */
  const fact = (app: Locator, title: string | RegExp) =>
    app
      .locator('dl > div')
      .filter({ has: app.page().getByText(title, { exact: true }) })
      .locator('dd');

  test('lists every app with a link that keeps scheme and port', async () => {
    site().list = routesFile([route(`cart.${DOMAIN}`), route(`shop.${DOMAIN}`)]);
    await visit(DOMAIN, async (page) => {
      const link = page.getByRole('link', { name: `shop .${DOMAIN}`, exact: true });
      expect(await link.getAttribute('href')).toBe(`http://shop.${DOMAIN}:${site().port}/`);
      expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe(DOMAIN);
      expect(await page.locator('.cards > li').count()).toBe(2);
      expect(await page.title()).toBe(`2 live · ${DOMAIN}`);
    });
  });

  test('does not link a wildcard, and links an app without the path / to its shortest path', async () => {
    const paths = ['=/v2/health', '/v2', '/v2'];
    site().list = routesFile([
      route(`*.preview.${DOMAIN}`),
      route(`api.${DOMAIN}`, { rules: rulesOf(...paths) }),
    ]);
    await visit(DOMAIN, async (page) => {
      const api = card(page, 'api');
      expect(await api.locator('a.name').getAttribute('href')).toBe(`http://api.${DOMAIN}:${site().port}/v2`);
      expect(await fact(api, 'Paths').locator('code').allTextContents()).toEqual([
        '/v2/health (exactly)',
        '/v2',
      ]);
      expect(await card(page, '*.preview').isVisible()).toBe(true);
      expect(await page.locator('.cards a.name[href]').count()).toBe(1);
    });
  });

  test('labels every state with words, a new one by its own name, and counts the live apps first', async () => {
    const list = JSON.stringify(routesFile([...everyState(), route(`later.${DOMAIN}`)]));
    site().list = list.replace(/"live"(?!.*"live")/, '"constructor"');
    await visit(DOMAIN, async (page) => {
      const labels = await page.locator('.cards .pill').allTextContents();
      expect(labels.sort()).toEqual([...Object.values(STATES), 'constructor'].sort());
      const counts = await page
        .getByRole('navigation', { name: 'Apps by state' })
        .getByRole('link')
        .allInnerTexts();
      expect(counts.slice(0, 3)).toEqual(['8\napps', '1\nlive', '1\ndraining']);
    });
  });

  test('marks the names that are open to viewers who are not signed in', async () => {
    site().list = routesFile([route(`shop.${DOMAIN}`), route(`status.${DOMAIN}`, { access: 'open' })]);
    await visit(DOMAIN, async (page) => {
      expect(await fact(card(page, 'status'), 'Access').innerText()).toContain('open to everyone');
      expect(await fact(card(page, 'shop'), 'Access').count()).toBe(0);
    });
  });

  test('shows when a lease ends, and that it has ended', async () => {
    const leased = (name: string, expiresAt: string) => route(`${name}.${DOMAIN}`, { expiresAt });
    site().list = routesFile([
      leased('gone', '2026-11-23T11:00:00Z'),
      leased('kept', '2026-11-23T15:20:30Z'),
    ]);
    await visit(DOMAIN, async (page) => {
      expect(await fact(card(page, 'kept'), 'Lease').textContent()).toBe('ends in 3 h 20 min');
      expect(await fact(card(page, 'gone'), 'Lease').textContent()).toBe('ended 1 h ago');
      expect(await card(page, 'gone').locator('.pill').textContent()).toBe('Lease ended');
    });
  });

  test('shows when each app served its last request, if there are access logs', async () => {
    site().list = routesFile([route(`shop.${DOMAIN}`), route(`docs.${DOMAIN}`)]);
    const times = { [`shop.${DOMAIN}`]: '2026-11-23T11:48:00Z', [`gone.${DOMAIN}`]: '2026-11-23T11:00:00Z' };
    site().lastRequests = printLastRequests(
      'main',
      new Map(Object.entries(times).map(([name, time]) => [name, Date.parse(time)])),
    );
    await visit(DOMAIN, async (page) => {
      const last = fact(card(page, 'shop'), 'Last request').locator('time');
      await last.getByText('12 min ago').waitFor();
      expect(await last.getAttribute('datetime')).toBe('2026-11-23T11:48:00.000Z');
      expect(await card(page, 'docs').getByText('Last request').isVisible()).toBe(false);
      expect(await page.getByText('gone').count()).toBe(0);
      const reads = () => site().asked.filter(({ path }) => path === '/_proxy/last-requests.json').length;
      const waits = () => page.evaluate<number>('waits');
      await page.evaluate(COUNT_WAITS);
      /** Lets the page load the list once more, until it waits for the next load. */
      const loadList = async () => {
        const before = await waits();
        await page.clock.runFor(5_000);
        await until('the next wait of the page', async () => (await waits()) > before);
      };
      // The file is read again after a minute, not with each list.
      for (let lists = 0; lists < 10; lists++) await loadList();
      expect(reads()).toBe(1);
      const docs = new Map([[`docs.${DOMAIN}`, Date.parse('2026-11-23T12:00:00Z')]]);
      site().lastRequests = printLastRequests('main', docs);
      for (let lists = 0; lists < 4; lists++) await loadList();
      await card(page, 'docs').getByText('1 min ago').waitFor();
      expect(reads()).toBe(2);
    });
  });

  test.each([
    '',
    '{"version":2}',
    '{"version":1,"lastRequests":{"shop.dev.example.com":7}}',
    '{"version":1}',
  ])('lists the apps without a last request if the file is %j', async (text) => {
    site().list = routesFile([route(`shop.${DOMAIN}`)]);
    site().lastRequests = text;
    await visit(DOMAIN, async (page) => {
      await page.clock.runFor(10_000);
      expect(await card(page, 'shop').isVisible()).toBe(true);
      expect(await page.getByText('Last request').isVisible()).toBe(false);
    });
  });

  test('lists the apps of a deployment without access logs, and rarely asks for the file', async () => {
    site().list = routesFile([route(`shop.${DOMAIN}`)]);
    site().lastRequests = 404;
    await visit(
      DOMAIN,
      async (page) => {
        await page.clock.runFor(300_000);
        expect(await card(page, 'shop').isVisible()).toBe(true);
        expect(site().asked.filter(({ path }) => path === '/_proxy/last-requests.json').length).toBe(1);
      },
      { provokes: /404/ },
    );
  });

  test('renders hostile strings as text and links none of them', async () => {
    const evil = '<img src=x onerror="document.title=1">';
    site().list = routesFile(
      [
        route(evil, { instances: [evil], rules: rulesOf(evil) }),
        route('javascript:alert(1)//'),
        route('evil.test/@x'),
      ],
      {
        deployment: evil,
        problems: [{ code: evil, instance: evil, tag: evil, hostnames: [evil], message: evil }],
      },
    );
    await visit(DOMAIN, async (page) => {
      expect(await page.locator('.cards .name b').first().textContent()).toBe(evil);
      expect(await page.locator('.problems h3').textContent()).toBe(evil);
      expect(await page.locator('img').count()).toBe(0);
      expect(await page.locator('.problems a').last().getAttribute('href')).toBe(problemPage(evil));
      expect(await page.locator('.cards a.name[href]').count()).toBe(0);
    });
  });

  test('lists each problem with its tag, its instance and the remedy', async () => {
    const message = 'i-0aaaaaaaaaaaaaaa1: `proxy:port` is "80a", expected 80, 443 or 1024–65535; fix the tag';
    site().list = routesFile([], {
      problems: [
        {
          code: 'bad-value',
          instance: 'i-0aaaaaaaaaaaaaaa1',
          tag: 'proxy:port',
          found: '80a',
          remedy: 'fix the tag',
          mend: { set: { key: 'proxy:port', value: '80' } },
          message,
        },
      ],
    });
    await visit(DOMAIN, async (page) => {
      const problem = page.getByRole('region', { name: 'Problems' }).getByRole('listitem');
      expect(await problem.getByRole('heading').textContent()).toBe(
        'proxy:port is "80a", expected 80, 443 or 1024–65535',
      );
      expect(await fact(problem, 'Tag').textContent()).toBe('proxy:port = 80a');
      expect(await fact(problem, 'Instance').innerText()).toBe('i-0aaaaaaaaaaaaaaa1');
      expect(await fact(problem, 'Remedy').innerText()).toBe('Fix the tag · More about bad-value');
      const command = problem.getByRole('button', { name: /^Copy the command / });
      expect(await command.getAttribute('aria-label')).toMatch(
        /^Copy the command (?:aws ec2 create-tags|npx dynamic-edge-proxy tag) .*80/,
      );
      const more = problem.getByRole('link', { name: 'bad-value' });
      expect(await more.getAttribute('href')).toBe(problemPage('bad-value'));
      await page.getByRole('link', { name: '1 problem' }).click();
      expect(await page.evaluate('document.activeElement.id')).toBe('problems');
      expect(page.url()).toMatch(/#problems$/);
    });
  });

  test('explains why the name that led here is not served', async () => {
    const message = 'i-0aa: `proxy:port` is "80a"; fix the tag';
    const hostnames = [`cart.${DOMAIN}`, `shop.${DOMAIN}`];
    // The page may be the 404 of a name that is gone, or the 503 of one that is closed.
    const closed = route(`cart.${DOMAIN}`, { state: 'conflict' });
    const problems = [{ code: 'bad-value', instance: 'i-0aa', tag: 'proxy:port', hostnames, message }];
    site().list = routesFile([closed], { problems });
    const from = (name: string) => ({ referer: `http://${name}.${DOMAIN}:${site().port}/` });
    const asked = (page: Page, name: string) =>
      page.getByRole('region', { name: `No app answers at ${name}.${DOMAIN}` });
    const saysWhy = (name: string) => async (page: Page) =>
      expect(await asked(page, name).getByRole('listitem').innerText()).toMatch(
        /proxy:port is "80a"[\s\S]*i-0aa/,
      );
    for (const name of ['shop', 'cart']) await visit(DOMAIN, saysWhy(name), from(name));
    const saysNothing = async (page: Page) =>
      expect(await asked(page, 'other').innerText()).toContain('No instance has a tag for this name');
    await visit(DOMAIN, saysNothing, from('other'));
  });

  test('gives no explanation for a served name, or after a page of another site', async () => {
    site().list = routesFile([route(`*.preview.${DOMAIN}`), route(`shop.${DOMAIN}`)]);
    const served = [`http://shop.${DOMAIN}/`, `http://pr-7.preview.${DOMAIN}/`];
    for (const referer of [...served, 'http://example.org/', undefined])
      await visit(
        DOMAIN,
        async (page) => expect(await page.getByText('No app answers at').count()).toBe(0),
        referer === undefined ? {} : { referer },
      );
  });

  test('explains the tag if there is no app', async () => {
    await visit(DOMAIN, async (page) => {
      const lesson = page.getByRole('region', { name: 'Nothing is live yet' });
      expect(await lesson.getByRole('definition').allTextContents()).toEqual(['proxy:host', 'shop']);
      expect(await lesson.innerText()).toContain(`http://shop.${DOMAIN}:${site().port}/`);
      expect(await page.getByRole('region', { name: 'Apps' }).count()).toBe(0);
    });
  });

  test('explains the tag with a name that no app has', async () => {
    site().list = routesFile([route(`shop.${DOMAIN}`)]);
    await visit(DOMAIN, async (page) => {
      const lesson = page.getByRole('region', { name: 'Add an app' });
      expect(await lesson.getByRole('definition').allTextContents()).toEqual(['proxy:host', 'my-app']);
      expect(await lesson.innerText()).toContain(`http://my-app.${DOMAIN}:${site().port}/`);
    });
  });

  test('explains the launch command on a laptop', async () => {
    site().list = routesFile([route('shop.localhost')], { baseDomain: 'localhost' });
    await visit('localhost', async (page) => {
      const lesson = page.getByRole('region', { name: 'Add an app' });
      const command = lesson.getByText('npx dynamic-edge-proxy launch --host my-app --port 3000');
      expect(await command.isVisible()).toBe(true);
      expect(await lesson.getByRole('definition').count()).toBe(0);
    });
  });

  test('without a base domain, links lead through /@ and the shared trust zone is named', async () => {
    site().list = routesFile([route('api', { rules: rulesOf('/v1') }), route('shop')], { baseDomain: '' });
    await visit('d111111abcdef8.cloudfront.net', async (page) => {
      const origin = `http://d111111abcdef8.cloudfront.net:${site().port}`;
      const hrefs = [`${origin}/@api/v1`, `${origin}/@shop/`];
      await page.getByText('share one domain').waitFor();
      expect(await page.locator('.cards a.name').evaluateAll((links) => links.map(String))).toEqual(hrefs);
    });
  });

  describe('with more than eight apps', () => {
    const names = ['admin', 'api', 'blog', 'cart', 'docs', 'mail', 'search', 'shop', 'wiki'];
    const nine = () => routesFile(names.map((name) => route(`${name}.${DOMAIN}`)));

    test('a filter appears, and the key / leads to it', async () => {
      site().list = nine();
      await visit(DOMAIN, async (page) => {
        const filter = page.getByRole('searchbox', { name: /^Filter apps/ });
        await filter.waitFor();
        await page.keyboard.press('/');
        await page.keyboard.type('S');
        expect(await filter.inputValue()).toBe('S');
        expect(page.url()).toMatch(/\?q=S$/);
        site().list = routesFile(nine().routes.slice(0, 8));
        await page.clock.runFor(5000);
        await filter.waitFor({ state: 'hidden' });
      });
    });

    test('the filter searches names, states and instances, and shows the number of results', async () => {
      const list = nine();
      list.routes[2] = route(`blog.${DOMAIN}`, { state: 'asleep', instances: ['i-0feed'] });
      site().list = list;
      await visit(DOMAIN, async (page) => {
        for (const wanted of ['BLOG', 'asleep', '0feed']) {
          await page.getByRole('searchbox').fill(wanted);
          expect(await page.locator('.cards .name b').allTextContents()).toEqual(['blog']);
          expect(await page.getByRole('status').textContent()).toBe('1 of 9 apps match.');
        }
        await page.getByRole('searchbox').fill('zebra');
        expect(await page.getByText('None of the 9 apps matches “zebra”.').isVisible()).toBe(true);
        await page.keyboard.press('Escape');
        expect(await page.locator('.cards > li').count()).toBe(9);
      });
    });
  });

  test('updates in place, keeps the focus and announces the changes', async () => {
    site().list = routesFile([route(`blog.${DOMAIN}`), route(`shop.${DOMAIN}`)]);
    await visit(DOMAIN, async (page) => {
      const shop = await card(page, 'shop').elementHandle();
      await page.locator('a.name', { hasText: 'shop' }).focus();
      site().list = routesFile([route(`api.${DOMAIN}`), route(`shop.${DOMAIN}`, { state: 'asleep' })]);
      await page.clock.runFor(5000);
      await page.getByText('Asleep', { exact: true }).waitFor();
      expect(await page.locator('.cards .name b').allTextContents()).toEqual(['api', 'shop']);
      expect(await shop?.evaluate((node) => String(node.contains(node.ownerDocument.activeElement)))).toBe(
        'true',
      );
      expect(await page.getByRole('status').textContent()).toBe(
        `api.${DOMAIN}: Live. shop.${DOMAIN}: Asleep. blog.${DOMAIN}: gone.`,
      );
    });
  });

  test.each([
    ['localhost', 2000],
    [DOMAIN, 5000],
  ])('on %s polls again after %i ms, with its ETag', async (hostname, interval) => {
    await visit(hostname, async (page) => {
      await page.locator('main').waitFor();
      await page.clock.runFor(interval - 1);
      expect(listsAsked()).toHaveLength(1);
      const again = page.waitForResponse(/routes\.json/);
      await page.clock.runFor(1);
      await again;
      expect(listsAsked().at(-1)?.etag).toMatch(/^"/);
    });
  });

  test('does not poll while it is hidden, and polls at once when it is visible again', async () => {
    await visit(DOMAIN, async (page) => {
      await page.locator('main').waitFor();
      await page.evaluate(`Object.defineProperty(document, 'hidden', { value: true, configurable: true })`);
      await page.clock.runFor(60_000);
      expect(listsAsked()).toHaveLength(1);
      const again = page.waitForResponse(/routes\.json/);
      await page.evaluate(`delete document.hidden; document.dispatchEvent(new Event('visibilitychange'))`);
      await again;
    });
  });

  test('explains why there is no list, and shows the list as soon as it exists', async () => {
    // Neighbours differ, so that the text of the page shows that the page has polled again.
    const reasons = [
      [404, 'the updater has not written it yet'],
      [503, 'the edge answered 503'],
      ['<html>', 'it is not JSON'],
      ['{"version":3}', 'it has a newer format, so reload the page'],
      ['{"version":2,"routes":[{}],"problems":[]}', 'parts of it are missing: deployment is not a string'],
      [404, 'the updater has not written it yet'],
      [
        JSON.stringify({ ...routesFile([]), problems: [null] }),
        'parts of it are missing: problems[0] is not an object',
      ],
    ] as const;
    site().list = 500;
    const look = async (page: Page) => {
      for (const [list, reason] of reasons) {
        site().list = list;
        await page.clock.runFor(5000);
        await page.getByText(`Can’t load the list of apps: ${reason}. Trying again every 5 s.`).waitFor();
      }
      expect(await page.getByRole('status').textContent()).toContain('the edge answered 500');
      site().list = routesFile([route(`shop.${DOMAIN}`)]);
      await page.clock.runFor(5000);
      await card(page, 'shop').waitFor();
    };
    await visit(DOMAIN, look, { provokes: /Failed to load resource/ });
  });

  test('keeps the last list with its age while the edge does not answer, and recovers', async () => {
    site().list = routesFile([route(`shop.${DOMAIN}`)]);
    const file = site().list;
    const look = async (page: Page) => {
      await card(page, 'shop').waitFor();
      site().list = 503;
      await page.clock.runFor(5000);
      await page.getByText('Last updated 5 s ago. Trying again every 5 s.').waitFor();
      expect(await card(page, 'shop').isVisible()).toBe(true);
      site().list = file;
      await page.clock.runFor(5000);
      await page.locator('.trouble').waitFor({ state: 'hidden' });
    };
    await visit(DOMAIN, look, { provokes: /Failed to load resource/ });
  });

  test('shows the changes of a large list without loading the list again', async () => {
    const apps = Array.from({ length: 2_001 }, (_, n) =>
      route(`app-${String(n).padStart(4, '0')}.${DOMAIN}`),
    );
    const list = routesFile(apps);
    site().list = list;
    const { updatedAt } = list;
    const none: ChangesFile = {
      ...{ version: 2, follows: updatedAt, updatedAt, routes: [], gone: [], instances: [] },
      problems: { removed: [], added: [] },
    };
    site().changes = none;
    await visit(DOMAIN, async (page) => {
      await page.getByRole('link', { name: '2,001 live' }).waitFor();
      site().changes = {
        ...none,
        updatedAt: '2026-11-23T15:00:05.000Z',
        routes: [route(`app-0000.${DOMAIN}`, { state: 'asleep', rules: [] }), route(`zoo.${DOMAIN}`)],
        gone: [`app-0001.${DOMAIN}`],
      };
      await page.clock.runFor(5000);
      await page.getByRole('link', { name: '2,000 live' }).waitFor();
      await page.clock.runFor(1_000);
      expect(await page.locator('tbody > tr').count()).toBe(2_001);
      expect(await row(page, 'app-0000').locator('.pill').textContent()).toBe('Asleep');
      expect(await row(page, 'app-0001').count()).toBe(0);
      expect(await row(page, 'zoo').count()).toBe(1);
      // The browser showed the list's ETag, and got no second copy.
      expect(listsAsked().at(-1)?.etag).toBeDefined();
    });
  });

  test('opens the page of one app by the fragment of the address, and goes back to the list', async () => {
    site().list = routesFile([route(`cart.${DOMAIN}`), route(`shop.${DOMAIN}`)]);
    const look = async (page: Page) => {
      await card(page, 'cart').waitFor();
      await page.evaluate(`location.hash = 'shop'`);
      await page.getByRole('region', { name: `shop.${DOMAIN}` }).waitFor();
      expect(await card(page, 'cart').count()).toBe(0);
      await page.getByRole('link', { name: 'All apps' }).click();
      await card(page, 'cart').waitFor();
      await page.goBack();
      await page.getByRole('region', { name: `shop.${DOMAIN}` }).waitFor();
      await page.evaluate(`location.hash = 'shpo'`);
      await page.getByRole('heading', { name: `No app answers at shpo.${DOMAIN}` }).waitFor();
    };
    // The documents beside the list are not there.
    await visit(DOMAIN, look, { provokes: /status of 404/ });
  });

  const listsAsked = () => site().asked.filter(({ path }) => path.endsWith('/routes.json'));
});
