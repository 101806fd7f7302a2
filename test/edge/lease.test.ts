import { expect, test } from 'vitest';
import { buildEdge } from '../../build/edge.ts';
import { encodeEntry } from '../../core/entry/entry.ts';
import { compileEdge } from '../../local/edge/function/engine.ts';
import { closed, live } from './support/entries.ts';
import { outcomeOf } from './support/golden-values.ts';
import { PLACES } from './support/router-case.ts';

const END = 1_800_000_000;
let now = 0;
let value = '';
const router = compileEdge(buildEdge(PLACES.domain), { read: () => value, now: () => now });

test.each([
  ['an app', encodeEntry(live('shop', { expiresAt: END })), 'i-shop'],
  ['an app that sleeps', encodeEntry(closed('asleep', { expiresAt: END })), '503 asleep'],
])('the lease of %s ends exactly at the millisecond of its expiry', async (_, entry, before) => {
  value = entry;
  now = END * 1000 - 1;
  expect(await outcomeOf(router, 'GET /')).toContain(before);
  now = END * 1000;
  expect(await outcomeOf(router, 'GET /')).toBe('404 expired');
});
