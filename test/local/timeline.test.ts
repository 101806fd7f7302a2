import { describe, expect, test } from 'vitest';
import { encodeEntry } from '../../core/entry/entry.ts';
import { encodeTombstone } from '../../core/entry/tombstone.ts';
import { EdgeView } from '../../local/kvs/edge-view.ts';
import { KeyValueStore } from '../../local/kvs/key-value-store.ts';
import { type Change, Timeline } from '../../local/timeline.ts';

const A = 'i-0aa1b2c3d4e5f6071';
const B = 'i-0bb1b2c3d4e5f6072';

/** A timeline of a store whose clock the test moves. */
function stand(delay = 200) {
  const time = { now: 1_000 };
  const clock = { now: () => time.now };
  const store = new KeyValueStore({ clock });
  const timeline = new Timeline(store, new EdgeView(store, { delay, clock }));
  const put = (hostname: string, value: string) =>
    store.update({ puts: [{ key: hostname, value }] }, store.describe().etag);
  const remove = (hostname: string) => store.update({ deletes: [hostname] }, store.describe().etag);
  return { time, timeline, put, remove };
}

const asleep = (...ids: string[]) =>
  encodeEntry({
    access: 'public',
    deployment: 'local',
    sequence: 1,
    state: 'asleep',
    instances: ids.map((id) => ({ id, launchedAt: 1 })),
  });

describe('the timeline', () => {
  test('leaves out the keys of sessions, which are not a hostname', () => {
    const { timeline, put, remove } = stand();
    put(':keys', `k1 0 ${'a'.repeat(43)} - - - -`);
    remove(':keys');
    expect(timeline.since(0)).toEqual([]);
  });

  test('measures a change from the last event of its instances to the store and to the edge', () => {
    const { time, timeline, put } = stand(200);
    timeline.recordEvent({ detail: { 'instance-id': A, state: 'stopping' } }, 970);
    timeline.recordEvent({ detail: { 'instance-id': A, state: 'stopped' } }, 988);
    timeline.recordEvent({ resources: [`arn:aws:ec2:us-east-1:123456789012:instance/${B}`] }, 999);
    time.now = 1_000;
    put('shop.localhost', asleep(A));
    expect(timeline.since(0)).toEqual([
      {
        hostname: 'shop.localhost',
        state: 'asleep',
        instances: [A],
        before: [],
        at: 1_000,
        eventToStore: 12,
        storeToEdge: 200,
      },
    ]);
  });

  test('names the former instances of a removed name', () => {
    const { timeline, put, remove } = stand();
    put('shop.localhost', asleep(A, B));
    remove('shop.localhost');
    expect(timeline.since(0).at(-1)).toMatchObject({ state: 'gone', instances: [A, B] });
  });

  test('reports once that a name is gone, and not again when its tombstone is deleted', () => {
    const { timeline, put, remove } = stand();
    put('shop.localhost', asleep(A));
    put('shop.localhost', encodeTombstone({ access: 'public', deployment: 'local', sequence: 2, goneAt: 1 }));
    remove('shop.localhost');
    expect(timeline.since(0).map(({ state }) => state)).toEqual(['asleep', 'gone']);
  });

  test('names the former instances of a name that moved', () => {
    const { timeline, put } = stand();
    put('shop.localhost', asleep(A));
    timeline.recordEvent({ detail: { 'instance-id': B } }, 100);
    timeline.recordEvent({ detail: { 'instance-id': A } }, 950);
    put('shop.localhost', asleep(B));
    expect(timeline.since(0).at(-1)).toMatchObject({ instances: [B], before: [A], eventToStore: 50 });
  });

  test('reports no delay without an event', () => {
    const { timeline, put } = stand();
    put('shop.localhost', 'written by hand');
    expect(timeline.since(0)).toMatchObject([{ state: 'gone', instances: [], eventToStore: 0 }]);
  });

  test('returns changes since a time, and calls listeners at once', () => {
    const { time, timeline, put } = stand();
    const heard: Change[] = [];
    timeline.onChange((change) => heard.push(change));
    put('one.localhost', asleep(A));
    time.now = 2_000;
    put('two.localhost', asleep(B));
    expect(timeline.since(2_000).map((change) => change.hostname)).toEqual(['two.localhost']);
    expect(heard.map((change) => change.hostname)).toEqual(['one.localhost', 'two.localhost']);
  });

  test('keeps a thousand changes', () => {
    const { timeline, put } = stand();
    for (let n = 0; n < 1_010; n++) put(`app-${n}.localhost`, asleep(A));
    expect(timeline.since(0)).toHaveLength(1_000);
    expect(timeline.since(0)[0]?.hostname).toBe('app-10.localhost');
  });
});
