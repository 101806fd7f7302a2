import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { keyGenerations, NEXT_SECONDS, PREVIOUS_SECONDS } from '../../../core/session/key-generations.ts';

const derive = (secret: string, info: string) => `${secret}/${info}`;
const ROTATED = 1_795_000_000;
const first = { text: 'first', createdAt: ROTATED - 86_400 };
const second = { text: 'second', createdAt: ROTATED };

const at = (now: number) =>
  keyGenerations({ current: second, previous: first }, 'edge', { deployment: 'main', now, derive });

describe('the keys of a deployment', () => {
  test('are those of the only version before the first rotation', () => {
    const keys = keyGenerations({ current: first }, 'apex', {
      deployment: 'main',
      now: first.createdAt,
      derive,
    });
    expect(keys).toEqual({ current: 'first/dynamic-edge-proxy/1/main/apex' });
  });

  test('keep signing with the old version for ten minutes, and accept the new one', () => {
    const keys = {
      current: 'first/dynamic-edge-proxy/1/main/edge',
      next: 'second/dynamic-edge-proxy/1/main/edge',
    };
    expect(at(ROTATED)).toEqual(keys);
    expect(at(ROTATED + NEXT_SECONDS - 1)).toEqual(keys);
  });

  test('then sign with the new version, and accept the old one', () => {
    expect(at(ROTATED + NEXT_SECONDS)).toEqual({
      current: 'second/dynamic-edge-proxy/1/main/edge',
      previous: 'first/dynamic-edge-proxy/1/main/edge',
    });
  });

  test('forget the old version after one session life', () => {
    const end = ROTATED + NEXT_SECONDS + PREVIOUS_SECONDS;
    expect(at(end - 1)).toHaveProperty('previous');
    expect(at(end)).toEqual({ current: 'second/dynamic-edge-proxy/1/main/edge' });
  });

  test('overlap: the key that signs was accepted ten minutes before, and is accepted for a session life after', () => {
    const accepted = (now: number) => Object.values(at(now));
    const time = fc.integer({ min: ROTATED, max: ROTATED + 86_400 });
    fc.assert(
      fc.property(time, fc.nat(NEXT_SECONDS), fc.nat(PREVIOUS_SECONDS - 1), (now, earlier, later) => {
        const { current } = at(now);
        expect(accepted(Math.max(ROTATED, now - earlier))).toContain(current);
        expect(accepted(now + later)).toContain(current);
      }),
    );
  });

  test('differ by deployment and by use', () => {
    const keyOf = (deployment: string, use: 'edge' | 'apex') =>
      keyGenerations({ current: first }, use, { deployment, now: ROTATED, derive }).current;
    expect(
      new Set([keyOf('a', 'edge'), keyOf('b', 'edge'), keyOf('a', 'apex'), keyOf('b', 'apex')]).size,
    ).toBe(4);
  });
});
