import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import type { Instance } from '../../../core/instance.ts';
import { type InstanceSummary, summarizeInstance } from '../../../core/journal/instance-summary.ts';
import { USUAL_TAGS } from '../../../core/journal/portal-settings.ts';
import { buildRoutesFile, type Mark } from '../../../core/journal/routes-file.ts';
import { listOf } from '../../support/stands/lists.ts';
import { instance, NOW, routed } from '../../support/values/instances.ts';

/** Bytes that look random, the same in each run. */
const noise = (seed: string) => createHash('sha256').update(seed).digest('hex');
const pick = <T>(list: readonly T[], seed: string) =>
  list[Number.parseInt(noise(seed).slice(0, 8), 16) % list.length] as T;

const TEAMS = ['web', 'payments', 'search', 'mobile', 'platform', 'data', 'growth', 'identity'];
const SERVICES = [
  'shop',
  'cart',
  'checkout',
  'catalog',
  'search',
  'login',
  'admin',
  'reports',
  'billing',
  'media',
];
const PEOPLE = Array.from({ length: 120 }, (_, n) => `${noise(`person ${n}`).slice(0, 7)}@example.com`);

/** The n-th preview of a large company: a branch of a service, on an instance of its own. */
function preview(n: number): Instance {
  const owner = pick(PEOPLE, `owner ${n}`);
  const name = `${pick(SERVICES, `service ${n}`)}-pr-${1_000 + 7 * n}`;
  return {
    ...instance({
      id: n + 1,
      state: n % 3 === 0 ? 'stopped' : 'running',
      launchedAt: NOW - (Number.parseInt(noise(`launch ${n}`).slice(0, 6), 16) % 1_000_000),
      tags: { 'proxy:host': name, 'proxy:port': '3000', Name: name, owner, team: pick(TEAMS, owner) },
    }),
    id: `i-${noise(`instance ${n}`).slice(0, 17)}`,
    type: pick(['t4g.small', 't4g.medium', 'm8g.large'], `type ${n}`),
    zone: `eu-west-1${pick(['a', 'b', 'c'], `zone ${n}`)}`,
  };
}

test('the list of two thousand apps has at most 250 KB on the wire', () => {
  const fleet = Array.from({ length: 2_000 }, (_, n) => preview(n));
  const { entries, problems } = routed(fleet);
  expect(entries.size).toBe(2_000);
  const summaries = fleet.map((each): InstanceSummary => {
    const launchedBy = `Developer/${each.tags['owner']}`;
    return { ...summarizeInstance(each, USUAL_TAGS), launchedBy };
  });
  const marks = [...entries].map(([hostname, entry], n): [string, Mark] => {
    const at = new Date((NOW - (Number.parseInt(noise(`change ${n}`).slice(0, 6), 16) % 1_000_000)) * 1_000);
    const by = summaries.find(({ id }) => id === entry.instances[0]?.id)?.launchedBy ?? '';
    const kind = pick(['RunInstances', 'StopInstances', 'CreateTags'], `kind ${n}`);
    const since = new Date(at.getTime() + (Number.parseInt(noise(`lag ${n}`).slice(0, 4), 16) % 5_000));
    return [hostname, { since: since.toISOString(), cause: { kind, at: at.toISOString(), by } }];
  });
  const facts = { deployment: 'main', baseDomain: 'dev.example.com', detail: 'full', updatedAt: '' } as const;
  const file = buildRoutesFile(facts, listOf(entries, problems, summaries, new Map(marks)));
  const bytes = gzipSync(JSON.stringify(file)).length;
  expect(bytes).toBeGreaterThan(100_000);
  expect(bytes).toBeLessThanOrEqual(250_000);
});
