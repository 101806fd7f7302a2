/** The reason why no rule takes a path. */
export type PathNotice = 'unknown path' | 'ambiguous path';
