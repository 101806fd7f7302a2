import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeEntry, type Entry, encodeEntry } from '../../../core/entry/entry.ts';
import { buildRoutesFile, parseRoutesFile } from '../../../core/journal/routes-file.ts';
import type { Settings } from '../../../core/settings/settings.ts';
import { anyEntry } from '../../support/values/arbitraries.ts';
import { idOf, instance, publicNameOf, routed, SETTINGS } from '../../support/values/instances.ts';

const FACTS = { deployment: 'main', baseDomain: 'dev.example.com', updatedAt: '2026-11-23T15:00:00.000Z' };

describe('the file of routes', () => {
  test('describes each name for people, sorted', () => {
    const { entries, problems } = routed([
      instance({ id: 1, tags: { 'proxy:host': 'shop', 'proxy:path': '/cart', 'proxy:ttl': '10d' } }),
      instance({ id: 2, state: 'stopped', tags: { 'proxy:host': 'docs' } }),
      instance({ id: 3, tags: { 'proxy:host': 'shop' } }),
    ]);
    const file = buildRoutesFile(FACTS, new Map([...entries].reverse()), problems);
    expect(file.routes).toEqual([
      { hostname: 'docs.dev.example.com', state: 'asleep', instances: [idOf(2)], paths: [] },
      {
        hostname: 'shop.dev.example.com',
        state: 'live',
        instances: [idOf(1)],
        via: ['ipv4'],
        paths: ['/cart'],
        expiresAt: '2027-01-24T04:13:21.000Z',
      },
    ]);
    expect(file).toMatchObject({ version: 1, ...FACTS, problems: [{ instance: idOf(3) }] });
  });

  test('holds no token and no address', () => {
    const fleet = [instance({ id: 1, tags: { 'proxy:host': 'shop' } })];
    const { entries, problems } = routed(fleet, { tokenOf: () => 'N6kTCdMVqlYH0PzS' });
    const file = JSON.stringify(buildRoutesFile(FACTS, entries, problems));
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
    const file = buildRoutesFile(FACTS, entries, problems);
    expect(file.routes.map(({ access }) => access)).toEqual([undefined, 'open']);
    expect(JSON.stringify(file)).not.toMatch(/devs|alice/);
    expect(parseRoutesFile(JSON.stringify(file))).toEqual(file);
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
        const file = buildRoutesFile(FACTS, entries, []);
        expect(JSON.parse(JSON.stringify(file))).toEqual(file);
      }),
    );
  });
});
