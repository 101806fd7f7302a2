import type { Memory } from '../memory/favourites.ts';

const KEY = 'edge-proxy-single-keys';

/** Whether keys such as / work without another key. People who speak to their computer turn them off (WCAG 2.1.4). */
export function hasSingleKeys(memory: () => Memory): boolean {
  try {
    return memory().getItem(KEY) !== 'off';
  } catch {
    return true;
  }
}

/** Turns them on or off, in this browser. */
export function setSingleKeys(memory: () => Memory, isOn: boolean): void {
  try {
    memory().setItem(KEY, isOn ? 'on' : 'off');
  } catch {
    // A browser that blocks storage keeps them on.
  }
}

/** Whether a key that is pressed there is text. */
export function isTextField(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLInputElement ||
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement
  );
}

/** Calls `action` for a key that is pressed anywhere but in a text. Returns the way to stop it. */
export function onSingleKey(key: string, action: () => void, memory: () => Memory): () => void {
  const listen = (event: KeyboardEvent) => {
    if (event.key !== key || event.ctrlKey || event.metaKey || event.altKey) return;
    if (isTextField(event.target) || !hasSingleKeys(memory)) return;
    event.preventDefault();
    action();
  };
  document.addEventListener('keydown', listen);
  return () => document.removeEventListener('keydown', listen);
}
