import { type Distance, nearestWord } from '../explain/names/nearest.ts';
import { makeLabel } from '../tags/label.ts';
import { type Attribute, isAttribute, isLater, isUnnamed, TAG_PREFIX, TAGS } from '../tags/tags.ts';

/** Attributes that make a route. */
const KNOWN = Object.keys(TAGS)
  .filter(isAttribute)
  .filter((each) => !isLater(each));

/** The key that a person probably meant. Undefined if none of ours is near. */
export function guessKey(key: string, distance: Distance): { key: string; attribute: Attribute } | undefined {
  const [, ...parts] = key.toLowerCase().split(':');
  const word = parts.pop()?.trim() ?? '';
  // One letter begins too many of the words.
  const near = word.length < 2 ? undefined : nearestWord(word, KNOWN, distance);
  const attribute = KNOWN.find((each) => each === near);
  if (attribute === undefined) return undefined;
  const name = isUnnamed(attribute) ? '' : makeLabel(parts.join('-')).slice(0, 32).replace(/-$/, '');
  return { key: `${TAG_PREFIX}${name === '' ? '' : `${name}:`}${attribute}`, attribute };
}
