import type { Browser, Page } from 'playwright-core';
import { madeList } from '../../portal/list/made-list.ts';
import { PortalSite } from '../../portal/site.ts';
import { launchBrowser, noBrowser, withPage } from '../../support/tools/browser.ts';
import { median } from '../figures/spread.ts';

/** How fast the portal shows a list of a number of apps; times in milliseconds. */
export interface PortalRow {
  apps: number;
  /** From the start of the navigation, with an empty cache, to the first painted apps. */
  firstPaint: number;
  /** From a key in the search to the paint of its result: the median, and the slowest of 95 %. */
  keystroke: number;
  slowKeystroke: number;
  /** Bytes on the wire without the documents. */
  bytes: number;
}

export type PortalFigures = readonly PortalRow[];

const SIZES = [50, 500, 2_000];
const VISITS = 7;
/** Each of its letters shows another number of apps, and so does each that is taken away. */
const QUERY = 'wiki-1';

/** Notes when the first apps are painted, and how long each key takes until the paint after it. A message arrives after the frame. */
const OBSERVE = `{
  window.keystrokes = [];
  const afterPaint = (done) => requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => done(performance.now());
    port2.postMessage('');
  });
  const seen = new MutationObserver(() => {
    if (!document.querySelector('.app')) return;
    seen.disconnect();
    afterPaint((now) => { window.firstPaint = now; });
  });
  seen.observe(document, { childList: true, subtree: true });
  addEventListener('input', ({ timeStamp }) => afterPaint((now) => window.keystrokes.push(now - timeStamp)), { capture: true });
}`;

/** Measures in headless Chromium. Undefined, with a reason on standard error, without one. */
export async function benchPortal(): Promise<PortalFigures | undefined> {
  if (noBrowser) return undefined;
  const browser = await launchBrowser();
  try {
    const rows: PortalRow[] = [];
    for (const apps of SIZES) rows.push(await measure(browser, apps));
    return rows;
  } finally {
    await browser.close();
  }
}

async function measure(browser: Browser, apps: number): Promise<PortalRow> {
  await using site = await PortalSite.open();
  site.list = madeList(apps);
  const visits: Visit[] = [];
  for (let n = 0; n < VISITS; n++) {
    site.bytes = 0;
    const viewport = { width: 1280, height: 900 };
    // Playwright's waiting needs eval, which the policy of the page forbids.
    visits.push(await withPage(browser, { viewport, bypassCSP: true }, (page) => visit(page, site)));
  }
  const keystrokes = visits.flatMap((each) => each.keystrokes).sort((a, b) => a - b);
  return {
    ...{ apps, bytes: site.bytes },
    firstPaint: median(visits.map(({ firstPaint }) => firstPaint)),
    keystroke: median(keystrokes),
    slowKeystroke: keystrokes[Math.ceil(0.95 * keystrokes.length) - 1] ?? Number.NaN,
  };
}

interface Visit {
  firstPaint: number;
  keystrokes: number[];
}

async function visit(page: Page, site: PortalSite): Promise<Visit> {
  await page.addInitScript(OBSERVE);
  await page.goto(site.url('dev.example.com'));
  await page.waitForFunction('window.firstPaint');
  // The rest of a long list comes a moment later; a key that is pressed then has the most to take away.
  await page.waitForFunction(`document.querySelectorAll('.app').length === ${listed(site)}`);
  await page.getByRole('searchbox').focus();
  for (const [n, key] of [...QUERY, ...Array.from(QUERY, () => 'Backspace')].entries()) {
    await page.keyboard.press(key);
    await page.waitForFunction(`window.keystrokes.length > ${n}`);
  }
  return {
    firstPaint: Number(await page.evaluate('window.firstPaint')),
    keystrokes: await page.evaluate<number[]>('window.keystrokes'),
  };
}

function listed({ list }: PortalSite): number {
  return typeof list === 'object' ? list.routes.length : 0;
}

/** The section of the page. */
export function portalPart(rows: PortalFigures): string {
  const lines = rows.map(
    ({ apps, firstPaint, keystroke, slowKeystroke, bytes }) =>
      `| ${apps.toLocaleString('en')} | ${firstPaint.toFixed(0)} | ${keystroke.toFixed(0)} | ${slowKeystroke.toFixed(0)} | ${(bytes / 1_000).toFixed(1)} |`,
  );
  return [
    'The built portal in headless Chromium, 1,280 pixels wide, with an empty cache; medians of seven visits. The first paint is that of the first apps, counted from the start of the navigation. A key changes the',
    'search of the complete list; the time ends when the result is painted. The kilobytes are those on the wire without the list of routes.',
    '',
    '| apps | first paint, ms | key to paint, ms | the slowest of 95 %, ms | kB |',
    '| --- | --- | --- | --- | --- |',
    ...lines,
  ].join('\n');
}
