import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Entry, isServing } from '../../../core/entry/entry.ts';
import { asleep, withoutMembers } from '../../../core/entry/without-members.ts';
import { anyEntry } from '../../support/values/arbitraries.ts';

test('an entry that falls asleep keeps only members, access, deployment and lease', () => {
  fc.assert(
    fc.property(anyEntry, (entry) => {
      const { access, deployment, sequence, expiresAt } = entry;
      const lease = expiresAt === undefined ? {} : { expiresAt };
      const instances = entry.instances.map(({ id, launchedAt }) => ({ id, launchedAt }));
      expect(asleep(entry)).toEqual({
        access,
        deployment,
        sequence,
        ...lease,
        state: 'asleep',
        instances,
      });
    }),
  );
});

test('an entry without its last member is asleep and keeps its lease', () => {
  const entry: Entry = {
    ...{
      access: 'public',
      deployment: 'main',
      sequence: 1,
      state: 'live',
      token: 'x',
      expiresAt: 1_800_000_000,
    },
    instances: [{ id: 'i-1', launchedAt: 1, address: { via: 'ipv4', name: 'a.example.com' } }],
    rules: [{ path: '/', to: [{ instance: 0, port: 80, weight: 1 }], conditions: [], strip: false }],
  };
  const left = withoutMembers(entry, new Set(['i-1']));
  expect(isServing(left)).toBe(false);
  expect(left).toMatchObject({ state: 'asleep', expiresAt: 1_800_000_000, instances: [{ id: 'i-1' }] });
});
