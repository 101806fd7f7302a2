import { describe, expect, test } from 'vitest';
import { formatInstance, type NameFacts } from '../../../cli/cloud/instance-lines.ts';
import type { RouteSummary } from '../../../core/journal/routes-file.ts';
import type { ListedInstance } from '../../../local/ec2/listed-instance.ts';
import type { Change } from '../../../local/timeline.ts';
import { summaryOf } from '../../support/stands/lists.ts';
import { idOf } from '../../support/values/instances.ts';

const TEN = Date.UTC(2026, 10, 23, 10);

const instance = (id: number, tags: Readonly<Record<string, string>> = {}): ListedInstance => ({
  ...{ id: idOf(id), state: 'running', launchedAt: TEN, isIpv6Only: false },
  tags: new Map(Object.entries(tags)),
});

const route = (hostname: string, id: number, more: Partial<RouteSummary> = {}): RouteSummary => ({
  ...{ hostname, state: 'live', instances: [idOf(id)], rules: [], ...more },
});

const change = (hostname: string, minutes: number, state: Change['state']): Change => ({
  ...{ hostname, state, instances: [idOf(1)], before: [], at: TEN + minutes * 60_000 },
  ...{ eventToStore: 1, storeToEdge: 1 },
});

const FACTS: NameFacts = {
  routes: [
    route('shop.localhost', 1),
    route('cart.localhost', 2, { access: 'open' }),
    route('a-name-that-is-rather-long.preview.localhost', 2, { state: 'asleep' }),
  ],
  instances: [summaryOf(1), { ...summaryOf(2), via: 'ipv6' }],
  changes: [
    change('shop.localhost', 1, 'live'),
    change('shop.localhost', 2, 'asleep'),
    change('shop.localhost', 3, 'live'),
    change('shop.localhost', 4, 'live'),
  ],
  lastRequests: new Map([['shop.localhost', TEN + 300_000]]),
};

describe('the lines of an instance', () => {
  test('show names with state, since, owner, address family and last request, in 80 columns', async () => {
    const instances = [instance(1, { owner: 'ada' }), instance(2), instance(3, { Owner: 'bob' })];
    const lines = instances.flatMap((each) => formatInstance(each, FACTS));
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('../../golden/list/instances.txt');
  });

  test('count the time of a state from its beginning, not from its last write', () => {
    expect(formatInstance(instance(1), FACTS)[1]).toContain('since 2026-11-23T10:03:00Z');
  });
});
