import { describe, expect, test } from 'vitest';
import { formatInstance, type NameFacts } from '../../../cli/cloud/instance-lines.ts';
import type { RouteSummary } from '../../../core/journal/routes-file.ts';
import type { ListedInstance } from '../../../local/ec2/listed-instance.ts';
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

const FACTS: NameFacts = {
  routes: [
    route('shop.localhost', 1, { since: '2026-11-23T10:03:00.000Z' }),
    route('cart.localhost', 2, { access: 'open' }),
    route('a-name-that-is-rather-long.preview.localhost', 2, { state: 'asleep' }),
  ],
  instances: [summaryOf(1), { ...summaryOf(2), via: 'ipv6', launchedBy: 'Developer/bob' }],
  lastRequests: new Map([['shop.localhost', TEN + 300_000]]),
};

describe('the lines of an instance', () => {
  test('show names with state, since, owner, address family and last request, in 80 columns', async () => {
    const instances = [instance(1, { owner: 'ada' }), instance(2), instance(3, { Owner: 'bob' })];
    const lines = instances.flatMap((each) => formatInstance(each, FACTS));
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('../../golden/list/instances.txt');
  });
});
