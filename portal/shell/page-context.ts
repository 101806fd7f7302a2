import { createContext } from 'preact';
import type { Favourites } from '../memory/favourites.ts';

/** The parts of the page that all components may use. It stays the same object. */
export interface Page {
  favourites: Favourites;
  /** Tells a text to screen readers. */
  announce(text: string): void;
}

export const PageContext = createContext<Page>({
  favourites: { all: new Set(), toggle: () => {} },
  announce: () => {},
});
