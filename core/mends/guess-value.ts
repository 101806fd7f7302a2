import { makeLabel } from '../tags/label.ts';
import { proposePath } from '../tags/tag-advice.ts';
import { type Attribute, findFallback, TAGS, type TagDefinition } from '../tags/tags.ts';

/** Values that a person may have meant, from a wrong one. Not all of them are valid. */
const MEANT: Partial<Record<Attribute, (value: string) => readonly string[]>> = {
  port: firstNumber,
  weight: firstNumber,
  scheme: (value) => (value.toLowerCase().startsWith('https') ? ['https'] : []),
  address: (value) => ['6', '4'].filter((digit) => value.includes(digit)).map((digit) => `ipv${digit}`),
  path: (value) => [proposePath(value.trim())].filter((path) => path !== '/' || /^\W*$/.test(value)),
  'strip-path': switchedOn,
  maintenance: (value) => [...switchedOn(value), ...switchedOff(value)],
  match: (value) => [
    value
      .replace(/[,;]\s*(?=(?:method|header|query)[:=])/g, ' ')
      .replace(/(^|\s)method=(\w+)/gi, (_, before, method) => `${before}method=${method.toUpperCase()}`),
  ],
  group: (value) => [makeLabel(value)],
  sticky: (value) => [`cookie:${value.trim().replace(/^cookie[:=]?\s*/i, '')}`],
  timeout: (value) => firstNumber(/^\d+\s*m/.test(value) ? '' : value),
  ttl: (value) => [compact(value), ...firstNumber(value).map((number) => `${number}h`)],
  access: (value) => [value.replace(/[,;\s]+/g, ' ').trim()],
};

/**
 * Tags that close something: an app, its other paths, an instance without a share of the viewers. The fallback or an example would open
 * it.
 */
export const CLOSING: readonly Attribute[] = ['access', 'maintenance', 'path', 'weight'];

/** Values for a tag whose value is wrong, the likeliest first: meant, usual, an example. Not all of them are valid. */
export function guessValues(attribute: Attribute, value: string): string[] {
  const definition: TagDefinition = TAGS[attribute];
  const own = MEANT[attribute]?.(value) ?? [];
  // Blanks separate conditions.
  const meant = attribute === 'match' ? [...own] : [...own, compact(value)];
  if (CLOSING.includes(attribute)) return meant;
  const fallback = findFallback(definition, false);
  return [...meant, ...(fallback === undefined ? [definition.example] : [fallback])];
}

const compact = (value: string) => value.toLowerCase().replace(/["'\s]/g, '');

function firstNumber(value: string): string[] {
  return value.match(/\d+/)?.slice(0, 1) ?? [];
}

function switchedOn(value: string): string[] {
  return /^(?:1|y|enable|active)/i.test(value.trim()) ? ['on'] : [];
}

function switchedOff(value: string): string[] {
  return /^(?:0|n|dis|inactive)/i.test(value.trim()) ? ['off'] : [];
}
