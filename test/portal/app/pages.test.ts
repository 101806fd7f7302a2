import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { findAxeFaults } from '../../support/pages/axe.ts';
import { noBrowser } from '../../support/tools/browser.ts';
import { ago, exampleHistory, exampleList, exampleStatus } from './example.ts';
import { DOMAIN, region, textOf, useExample } from './visit-page.ts';

describe.skipIf(noBrowser)('a page of the portal', () => {
  const { site, visit } = useExample();

  describe('of an app', () => {
    test('says that it is up, since when, because of which event, and until when', async () => {
      await visit('#shop', async (page) => {
        const head = await textOf(page, `shop.${DOMAIN}`);
        expect(head).toContain('Live since 10:00:00, 2 h ago');
        expect(head).toContain('cause: RunInstances by Developer/ada');
        const facts = (await page.locator('dl.plain').innerText()).replace(/\s+/g, ' ');
        expect(facts).toContain('Lease ends in 6 h 30 min');
        expect(facts).toContain('Who may open it Signed-in people whom its access rule names.');
      });
    });

    test.each([
      [5, 'Live since 10:00:00, 7 h ago'],
      [-1.5, 'Live since 10:00:00, 30 min ago'],
      [0.01, 'Live since 10:00:00, 2 h ago'],
    ])('has the time of the edge, on a computer whose clock is %s h slow', async (hours, words) => {
      site().date = new Date(Date.parse(ago(-hours))).toUTCString();
      await visit('#shop', async (page) => {
        expect(await textOf(page, `shop.${DOMAIN}`)).toContain(words);
      });
    });

    test('shows each instance with its facts and its page in the AWS console', async () => {
      await visit('#shop', async (page) => {
        const first = region(page, 'Instances').getByRole('listitem').filter({ hasText: 'shop-1' });
        expect((await first.innerText()).replace(/\s+/g, ' ')).toContain(
          'started 1 d 2 h ago by Developer/ada',
        );
        expect(await first.getByRole('link').getAttribute('href')).toBe(
          'https://eu-west-1.console.aws.amazon.com/ec2/home?region=eu-west-1#InstanceDetails:instanceId=i-0aaaaaaaaaaaaaaa1',
        );
      });
    });

    test('says in words which request goes where', async () => {
      await visit('#shop', async (page) => {
        expect(await textOf(page, 'Routes')).toContain(
          '/api and below if the header x-canary is "1" i-0bbbbbbbbbbbbbbb2 port 8080 The app gets the path without /api.',
        );
      });
    });

    test('has the problems of its name only', async () => {
      await visit('#shop', async (page) => {
        const problems = await textOf(page, 'Problems of this name');
        expect(problems).toContain('already belongs to i-0aaaaaaaaaaaaaaa1');
        expect(problems).not.toContain('proxy:hsot');
      });
    });

    test('has a timeline, whose bar says in words what it shows', async () => {
      await visit('#shop', async (page) => {
        const timeline = region(page, 'Timeline');
        const bar = timeline.getByRole('img');
        expect(await bar.getAttribute('aria-label')).toBe(
          'The last 24 hours: live for 10 h (42 %), asleep for 8 h (33 %), in maintenance for 3 h (13 %), gone for 2 h 57 min (12 %), starting for 3 min (under 1 %).',
        );
        expect(await bar.locator('rect').count()).toBe(6);
        const changes = await timeline.getByRole('list').getByRole('listitem').allInnerTexts();
        expect(changes.map((text) => text.replace(/\s+/g, ' '))).toEqual([
          expect.stringMatching(/^10:00:00 Live EC2 reported running, and 1 more, until now/),
          expect.stringMatching(/^09:57:00 Starting RunInstances by Developer\/ada, for 3 min/),
          '07:00:00 Gone TerminateInstances by Developer/ada, for 2 h 57 min',
          expect.stringMatching(/^04:00:00 In maintenance CreateTags by Developer\/grace, for 3 h/),
          expect.stringMatching(/^Sun 29 Nov, 20:00:00 Asleep EC2 reported stopped, for 8 h/),
          expect.stringMatching(/^Sat 28 Nov, 00:00:00 \(earlier\) Live/),
        ]);
      });
    });

    test('shows seven days on a key', async () => {
      await visit('#shop', async (page) => {
        const week = page.getByRole('button', { name: '7 days' });
        expect(await week.getAttribute('aria-pressed')).toBe('false');
        await week.press('Enter');
        expect(await week.getAttribute('aria-pressed')).toBe('true');
        expect(await page.getByRole('img', { name: /^The last 7 days/ }).count()).toBe(1);
      });
    });

    test('shows a change of its name without being reloaded', async () => {
      await visit('#shop', async (page) => {
        const history = exampleHistory();
        history.moments.push({
          ...{ at: ago(0), state: 'maintenance', instances: [], how: 'written' },
          causes: [{ kind: 'CreateTags', at: ago(0), by: 'Developer/grace' }],
        });
        site().documents.set(`history/shop.${DOMAIN}.json`, JSON.stringify(history));
        const list = exampleList();
        const shop = list.routes.find(({ hostname }) => hostname.startsWith('shop'));
        if (shop) Object.assign(shop, { state: 'maintenance', since: ago(0), rules: [] });
        site().list = list;
        await region(page, 'Timeline').getByText('12:00:00').waitFor();
      });
    });

    test('draws its requests and errors, and has them in words and as a table', async () => {
      await visit('#shop', async (page) => {
        const requests = region(page, 'Requests');
        await requests.locator('canvas').waitFor();
        expect(await requests.getByRole('img').getAttribute('aria-label')).toMatch(
          /^9,824 requests in 24 hours: 270 \(2\.7 %\) with a status of 500 and more/,
        );
        await requests.getByText('The hours as a table').click();
        expect(await requests.getByRole('row').count()).toBe(25);
      });
    });

    test('says that it loads if that takes long', async () => {
      await visit('#explain=', async (page) => {
        let finish = () => {};
        const finished = new Promise<void>((resolve) => {
          finish = resolve;
        });
        await page.route(/app-page/, (route) => finished.then(() => route.continue()));
        await page.evaluate(`location.hash = 'shop'`);
        await page.getByText('Loading the page …').waitFor();
        finish();
        await page.getByRole('heading', { name: `shop.${DOMAIN}` }).waitFor();
        expect(await page.getByText('Loading the page …').count()).toBe(0);
      });
    });

    test('that viewers do not get begins with the reasons, and that of a live app with its instances', async () => {
      const order = async (hash: string) => {
        let headings: string[] = [];
        await visit(hash, async (page) => {
          await region(page, 'Timeline').waitFor();
          headings = await page.getByRole('heading', { level: 2 }).allInnerTexts();
        });
        return headings.filter((heading) => /^(Why|Instance)/.test(heading));
      };
      const why = 'Why does its address show what it shows?';
      expect(await order('#docs')).toEqual([why, 'Instance']);
      expect(await order('#shop')).toEqual(['Instances', why]);
    });

    test('says plainly which documents are not there', async () => {
      site().documents.clear();
      await visit('#shop', async (page) => {
        await region(page, 'Timeline').getByText('has not recorded a change').waitFor();
        await region(page, 'Requests').getByText('access logs are off, or none has arrived').waitFor();
      });
    });

    test('of a portal that every viewer may read has its state, and asks for no details', async () => {
      site().list = exampleList({ detail: 'names', instances: [], problems: [] });
      await visit('#shop', async (page) => {
        await page.getByText('shows names and states only').waitFor();
        expect(await page.getByRole('heading', { level: 2 }).allInnerTexts()).toEqual([
          `shop.${DOMAIN}`,
          'Why does its address show what it shows?',
        ]);
        expect(site().asked.filter(({ path }) => /history|traffic|status/.test(path))).toEqual([]);
      });
    });
  });

  describe('for the engineer on call', () => {
    test('says how the updater and the store are', async () => {
      await visit('#oncall', async (page) => {
        await page.locator('.signs').waitFor();
        const signs = await textOf(page, 'On call');
        expect(signs).toContain('Good The updater wrote its status 1 min ago.');
        expect(signs).toContain('Look A sweep repaired 1 name 3 h ago');
        expect(signs).toContain('1,204 keys, 1.2 MB of 5.2 MB (24 %).');
        expect(signs).toContain(
          '60 events changed the store in 24 hours: half within 2.1 s, 95 % within 7.3 s.',
        );
        const charts = region(page, 'On call').locator('figure', { has: page.locator('canvas') });
        await charts.nth(1).waitFor();
        expect(await charts.getByRole('img').evaluateAll((all) => all.map((each) => each.ariaLabel))).toEqual(
          [
            expect.stringMatching(/^Event to store\. 60 events changed the store in 24 hours/),
            expect.stringMatching(/^Store to edge\. In 24 hours viewers asked for 24 changes at edges/),
          ],
        );
      });
    });

    test('says first that everything may be out of date', async () => {
      site().documents.set('status.json', JSON.stringify(exampleStatus({ updatedAt: ago(1) })));
      await visit('#oncall', async (page) => {
        await page.locator('.signs').waitFor();
        const [first] = await page.locator('.signs > div').allInnerTexts();
        expect(first?.replace(/\s+/g, ' ')).toMatch(
          /^Updater Act The updater wrote its status 1 h ago\..*out of date/,
        );
      });
    });

    test('says that a damaged status cannot be read', async () => {
      site().documents.set('status.json', '{"version":1,');
      await visit('#oncall', async (page) => {
        await page.getByText('The status cannot be read: status.json: it is not JSON.').waitFor();
      });
    });

    test('says what is missing without a status', async () => {
      site().documents.delete('status.json');
      await visit('#oncall', async (page) => {
        await page.getByText('There is no status: the edge answered 404.').waitFor();
      });
    });

    test('draws no lag of edges without sign-in, which tells it', async () => {
      site().list = exampleList({ signIn: false });
      await visit('#oncall', async (page) => {
        await region(page, 'On call').locator('canvas').waitFor();
        expect(await textOf(page, 'On call')).toContain('Store to edge Not measured: without sign-in');
        expect(await region(page, 'On call').locator('figure').count()).toBe(1);
      });
    });

    test('lists the latest changes and the apps with the most requests', async () => {
      await visit('#oncall', async (page) => {
        await region(page, 'Most requests in 24 hours').waitFor();
        expect(await textOf(page, 'Latest changes')).toMatch(
          /10:00:00 Live shop\.dev\.example\.com RunInstances by/,
        );
        const rows = await region(page, 'Most requests in 24 hours').getByRole('row').allInnerTexts();
        expect(rows.map((row) => row.replace(/\s+/g, ' '))).toEqual([
          'App Requests 5xx',
          `shop.${DOMAIN} 9,824 270`,
          `docs.${DOMAIN} 36 0`,
        ]);
      });
    });

    test('leads to the page of an app by keyboard, and the focus follows', async () => {
      await visit('#oncall', async (page) => {
        await page
          .getByRole('link', { name: `docs.${DOMAIN}` })
          .first()
          .press('Enter');
        await page.getByRole('heading', { name: `docs.${DOMAIN}` }).waitFor();
        expect(await page.evaluate('document.activeElement.tagName')).toBe('MAIN');
        expect(await page.title()).toBe(`docs: asleep · ${DOMAIN}`);
      });
    });
  });

  describe.each(['#shop', '#cart', '#oncall', '#explain=cart'])('%s', (hash) => {
    const drawn = (page: Page) =>
      page
        .locator(hash.endsWith('cart') ? 'main' : 'canvas')
        .first()
        .waitFor();

    test.each(['light', 'dark'] as const)('has no fault that axe-core finds, in %s', async (colorScheme) => {
      const look = async (page: Page) => {
        await drawn(page);
        expect(await findAxeFaults(page)).toEqual([]);
      };
      await visit(hash, look, { colorScheme });
    });

    test.each([360, 1280, 2560])('fits a window of %d pixels without scrolling sideways', async (width) => {
      const look = async (page: Page) => {
        await drawn(page);
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
      };
      await visit(hash, look, { viewport: { width, height: 900 } });
    });
  });
});
