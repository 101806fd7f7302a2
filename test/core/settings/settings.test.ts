import { describe, expect, test } from 'vitest';
import { completeSettings, RESERVED_LABELS } from '../../../core/settings/settings.ts';

describe('settings', () => {
  test('allow one label below the base domain and reserve our own names by default', () => {
    const given = { deployment: 'main', baseDomain: 'dev.example.com' };
    expect(completeSettings(given)).toEqual({ ...given, depth: 1, reserved: RESERVED_LABELS });
    expect(completeSettings({ ...given, depth: 2, reserved: [] })).toEqual({
      ...given,
      depth: 2,
      reserved: [],
    });
  });
});
