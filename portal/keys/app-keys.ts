import { isTextField } from './single-keys.ts';

/** Keys that press the button of the app that has the focus. */
const BUTTONS = ['c', 'd', 'f'];

/**
 * Arrows move between the apps of a region, and from its search to the first one; Enter in the search does that, too. On an app some
 * letters press its buttons.
 */
export function moveWithArrows(event: KeyboardEvent, region: HTMLElement | null): void {
  const { key, target } = event;
  if (region === null || !(target instanceof HTMLElement) || event.ctrlKey || event.metaKey || event.altKey)
    return;
  const apps = [...region.querySelectorAll<HTMLElement>('.app')];
  const at = apps.findIndex((app) => app.contains(target));
  const isSearch = isTextField(target);
  if (BUTTONS.includes(key) && at >= 0) {
    event.preventDefault();
    apps[at]?.querySelector<HTMLElement>(`[aria-keyshortcuts="${key}"]`)?.click();
    return;
  }
  const isDown = key === 'ArrowDown' || (key === 'Enter' && isSearch);
  if (!(isDown || key === 'ArrowUp') || (at < 0 && !isSearch)) return;
  const next = apps[at + (isDown ? 1 : -1)];
  const stop = next?.querySelector<HTMLElement>('a[href]') ?? (isDown ? undefined : searchOf(region));
  if (stop === undefined || stop === null) return;
  event.preventDefault();
  stop.focus();
}

function searchOf(region: HTMLElement): HTMLElement | null {
  return region.querySelector('input[type=search]');
}
