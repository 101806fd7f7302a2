import { describe, expect, test } from 'vitest';
import type { StatusFile } from '../../../core/journal/status-file.ts';
import { spanOf } from '../../../portal/oncall/delays.ts';
import { describeHealth } from '../../../portal/oncall/health.ts';

const NOW = Date.parse('2026-11-30T14:00:00Z');
const ago = (seconds: number) => new Date(NOW - seconds * 1_000).toISOString();

function statusOf(rest: Partial<StatusFile> = {}): StatusFile {
  return {
    ...{ version: 1, deployment: 'main', updatedAt: ago(40), lastSweep: ago(70), writes: [] },
    store: { keys: 1_204, bytes: 1_234_000, limit: 5_000_000, writesToday: 37 },
    ...rest,
  };
}

const signOf = (name: string, status: StatusFile, now = NOW) =>
  describeHealth(status, now).signs.find((sign) => sign.name === name);

describe('the status', () => {
  test('of a quiet updater is good', () => {
    const { signs } = describeHealth(statusOf(), NOW);
    expect(signs.map(({ name, tone, words }) => [name, tone, words])).toEqual([
      ['Updater', 'good', 'The updater wrote its status 40 s ago.'],
      ['Last sweep', 'good', 'The last complete sweep ended 1 min ago.'],
      ['Drift', 'good', 'No sweep had to repair a name.'],
      ['Store', 'good', '1,204 keys, 1.2 MB of 5.0 MB (25 %).'],
      ['Writes today', 'calm', '37 since 00:00 UTC.'],
      ['Event to store', 'calm', 'No event changed the store in the last 24 hours.'],
    ]);
  });

  test('that is twice as old as it may be says that everything may be out of date', () => {
    expect(signOf('Updater', statusOf({ updatedAt: ago(600) }))?.tone).toBe('good');
    const old = signOf('Updater', statusOf({ updatedAt: ago(601) }));
    expect(old?.tone).toBe('bad');
    expect(old?.words).toMatch(
      /^The updater wrote its status 10 min ago\. It writes it every 5 min, .*out of date/,
    );
  });

  test('that is dated ahead tells that a clock is wrong', () => {
    expect(signOf('Updater', statusOf({ updatedAt: ago(-60) }))?.tone).toBe('good');
    expect(signOf('Updater', statusOf({ updatedAt: ago(-7_200) }))).toMatchObject({
      tone: 'care',
      words: 'The status is dated 2 h ahead: a clock is wrong, and the ages on this page are, too.',
    });
  });

  test('is compared with its own time, because it is written less often than sweeps come', () => {
    const quiet = statusOf({ updatedAt: ago(290), lastSweep: ago(300) });
    expect(signOf('Last sweep', quiet)?.tone).toBe('good');
    const failing = signOf('Last sweep', statusOf({ updatedAt: ago(10), lastSweep: ago(200) }));
    expect(failing).toMatchObject({ tone: 'bad', words: expect.stringContaining('sweeps fail') });
    const { lastSweep: _none, ...fresh } = statusOf();
    expect(signOf('Last sweep', fresh)).toMatchObject({ tone: 'care', words: 'No sweep has ended yet.' });
  });

  test('names the drift of a day as one that needs care, and an older one calmly', () => {
    const drift = { at: ago(3_600), hostnames: ['shop.dev.example.com'], count: 1 };
    expect(signOf('Drift', statusOf({ drift }))).toMatchObject({
      tone: 'care',
      words: 'A sweep repaired 1 name 1 h ago: an event was lost, or another writer wrote.',
    });
    expect(describeHealth(statusOf({ drift }), NOW).drifted).toEqual(['shop.dev.example.com']);
    expect(signOf('Drift', statusOf({ drift: { ...drift, at: ago(90_000), count: 30 } }))).toMatchObject({
      tone: 'calm',
      words: expect.stringContaining('30 names 1 d 1 h ago'),
    });
  });

  test.each([
    [3_999_000, 'good'],
    [4_000_000, 'care'],
    [4_750_000, 'bad'],
  ])('with a store of %d bytes is %s', (bytes, tone) => {
    const store = { keys: 1, bytes, limit: 5_000_000, writesToday: 0 };
    expect(signOf('Store', statusOf({ store }))?.tone).toBe(tone);
  });

  test('without a store says so', () => {
    const { store: _none, ...fresh } = statusOf();
    expect(signOf('Store', fresh)).toMatchObject({ tone: 'care' });
  });
});

describe('the times from an event to the store', () => {
  test('are those of the last 24 hours, with their median and 95th percentile', () => {
    const writes = [
      { at: ago(90_000), milliseconds: 60_000 },
      ...Array.from({ length: 20 }, (_, n) => ({ at: ago(1_000 - n), milliseconds: (n + 1) * 1_000 })),
    ];
    const { delays } = describeHealth(statusOf({ writes }), NOW);
    expect(delays).toMatchObject({ p50: 10_000, p95: 19_000 });
    expect(delays?.changes).toHaveLength(20);
    expect(delays?.summary).toBe(
      '20 events changed the store in 24 hours: half within 10 s, 95 % within 19 s.',
    );
  });

  test('have a tenth of a second below ten seconds', () => {
    const { delays } = describeHealth(statusOf({ writes: [{ at: ago(5), milliseconds: 1_234 }] }), NOW);
    expect(delays?.summary).toBe(
      '1 event changed the store in 24 hours: half within 1.2 s, 95 % within 1.2 s.',
    );
  });
});

test('charts have one span, from the first change of any until the end of the minute', () => {
  const delaysAt = (...ages: number[]) => {
    const writes = ages.map((age) => ({ at: ago(age), milliseconds: 1_000 }));
    return describeHealth(statusOf({ writes }), NOW).delays;
  };
  const seconds = NOW / 1_000;
  expect(spanOf([delaysAt(3_600, 60), delaysAt(7_200)], NOW + 1)).toEqual([seconds - 7_200, seconds + 60]);
  expect(spanOf([undefined, delaysAt(60)], NOW)).toEqual([seconds - 60, seconds]);
});
