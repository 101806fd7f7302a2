import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { handle } from '../../../edge/concierge/concierge.ts';
import { APEX, createWorld, SHOP } from './support/stand.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});

afterEach(() => {
  vi.useRealTimers();
});

/** A concierge that waits for ever for one of its services. */
function waitingFor(service: 'readKeys' | 'readAccess') {
  const world = createWorld('http://127.0.0.1:9');
  return { ...world, desk: { ...world.desk, [service]: () => new Promise<never>(() => undefined) } };
}

const signIn = () =>
  new Request(`https://${APEX}/_proxy/api/sign-in?to=/`, { headers: { accept: 'text/html' } });

test.each(['readKeys', 'readAccess'] as const)(
  'a service that never answers (%s) is given up after eight seconds, with a page that asks again',
  async (service) => {
    const { desk, reasons } = waitingFor(service);
    let answered: Response | undefined;
    const answer = handle(signIn(), desk).then((response) => {
      answered = response;
    });
    await vi.advanceTimersByTimeAsync(7_999);
    expect(answered).toBeUndefined();
    await vi.advanceTimersByTimeAsync(1);
    await answer;
    expect([answered?.status, answered?.headers.get('x-proxy-state')]).toEqual([503, 'unavailable']);
    expect(answered?.headers.get('retry-after')).toBe('5');
    expect(reasons).toEqual(['Error: no answer within 8000 ms']);
  },
);

test('an answer in time leaves no timer, which would keep the function awake', async () => {
  const { desk } = createWorld('http://127.0.0.1:9');
  const response = await handle(new Request(`https://${SHOP}/_proxy/api/nothing`), desk);
  expect(response.status).toBe(404);
  expect(vi.getTimerCount()).toBe(0);
});
