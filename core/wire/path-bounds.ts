/** The characters of a path that decide its rule: no rule is longer than 200 (core/tags/tags.ts). */
export const HEAD = 216;
export const RULE = 200;

/** A path up to this length is read twice; a longer one could hide anything behind a dot or an escape. */
export const LONG = 768;
