import { expect, test } from 'vitest';
import type { Entry } from '../../../core/entry/entry.ts';
import { holdsIn } from '../../../core/entry/hold.ts';
import { idOf, NOW } from '../../support/values/instances.ts';

test('a hold is known only from a closed entry with the end of its hold', () => {
  const entry = (id: number, claimEndsAt?: number): Entry => ({
    ...{
      access: 'public',
      deployment: 'main',
      sequence: 1,
      state: 'conflict',
      instances: [{ id: idOf(id), launchedAt: 7 }],
    },
    ...(claimEndsAt === undefined ? {} : { claimEndsAt }),
  });
  const owned = new Map([
    ['shop', entry(1, NOW)],
    ['wiki', entry(2)],
  ]);
  expect(holdsIn(owned)).toEqual(new Map([[idOf(1), { launchedAt: 7, expiresAt: NOW }]]));
});
