import { describe, expect, test } from 'vitest';
import { decodeEntry, encodeEntry } from '../../../core/entry/entry.ts';
import { app, RUNNING, SHOP, updaterStand } from '../../support/stands/updater-stand.ts';
import { NOW } from '../../support/values/instances.ts';

type Stand = Awaited<ReturnType<typeof updaterStand>>;

/** A stand with two apps, and the numbers of all writes so far. */
async function numbered() {
  const stand = await updaterStand(app(1, 'shop'));
  await stand.sweep();
  stand.become(app(1, 'shop'), app(2, 'wiki'));
  await stand.sweep();
  return stand;
}

const numberOf = ({ store }: Stand, label: string) =>
  decodeEntry(store.store.get(`${label}.dev.example.com`) ?? '')?.sequence ?? 0;

describe('the sequence number of a write', () => {
  test('exceeds the time, and the number of an earlier write in the same second', async () => {
    const stand = await numbered();
    expect([numberOf(stand, 'shop'), numberOf(stand, 'wiki')]).toEqual([NOW + 1, NOW + 2]);
    stand.clock.advance(60_000);
    stand.become(app(1, 'shop', { state: 'stopped' }), app(2, 'wiki'));
    await stand.sweep();
    expect(numberOf(stand, 'shop')).toBe(NOW + 61);
  });

  test('does not fall after the entry with the highest number is deleted', async () => {
    const stand = await numbered();
    stand.become(app(1, 'shop'));
    await stand.sweep();
    stand.become(app(1, 'shop'), app(2, 'wiki'));
    await stand.sweep();
    expect(numberOf(stand, 'wiki')).toBeGreaterThan(NOW + 2);
  });

  test('does not fall in an environment that never read the entry with the highest number', async () => {
    const stand = await numbered();
    stand.become(app(1, 'shop'));
    await stand.sweep();
    stand.become(app(1, 'shop'), app(2, 'wiki'));
    await stand.handle(stand.environment(), RUNNING);
    expect(numberOf(stand, 'wiki')).toBeGreaterThan(NOW + 2);
  });

  test('does not fall if the store is created again, or the mirror is lost and time has passed', async () => {
    const stand = await numbered();
    const { etag } = stand.store.store.describe();
    stand.store.store.update({ deletes: [...stand.store.store.entries.keys()] }, etag);
    await stand.handle(stand.environment(), RUNNING);
    expect(numberOf(stand, 'shop')).toBeGreaterThan(NOW + 2);
    stand.become();
    await stand.handle(stand.environment(), { action: 'reconcile', confirm: 'removals' });
    stand.mirror.body = undefined;
    stand.clock.advance(10_000);
    stand.become(app(1, 'shop'));
    await stand.handle(stand.environment(), RUNNING);
    expect(numberOf(stand, 'shop')).toBe(NOW + 11);
  });

  test('exceeds that of a write whose response was lost and that was undone since', async () => {
    const stand = await updaterStand(app(1, 'shop'));
    stand.store.after = () => {
      const { etag } = stand.store.store.describe();
      stand.store.store.update({ deletes: [SHOP] }, etag);
      throw new Error('socket hang up');
    };
    await stand.sweep();
    expect(numberOf(stand, 'shop')).toBe(NOW + 2);
  });

  test('does not rise while nothing is written', async () => {
    const stand = await numbered();
    for (const _ of [1, 2, 3]) await stand.sweep();
    stand.become(app(1, 'shop'), app(2, 'wiki', { state: 'stopped' }));
    await stand.sweep();
    expect(numberOf(stand, 'wiki')).toBe(NOW + 3);
  });

  test('ignores a hand-written number that no clock reaches', async () => {
    const stand = await numbered();
    const entry = stand.entryOf('shop');
    if (entry) stand.store.put(SHOP, encodeEntry({ ...entry, sequence: Number.MAX_SAFE_INTEGER }));
    stand.become(app(1, 'shop', { state: 'stopped' }), app(2, 'wiki'));
    await stand.handle(stand.environment(), RUNNING);
    expect(stand.states()).toEqual({ shop: 'asleep', wiki: 'live' });
    // The write that was not sent, because the name had changed, used one number.
    expect(numberOf(stand, 'shop')).toBe(NOW + 4);
  });

  test('ignores a mirror with a number that no clock reaches', async () => {
    const stand = await numbered();
    const mirror: object = JSON.parse(stand.mirror.body ?? '');
    stand.mirror.body = JSON.stringify({ ...mirror, lastSequence: Number.MAX_SAFE_INTEGER });
    stand.become(app(1, 'shop', { state: 'stopped' }), app(2, 'wiki'));
    await stand.handle(stand.environment(), RUNNING);
    expect(stand.states()).toEqual({ shop: 'asleep', wiki: 'live' });
    expect(numberOf(stand, 'shop')).toBe(NOW + 3);
  });
});
