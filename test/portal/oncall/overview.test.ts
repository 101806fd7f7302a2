import { expect, test } from 'vitest';
import type { RouteSummary, RoutesFile } from '../../../core/journal/routes-file.ts';
import { HOURS } from '../../../core/traffic/traffic-file.ts';
import { findBusiest, findRecent } from '../../../portal/oncall/overview.ts';

const NOW = Date.parse('2026-11-30T14:10:00Z');

function listOf(...routes: Partial<RouteSummary>[]): RoutesFile {
  const whole = routes.map(
    (each): RouteSummary => ({ hostname: 'a', state: 'live', instances: [], rules: [], ...each }),
  );
  return {
    ...{ version: 2, deployment: 'main', baseDomain: 'dev.example.com', detail: 'full' },
    ...{ updatedAt: '2026-11-30T14:00:00Z', routes: whole, instances: [], problems: [] },
  };
}

test('the latest changes come first, each with its event and principal', () => {
  const cause = { kind: 'CreateTags', at: '2026-11-30T13:59:58Z', by: 'Developer/ada' };
  const list = listOf(
    { hostname: 'old', since: '2026-11-29T10:00:00Z' },
    { hostname: 'new', since: '2026-11-30T14:00:00Z', state: 'maintenance', cause },
    { hostname: 'unknown' },
    { hostname: 'between', since: '2026-11-30T12:00:00Z' },
  );
  expect(findRecent(list, 2, NOW)).toEqual([
    {
      ...{ hostname: 'new', at: Date.parse('2026-11-30T14:00:00Z'), words: 'In maintenance', tone: 'care' },
      cause: 'CreateTags by Developer/ada',
    },
    { hostname: 'between', at: Date.parse('2026-11-30T12:00:00Z'), words: 'Live', tone: 'good', cause: '' },
  ]);
});

test('the apps with the most requests of the span come first', () => {
  const hours = (...last: number[]) => [...Array(HOURS - last.length).fill(0), ...last];
  const app = (requests: number[], serverErrors: number[] = []) => ({
    requests: hours(...requests),
    clientErrors: hours(),
    serverErrors: hours(...serverErrors),
  });
  const apps = new Map([
    ['quiet', app([900, 0, 0])],
    ['docs', app([1, 2])],
    ['shop', app([4, 5], [1, 1])],
  ]);
  expect(findBusiest({ since: 0, logs: hours(1), apps, lags: new Map() }, 2, 5)).toEqual([
    { hostname: 'shop', requests: 9, errors: 2 },
    { hostname: 'docs', requests: 3, errors: 0 },
  ]);
  expect(findBusiest({ since: 0, logs: hours(1), apps, lags: new Map() }, 3, 1)).toMatchObject([
    { hostname: 'quiet' },
  ]);
});
