import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { originsOf, startTestCloud, type TestCloud } from '../support/stands/test-cloud.ts';
import { until } from '../support/until.ts';

let cloud: TestCloud;
beforeAll(async () => {
  // Long enough for a warm updater to notice an instance that is starting or stopping.
  cloud = await startTestCloud({ delays: { pending: 1_500, stopping: 300, 'shutting-down': 300 } });
  await cloud.live('first');
});
afterAll(() => cloud.dispose());

const stateOf = (id: string) => cloud.fleet.list().find((instance) => instance.id === id)?.state;

describe('while an instance starts', () => {
  test('its name says that the app is starting, and then the app answers', async () => {
    const id = cloud.launch({ host: 'shop' });
    const waiting = await until('the waiting page', async () => {
      const answer = await cloud.ask('shop.localhost', '/', { headers: { accept: 'text/html' } });
      return answer.status === 503 ? answer : undefined;
    });
    expect(waiting.headers).toMatchObject({ 'x-proxy-state': 'starting', 'retry-after': '5' });
    expect(waiting.body.toString()).toContain('<meta http-equiv=refresh');
    expect(stateOf(id)).toBe('pending');
    await cloud.settled();
    expect(await cloud.ask('shop.localhost')).toMatchObject({ status: 200 });
  });

  test.each([
    ['down', 'stopInstances', 'stopping'],
    ['out', 'terminateInstances', 'shutting-down'],
  ] as const)('%s, no route leads to its address any more', async (word, call, state) => {
    const id = await cloud.live(word);
    const [address = ''] = originsOf(cloud, `${word}.localhost`);
    cloud.fleet[call]([id]);
    expect(cloud.fleet.resolve(address, 80)).toBeUndefined();
    await until('the store to follow', () => originsOf(cloud, `${word}.localhost`).length === 0);
    expect(stateOf(id)).toBe(state);
    expect([...cloud.store.entries.values()].join()).not.toContain(address);
  });
});
