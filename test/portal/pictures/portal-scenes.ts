import type { Page, Route } from 'playwright-core';
import { NOON, openExample } from '../app/example.ts';
import { madeLastRequests, madeList, NOW } from '../list/made-list.ts';
import { PortalSite } from '../site.ts';
import { type Scene, SIZES } from './scene.ts';

const PORTAL = 'https://dev.example.com/_proxy/';

/** The list with few, many and very many apps. */
export function listScenes(): Promise<Scene[]> {
  return Promise.all([3, 50, 2_000].map(listScene));
}

async function listScene(count: number): Promise<Scene> {
  const list = madeList(count);
  const site = await PortalSite.open(list);
  site.lastRequests = madeLastRequests(list);
  return {
    ...{ name: `apps-${count}`, address: PORTAL, now: new Date(NOW).toISOString(), sizes: SIZES },
    answer: answerFrom(site),
    drawn: (page) => page.locator('.c-last time, dt:text-is("Last request")').first().waitFor(),
  };
}

/** On a laptop the whole page. */
const PAGE_SIZES = SIZES.map((size) => ({ ...size, isWhole: size.width === 1_280 }));

/** The page of an app, the explanation of a name without an app, and the on-call view. */
export async function pageScenes(): Promise<Scene[]> {
  const site = await openExample();
  const pages: Record<string, { hash: string; drawn: (page: Page) => Promise<void> }> = {
    app: { hash: '#shop', drawn: (page) => page.locator('canvas').waitFor() },
    explain: { hash: '#explain=cart', drawn: (page) => page.locator('.answer .hindrance').waitFor() },
    // It has two charts.
    oncall: { hash: '#oncall', drawn: (page) => page.locator('canvas').nth(1).waitFor() },
  };
  return Object.entries(pages).map(([name, { hash, drawn }]) => ({
    ...{ name, address: PORTAL + hash, now: NOON, sizes: PAGE_SIZES },
    answer: answerFrom(site),
    drawn,
  }));
}

/** Asks the site instead of the domain. */
function answerFrom(site: PortalSite): Scene['answer'] {
  return async (route: Route) => {
    const { pathname, search } = new URL(route.request().url());
    const response = await route.fetch({ url: `http://127.0.0.1:${site.port}${pathname}${search}` });
    await route.fulfill({ response });
  };
}
