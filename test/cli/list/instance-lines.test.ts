import { describe, expect, test } from 'vitest';
import { formatInstance, formatName } from '../../../cli/list/instance-lines.ts';
import type { ListedInstance, NameFacts } from '../../../cli/list/listed-fleet.ts';
import type { RouteSummary } from '../../../core/journal/routes-file.ts';
import { summaryOf } from '../../support/stands/lists.ts';
import { idOf } from '../../support/values/instances.ts';

const TEN = Date.UTC(2026, 10, 23, 10);

const instance = (id: number, owner?: string): ListedInstance => ({
  ...{ id: idOf(id), state: 'running', reasons: [], owner },
});

const route = (hostname: string, id: number, more: Partial<RouteSummary> = {}): RouteSummary => ({
  ...{ hostname, state: 'live', instances: [idOf(id)], rules: [], ...more },
});

const FACTS: NameFacts = {
  routes: [
    route('shop.localhost', 1, { since: '2026-11-23T10:03:00.000Z' }),
    route('cart.localhost', 2, { access: 'open' }),
    route('a-name-that-is-rather-long.preview.localhost', 2, { state: 'asleep' }),
  ],
  known: [summaryOf(1), { ...summaryOf(2), via: 'ipv6', launchedBy: 'Developer/bob' }],
  lastRequests: new Map([['shop.localhost', TEN + 300_000]]),
};

describe('the lines of an instance', () => {
  test('show names with state, since, owner, address family and last request, in 80 columns', async () => {
    const instances = [instance(1, 'ada'), instance(2), instance(3, 'bob')];
    const lines = instances.flatMap((each) => formatInstance(each, FACTS));
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('../../golden/list/instances.txt');
  });

  test('are those of the name alone where no instance is known', () => {
    const asleep = route('shop.localhost', 9, { state: 'asleep', since: '2026-11-23T10:03:00.000Z' });
    expect(formatName(asleep, FACTS)).toEqual([
      'shop.localhost (asleep)',
      '    since 2026-11-23T10:03:00Z, last request 2026-11-23T10:05:00Z',
    ]);
  });
});
