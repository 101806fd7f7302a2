import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeEntry, type Entry, encodeEntry, isServing } from '../../../core/entry/entry.ts';
import { finderIn } from '../../../core/explain/listed/list.ts';
import { buildRoutesFile, type ListFacts, parseRoutesFile } from '../../../core/journal/routes-file.ts';
import type { Settings } from '../../../core/settings/settings.ts';
import { asleepOn, listOf, problemOf, summaryOf } from '../../support/stands/lists.ts';
import { anyEntry } from '../../support/values/arbitraries.ts';
import { idOf, instance, publicNameOf, routed, SETTINGS } from '../../support/values/instances.ts';

const FACTS: ListFacts = {
  ...{ deployment: 'main', baseDomain: 'dev.example.com', detail: 'full' },
  updatedAt: '2026-11-23T15:00:00.000Z',
};

describe('the file of routes', () => {
  test('describes each name for people, sorted', () => {
    const { entries, problems } = routed([
      instance({ id: 1, tags: { 'proxy:host': 'shop', 'proxy:path': '/cart', 'proxy:ttl': '10d' } }),
      instance({ id: 2, state: 'stopped', tags: { 'proxy:host': 'docs' } }),
      instance({ id: 3, tags: { 'proxy:host': 'shop' } }),
    ]);
    const file = buildRoutesFile(FACTS, listOf(new Map([...entries].reverse()), problems));
    expect(file.routes).toEqual([
      { hostname: 'docs.dev.example.com', state: 'asleep', instances: [idOf(2)], rules: [] },
      {
        hostname: 'shop.dev.example.com',
        state: 'live',
        instances: [idOf(1)],
        rules: [{ path: '/cart', to: [{ instance: 0, port: 80, weight: 1 }] }],
        expiresAt: '2027-01-24T04:13:21.000Z',
      },
    ]);
    expect(file).toMatchObject({ version: 2, ...FACTS, problems: [{ instance: idOf(3) }] });
  });

  test('holds no token and no address', () => {
    const fleet = [instance({ id: 1, tags: { 'proxy:host': 'shop' } })];
    const { entries, problems } = routed(fleet, { tokenOf: () => 'N6kTCdMVqlYH0PzS' });
    const file = JSON.stringify(buildRoutesFile(FACTS, listOf(entries, problems)));
    expect(encodeEntry([...entries.values()][0] as Entry)).toContain('N6kTCdMVqlYH0PzS');
    expect(file).not.toContain('N6kTCdMVqlYH0PzS');
    expect(file).not.toContain(publicNameOf(1));
  });

  test('says which hostnames are open although the deployment has sign-in, and no access rule', () => {
    const settings: Settings = {
      ...{ ...SETTINGS, signIn: { groups: ['devs'] } },
      claims: [{ names: ['status'], access: 'public' }],
    };
    const fleet = [
      instance({ id: 1, tags: { 'proxy:host': 'shop', 'proxy:access': 'group:devs alice@example.com' } }),
      instance({ id: 2, tags: { 'proxy:host': 'status', 'proxy:access': 'public' } }),
    ];
    const { entries, problems } = routed(fleet, { settings });
    const file = buildRoutesFile(FACTS, listOf(entries, problems));
    expect(file.routes.map(({ access }) => access)).toEqual(['named', 'open']);
    expect(JSON.stringify(file)).not.toMatch(/devs|alice/);
    expect(parseRoutesFile(JSON.stringify(file))).toEqual(file);
  });

  test('says since when and why, and the time of the last write where that is not known', () => {
    const cause = { kind: 'RunInstances', at: '2026-11-23T14:00:00.000Z', by: 'Developer/alice' };
    const asleep = { ...asleepOn(1), sequence: 1_800_000_000 };
    const entries = new Map([
      ['a.dev.example.com', asleep],
      ['b.dev.example.com', asleep],
      ['c.dev.example.com', asleepOn(1)],
    ]);
    const mark = { since: '2026-11-23T14:00:01.000Z', cause };
    const { routes } = buildRoutesFile(
      FACTS,
      listOf(entries, [], [], new Map([['a.dev.example.com', mark]])),
    );
    expect(routes.map(({ since, cause }) => [since, cause])).toEqual([
      [mark.since, cause],
      ['2027-01-15T08:00:00.000Z', undefined],
      // No clock wrote this number.
      [undefined, undefined],
    ]);
  });

  test('has each instance of routes and problems once, and no other', () => {
    const entries = new Map([1, 2, 3].map((n) => [`app-${n}.dev.example.com`, asleepOn(n % 2)]));
    const known = [summaryOf(0), summaryOf(1), summaryOf(2), summaryOf(3)];
    const { instances } = buildRoutesFile(FACTS, listOf(entries, [problemOf(3), problemOf(4)], known));
    expect(instances).toEqual([summaryOf(0), summaryOf(1), summaryOf(3)]);
  });

  test('with the detail "names" has hostnames and states alone', () => {
    const fleet = [
      instance({ id: 1, tags: { 'proxy:host': 'shop', 'proxy:path': '/cart', 'proxy:ttl': '10d' } }),
      instance({ id: 2, tags: { 'proxy:host': 'shop' } }),
    ];
    const { entries, problems } = routed(fleet);
    expect(problems).not.toEqual([]);
    const file = buildRoutesFile({ ...FACTS, detail: 'names' }, listOf(entries, problems, [summaryOf(1)]));
    const hostname = 'shop.dev.example.com';
    expect(file).toMatchObject({
      routes: [{ hostname, state: 'live', instances: [], rules: [] }],
      instances: [],
      problems: [],
    });
    expect(Object.keys(file.routes[0] ?? {})).toEqual(['hostname', 'state', 'instances', 'rules']);
  });

  test('describes rules as the router reads them', () => {
    fc.assert(
      fc.property(anyEntry, (entry) => {
        const found = finderIn(buildRoutesFile(FACTS, listOf(new Map([['a', entry]]))))('a');
        const rules = found.is === 'entry' && isServing(found.entry) ? found.entry.rules : [];
        expect(rules).toEqual(isServing(entry) ? entry.rules : []);
      }),
    );
  });

  test('can be printed for every entry that a store may hold', () => {
    const late: Entry = {
      access: 'public',
      deployment: 'main',
      sequence: 1,
      state: 'asleep',
      instances: [],
      expiresAt: 9e15,
    };
    const values = fc.oneof(anyEntry, fc.constant(late)).map(encodeEntry);
    fc.assert(
      fc.property(fc.string(), values, (hostname, value) => {
        const entry = decodeEntry(value);
        const entries = new Map(entry ? [[hostname, entry]] : []);
        const file = buildRoutesFile(FACTS, listOf(entries));
        expect(parseRoutesFile(JSON.stringify(file))).toEqual(file);
      }),
    );
  });
});
