import { type FreshApp, type FreshFigures, measureFresh, PROPAGATION } from './fresh-cloud.ts';

/** A person reloads so often until the page says why. */
const RELOAD_EVERY = 1_000;

/** Stops apps while a person reloads each of them in Chromium. The edge gets no write of a stop meanwhile. */
export function benchStops(): Promise<FreshFigures | undefined> {
  return measureFresh(async ({ cloud, page, id, accepted }: FreshApp) => {
    const acceptedAt = accepted('asleep');
    cloud.fleet.stopInstances([id]);
    const heading = page.getByRole('heading', { name: 'Asleep' });
    for (;;) {
      await page.reload();
      const isShown = await heading.waitFor({ timeout: RELOAD_EVERY }).then(
        () => true,
        () => false,
      );
      if (isShown) return performance.now() - (await acceptedAt);
    }
  });
}

export function stopsPart({ runs, median, p95, slowest }: FreshFigures): string {
  return [
    `A person reloads an app in Chromium each second while its instance stops, in a local cloud with sign-in whose store reaches the edge after ${PROPAGATION / 1_000} s. From the acceptance of the stop by the`,
    `store until the page says that the app is asleep: median **${median.toFixed(0)} ms**, p95 **${p95.toFixed(0)} ms**, slowest ${slowest.toFixed(0)} ms (${runs} stops, all services on loopback).`,
  ].join('\n');
}
