import type { Page, Route } from 'playwright-core';

/** Something to take pictures of. Its addresses are those of a deployment on dev.example.com. */
export interface Scene {
  /** The beginning of the names of its pictures. */
  name: string;
  address: string;
  /** The time on the clock of the page. A page without it has the real clock, and knows the status of its own answer. */
  now?: string;
  sizes: readonly Size[];
  /** Answers each request of the page. */
  answer(route: Route): Promise<void>;
  /** Resolves when the page is complete. */
  drawn(page: Page): Promise<void>;
}

export interface Size {
  width: number;
  height: number;
  /** Also the part below the window. */
  isWhole?: boolean;
}

/** A phone, a laptop and a large screen. The first is as high as two phones, because the problems of many apps fill one. */
export const SIZES: readonly Size[] = [
  { width: 360, height: 1_600 },
  { width: 1_280, height: 900 },
  { width: 2_560, height: 1_300 },
];
