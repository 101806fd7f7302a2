import { expect, test } from 'vitest';
import { numbered } from '../../../core/entry/access.ts';
import { encodeEntry } from '../../../core/entry/entry.ts';
import type { Settings } from '../../../core/settings/settings.ts';
import { LIMITS } from '../../../core/wire/limits.ts';
import { entryFor, instance, routed, SETTINGS } from '../../support/values/instances.ts';

test('an entry with an access rule of any length fits into the store with its later numbers', () => {
  const settings: Settings = { ...SETTINGS, signIn: { groups: [] } };
  const highest = Number.MAX_SAFE_INTEGER;
  for (let length = 1; length <= 80; length++) {
    const tags = {
      'proxy:host': 'shop',
      'proxy:group': 'shop',
      'proxy:access': `${'a'.repeat(length)}@example.com`,
    };
    const fleet = Array.from({ length: 14 }, (_, n) => instance({ id: n + 1, tags }));
    const entry = entryFor('shop', routed(fleet, { settings }));
    if (entry === undefined) throw new Error('no entry');
    const value = encodeEntry({ ...entry, access: numbered(entry.access, highest), sequence: highest });
    expect(value.length).toBeLessThanOrEqual(LIMITS.valueBytes);
    expect(entry.instances.length).toBeGreaterThan(9);
  }
});
