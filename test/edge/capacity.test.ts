import { describe, expect, test } from 'vitest';
import { LIMITS } from '../../core/wire/limits.ts';
import { benchCapacity } from '../bench/router/capacity.ts';

describe('one store', async () => {
  const { rows, worst } = await benchCapacity();

  test.each(rows)('holds 30,000 typical apps with $address on port $port', ({ apps }) => {
    expect(apps).toBeGreaterThanOrEqual(30_000);
  });

  test('receives values of 1,024 bytes, but no larger ones', () => {
    expect(worst).toBe(LIMITS.valueBytes);
  });
});
