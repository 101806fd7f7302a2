import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { HistoryMoment } from '../../../core/journal/history-file.ts';
import { buildTimeline, SPANS, type SpanName } from '../../../portal/app/timeline.ts';

const NOW = Date.parse('2026-11-30T14:00:00Z');
const HOUR = 3_600_000;

const ago = (hours: number) => new Date(NOW - hours * HOUR).toISOString();

function moment(
  hours: number,
  state: HistoryMoment['state'],
  rest: Partial<HistoryMoment> = {},
): HistoryMoment {
  return { at: ago(hours), state, instances: ['i-0a'], how: 'written', causes: [], ...rest };
}

const run = { kind: 'RunInstances', at: ago(3), by: 'Developer/ada' };

describe('a timeline', () => {
  test('lists the changes with their events and principals, the newest first', () => {
    const stop = { kind: 'state-change: stopped', at: ago(1) };
    const { changes } = buildTimeline(
      [
        moment(3, 'starting', { causes: [run] }),
        moment(2.99, 'live', {
          causes: [
            { kind: 'state-change: running', at: ago(3) },
            { kind: 'sweep', at: ago(3) },
          ],
        }),
        moment(1, 'asleep', { causes: [stop] }),
      ],
      '24h',
      NOW,
    );
    expect(changes.map(({ words, cause, lasted }) => [words, cause, lasted])).toEqual([
      ['Asleep', 'EC2 reported stopped', undefined],
      ['Live', 'EC2 reported running, and 1 more', '1 h 59 min'],
      ['Starting', 'RunInstances by Developer/ada', '36 s'],
    ]);
  });

  test('begins with the state that held when the span began, and leaves out earlier ones', () => {
    const moments = [
      moment(90, 'starting'),
      moment(80, 'live', { causes: [run] }),
      moment(12, 'maintenance'),
    ];
    const day = buildTimeline(moments, '24h', NOW);
    expect(day.changes.map(({ words, isEarlier }) => [words, isEarlier])).toEqual([
      ['In maintenance', false],
      ['Live', true],
    ]);
    expect(day.segments.map(({ start, width, words }) => [start, width, words])).toEqual([
      [0, 500, 'Live'],
      [500, 500, 'In maintenance'],
    ]);
    expect(buildTimeline(moments, '7d', NOW).changes).toHaveLength(3);
  });

  test('says in words what the bar shows', () => {
    const moments = [moment(20, 'live'), moment(6, 'asleep'), moment(0.01, 'live')];
    expect(buildTimeline(moments, '24h', NOW).summary).toBe(
      'The last 24 hours: live for 14 h (58 %), asleep for 5 h 59 min (25 %), not known for 4 h.',
    );
    expect(buildTimeline([moment(100, 'live')], '24h', NOW).summary).toBe(
      'The last 24 hours: live for 1 d (100 %).',
    );
    expect(buildTimeline([moment(100, 'live'), moment(0.001, 'gone')], '24h', NOW).summary).toBe(
      'The last 24 hours: live for 23 h 59 min (over 99 %), gone for 3 s (under 1 %).',
    );
  });

  test('shows the end of a lease, which no record has', () => {
    const leased = moment(5, 'live', { expiresAt: ago(2), causes: [run] });
    const { changes } = buildTimeline(
      [leased, moment(1, 'gone', { causes: [{ kind: 'sweep', at: ago(1) }] })],
      '24h',
      NOW,
    );
    expect(changes.map(({ words, cause, lasted }) => [words, cause, lasted])).toEqual([
      ['Gone', 'its lease ended', undefined],
      ['Lease ended', 'its lease ended', '1 h'],
      ['Live', 'RunInstances by Developer/ada', '3 h'],
    ]);
    // A lease that was extended in time has not ended.
    const extended = [leased, moment(4, 'live', { expiresAt: ago(-1) })];
    expect(buildTimeline(extended, '24h', NOW).changes.map(({ words }) => words)).toEqual(['Live', 'Live']);
    expect(buildTimeline([moment(1, 'live', { expiresAt: ago(3) })], '24h', NOW).changes).toMatchObject([
      { words: 'Lease ended' },
    ]);
  });

  test('says that no record names the cause of a state that was found', () => {
    expect(buildTimeline([moment(1, 'live', { how: 'found' })], '24h', NOW).changes[0]?.cause).toBe(
      'found so; no record says why',
    );
  });

  test('of a name without moments is empty, and says so', () => {
    expect(buildTimeline([], '24h', NOW)).toEqual({
      changes: [],
      segments: [],
      summary: 'The last 24 hours: not known for 1 d.',
    });
  });

  test('has segments that follow one another within the span, whatever the moments', () => {
    const states = fc.constantFrom('live' as const, 'asleep' as const, 'gone' as const, 'starting' as const);
    const one = fc.record({
      hours: fc.integer({ min: -2, max: 400 }),
      state: states,
      lease: fc.option(fc.integer({ min: -5, max: 50 })),
    });
    fc.assert(
      fc.property(fc.array(one), fc.constantFrom<SpanName>('24h', '7d'), (list, span) => {
        const moments = list
          .sort((a, b) => b.hours - a.hours)
          .map(({ hours, state, lease }) =>
            moment(hours, state, lease === null ? {} : { expiresAt: ago(hours - lease) }),
          );
        const { segments, changes } = buildTimeline(moments, span, NOW);
        let end = 0;
        for (const [place, { start, width, words }] of segments.entries()) {
          expect(start).toBeGreaterThanOrEqual(end - 0.11);
          expect(words).not.toBe(segments[place - 1]?.words);
          end = start + width;
        }
        expect(end).toBeLessThanOrEqual(1_000.11);
        for (const { at } of changes) expect(at).toBeLessThanOrEqual(NOW);
        expect(changes.filter(({ isEarlier }) => isEarlier).length).toBeLessThanOrEqual(
          1 + list.filter(({ hours }) => hours * HOUR > SPANS[span].span).length,
        );
      }),
    );
  });
});
