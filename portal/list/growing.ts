import { useLayoutEffect, useRef, useState } from 'preact/hooks';

/** Items that are shown at once: more than most windows have room for. */
const FIRST = 60;

/** Items that each later step adds. A key that is pressed meanwhile waits for one step: about 10 ms. */
const STEP = 100;

/** Milliseconds without a change of the key before more items come, so that none come while a person types. */
const PAUSE = 150;

/**
 * How many items of a long list to show: the first ones at once, and all of them a moment later, so that the browser finds every one
 * of them. A new key starts again.
 */
export function useGrowing(total: number, key: string): number {
  const [grown, setGrown] = useState(FIRST);
  const before = useRef(key);
  const count = before.current === key ? grown : FIRST;
  useLayoutEffect(() => {
    if (before.current !== key) setGrown(FIRST);
    before.current = key;
    if (count >= total) return undefined;
    const timer = setTimeout(() => setGrown(count + STEP), count === FIRST ? PAUSE : 0);
    return () => clearTimeout(timer);
  });
  return Math.min(count, total);
}
