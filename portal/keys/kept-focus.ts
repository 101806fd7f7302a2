import type { RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

/** Gives the focus to an element if a change of the key took away the element that had it. */
export function useKeptFocus(element: RefObject<HTMLElement | null>, key: string): void {
  const before = useRef(key);
  useLayoutEffect(() => {
    if (before.current !== key && document.activeElement === document.body) element.current?.focus();
    before.current = key;
  }, [key]);
}
