type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Thrown for a pattern that this matcher does not know, because a guess would prove nothing. */
export class PatternError extends Error {
  override name = 'PatternError';
}

/**
 * Tells whether EventBridge matches an event, by its User Guide ("Comparison operators for use in event patterns"). All keys of
 * the pattern must match, with any of their values. An array in the event matches if any of its elements does. The matcher
 * knows exact values, `prefix`, `suffix`, `exists` and `anything-but` of values, and refuses all others.
 *
 * @throws PatternError
 */
export function matches(pattern: Json, event: Json): boolean {
  if (!isObject(pattern)) throw new PatternError(`a pattern is an object, not ${JSON.stringify(pattern)}`);
  return Object.entries(pattern).every(([key, wanted]) => {
    const found = elementsOf(event).flatMap((each) =>
      isObject(each) && key in each ? [each[key] as Json] : [],
    );
    if (Array.isArray(wanted)) return matchesAny(wanted, found.flatMap(elementsOf));
    return found.some((each) => matches(wanted, each));
  });
}

function matchesAny(wanted: readonly Json[], leaves: readonly Json[]): boolean {
  if (wanted.length === 0) throw new PatternError('a pattern with no values');
  return wanted.some((one) => (isObject(one) ? holds(one, leaves) : leaves.some((leaf) => leaf === one)));
}

function holds(comparison: { readonly [key: string]: Json }, leaves: readonly Json[]): boolean {
  const [[operator, operand] = ['', null], ...others] = Object.entries(comparison);
  if (others.length > 0) throw new PatternError(`more than one operator in ${JSON.stringify(comparison)}`);
  const texts = leaves.filter((leaf) => typeof leaf === 'string');
  if (operator === 'exists' && typeof operand === 'boolean') return leaves.length > 0 === operand;
  if (operator === 'prefix' && typeof operand === 'string')
    return texts.some((text) => text.startsWith(operand));
  if (operator === 'suffix' && typeof operand === 'string')
    return texts.some((text) => text.endsWith(operand));
  if (operator === 'anything-but' && !isObject(operand)) {
    const refused = elementsOf(operand);
    return leaves.some((leaf) => !refused.includes(leaf));
  }
  throw new PatternError(`this matcher does not know ${JSON.stringify(comparison)}`);
}

function isObject(json: Json): json is { readonly [key: string]: Json } {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

function elementsOf(json: Json): readonly Json[] {
  return Array.isArray(json) ? json : [json];
}
