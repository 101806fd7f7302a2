import { isInstanceId } from '../../instance.ts';
import type { Problem } from '../../problem.ts';
import type { ProblemCode } from '../../problem-codes.ts';
import { isAttribute, isLater, TAG_PREFIX, TAGS } from '../../tags/tags.ts';
import { type Distance, nearestWord } from './nearest.ts';

/** A change of one instance that mends a problem. */
export type Mend =
  | { instance: string; set?: { key: string; value: string }; remove?: string }
  | { instance: string; start: true }
  | { launch: string };

/** The tags that a name has to give up to another instance. */
const TAKEN: readonly string[] = ['name-taken', 'name-occupied', 'name-not-allowed'] satisfies ProblemCode[];

/** Tags that this version cannot honour, or that exclude another tag. */
const NEEDLESS: readonly string[] = [
  'unsupported-tag',
  'address-missing',
  'access-not-allowed',
  'unknown-group',
] satisfies ProblemCode[];

/**
 * The change that mends a problem. Undefined if a tag does not mend it, or if the problem does not say which.
 *
 * @param label the name that a person asked for, below the base domain
 */
export function findMend(
  { code, instance, tag, found = '' }: Problem,
  label: string,
  distance: Distance,
): Mend | undefined {
  // A terminal would obey control characters, and a person could not type them.
  if (!isInstanceId(instance) || /\p{C}/u.test(tag + found)) return undefined;
  if (TAKEN.includes(code)) return { instance, set: { key: hostKey(tag), value: `${label}-2` } };
  if (tag === '') return undefined;
  if (code === 'unknown-tag' || code === 'bad-route-name') return mendKey({ instance, tag, found }, distance);
  if (NEEDLESS.includes(code)) return { instance, remove: tag };
  const attribute = tag.split(':').at(-1) ?? '';
  if (!isAttribute(attribute)) return undefined;
  const value = attribute === 'host' ? label : TAGS[attribute].example;
  return { instance, set: { key: tag, value } };
}

function hostKey(tag: string): string {
  return tag === '' ? `${TAG_PREFIX}host` : tag;
}

/** The key that a person probably meant, with the same value. */
function mendKey(
  { instance, tag, found }: Required<Pick<Problem, 'instance' | 'tag' | 'found'>>,
  distance: Distance,
): Mend | undefined {
  const known = Object.keys(TAGS).filter((each) => isAttribute(each) && !isLater(each));
  const [, ...parts] = tag.toLowerCase().split(':');
  const meant = nearestWord(parts.at(-1) ?? '', known, distance);
  if (meant === undefined) return { instance, remove: tag };
  // The problem hides the people in a value, so their tag cannot be written again from it.
  if (found.includes('…')) return undefined;
  const route = parts.length === 2 && /^[a-z0-9][a-z0-9-]{0,31}$/.test(parts[0] ?? '') ? `${parts[0]}:` : '';
  return { instance, set: { key: `${TAG_PREFIX}${route}${meant}`, value: found }, remove: tag };
}
