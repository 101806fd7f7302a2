import { describe, expect, test } from 'vitest';
import { parseProcessorTime } from '../figures/processor-time.ts';
import { figuresOf, localEdgePart, parseWrk } from './local-edge.ts';

const WRK = `Running 3s test @ http://127.0.0.1:40000/
  1 threads and 32 connections
  5913 requests in 3.00s, 6.20MB read
Requests/sec:   1970.52
Transfer/sec:      2.07MB
`;

const load = (processor: number, rate: number) => ({ processor, rate });
const LOADS = new Map([
  ['local edge', [load(80, 100), load(90, 200), load(400, 300)]],
  ['Caddy', [load(40, 1_000), load(30, 2_000), load(50, 3_000)]],
]);

describe('the bench of the local edge', () => {
  test('reads the figures of wrk', () => {
    expect(parseWrk(WRK)).toEqual({ rate: 1970.52, requests: 5913 });
  });

  test.each(['  Non-2xx or 3xx responses: 5913', '  Socket errors: connect 0, read 3, write 0, timeout 0'])(
    'refuses a round with errors: %s',
    (line) => {
      expect(() => parseWrk(`${WRK}${line}\n`)).toThrow('wrk saw errors');
    },
  );

  test('refuses output without figures', () => {
    expect(() => parseWrk('unable to connect')).toThrow('printed no rate');
  });

  test('takes the processor time of a process from its own fields, whatever its name', () => {
    const fields = Array.from({ length: 48 }, (_, n) => n + 4);
    expect(parseProcessorTime(`77 (node) R ${fields.join(' ')}\n`)).toBe((14 + 15) * 10);
    expect(parseProcessorTime(`77 (a) b (c) R ${fields.join(' ')}\n`)).toBe((14 + 15) * 10);
  });

  test('compares the proxies round by round', () => {
    const [edge, caddy] = figuresOf(LOADS);
    expect(edge).toMatchObject({ processor: { min: 80, median: 90, max: 400 }, ratio: 1 });
    expect(caddy).toMatchObject({ rate: { min: 1_000, median: 2_000, max: 3_000 }, ratio: 3 });
  });

  test('prints minimum, median, maximum, the ratio, and the proxies that are missing', () => {
    const text = localEdgePart({ rounds: 3, proxies: figuresOf(LOADS), missing: ['nginx'] });
    expect(text).toContain('| local edge | 80.0 / 90.0 / 400.0 | 100 / 200 / 300 |');
    expect(text).toContain("**3.00** times Caddy's processor time");
    expect(text).toContain('Not installed and not measured: nginx.');
  });
});
