import type { AMBIGUOUS, UNKNOWN_PATH } from '../answer/notice.ts';

/** The reason why no rule takes a path. */
export type PathNotice = typeof UNKNOWN_PATH | typeof AMBIGUOUS;
