import { expect, test } from 'vitest';
import { encodeEntry } from '../../core/entry.ts';
import { buildEdge } from '../../infra/bundles/edge.ts';
import { compileEdge } from '../../local/edge/engine.ts';
import { closed, live } from './entries.ts';
import { outcomeOf } from './golden-values.ts';
import { PLACES } from './router-case.ts';

const END = 1_800_000_000;
let now = 0;
let value = '';
const router = compileEdge(buildEdge(PLACES.domain), { read: () => value, now: () => now });

test.each([
  ['an app', encodeEntry(live('shop', { expiresAt: END })), 'i-shop'],
  ['an app that sleeps', encodeEntry(closed('asleep', { expiresAt: END })), '503 asleep'],
])('the lease of %s ends with the millisecond that it names', async (_, entry, before) => {
  value = entry;
  now = END * 1000 - 1;
  expect(await outcomeOf(router, 'GET /')).toContain(before);
  now = END * 1000;
  expect(await outcomeOf(router, 'GET /')).toBe('404 expired');
});
