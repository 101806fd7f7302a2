import { setTimeout as delay } from 'node:timers/promises';
import { type FreshFigures, measureFresh, PROPAGATION } from './fresh-cloud.ts';

/** Milliseconds that an instance takes to start: the page shows that it does, and asks again, before the app is there. */
const PENDING = 1_500;

/** Starts apps while a person has the page of each in Chromium, which says that it is asleep. The edge gets no write of a start meanwhile. */
export function benchStarts(): Promise<FreshFigures | undefined> {
  return measureFresh(async ({ cloud, page, id, address, phaseMs, accepted, propagate }) => {
    cloud.fleet.stopInstances([id]);
    await accepted('asleep');
    await cloud.settled();
    propagate();
    await page.goto(address);
    await page.getByRole('heading', { name: 'asleep' }).waitFor();
    await delay(phaseMs);
    const acceptedAt = accepted('live');
    cloud.fleet.startInstances([id]);
    await page.getByRole('heading', { name: 'Hello from' }).waitFor();
    return performance.now() - (await acceptedAt);
  }, PENDING);
}

export function startsPart({ runs, median, p95, slowest }: FreshFigures): string {
  return [
    `A person waits at the page of an app that is asleep, in Chromium, while its instance starts, in a local cloud with sign-in whose store reaches the edge after ${PROPAGATION / 1_000} s. From the acceptance of the`,
    `address by the store until the app is shown: median **${median.toFixed(0)} ms**, p95 **${p95.toFixed(0)} ms**, slowest ${slowest.toFixed(0)} ms (${runs} starts, all services on loopback; the page asks each second).`,
  ].join('\n');
}
