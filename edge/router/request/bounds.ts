/** Characters of a path that decide its rule, for no rule is longer than 200 (core/tags/tags.ts). */
export const HEAD = 216;
export const RULE = 200;

/** Characters up to which a path is read twice: beyond, one with a dot or an escape could hide anything. */
export const LONG = 768;
