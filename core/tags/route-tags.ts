/** The `proxy:*` tags of an instance, grouped by route. */
import type { Instance } from '../instance.ts';
import type { Tag } from '../problem.ts';
import type { ProblemCode } from '../problem-codes.ts';
import { type Attribute, isAttribute, isLater, isShared, isUnnamed, TAG_PREFIX, TAGS } from './tags.ts';

/** The tags of one route, including the shared ones of the instance. */
export type RouteTags = ReadonlyMap<Attribute, Tag>;

/** A tag with an invalid key. `route` is the name of the route that it stops, `''` for all routes. */
export interface BadKey extends Tag, Refusal {
  route: string;
}

interface Refusal {
  code: ProblemCode;
  reason: string;
}

interface GroupedTags {
  /** Names and tags of the routes, in the order of the names; the unnamed one first. */
  routes: readonly (readonly [name: string, tags: RouteTags])[];
  badKeys: readonly BadKey[];
}

export function groupTags(instance: Instance): GroupedTags {
  const named = new Map<string, Map<Attribute, Tag>>();
  const badKeys: BadKey[] = [];
  for (const [key, value] of Object.entries(instance.tags).sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (!isOurs(key)) continue;
    const parsed = parseKey(key);
    if ('reason' in parsed) {
      // A name in the wrong case means the route with the right one.
      const { name, ...refusal } = parsed;
      badKeys.push({ route: name.toLowerCase(), key, value, ...refusal });
    } else {
      const tags = named.get(parsed.name) ?? new Map();
      named.set(parsed.name, tags.set(parsed.attribute, { key, value: value.trim() }));
    }
  }
  const shared = [...(named.get('') ?? [])].filter(([attribute]) => isShared(attribute));
  const routes = [...named]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, tags]) => [name, new Map([...shared, ...tags])] as const)
    .filter(
      ([name, tags]) => name !== '' || tags.has('host') || [...tags.keys()].some((each) => !isShared(each)),
    );
  return { routes, badKeys };
}

/** The key of the host tag of a route. */
export function hostKey(name: string): string {
  return name === '' ? `${TAG_PREFIX}host` : `${TAG_PREFIX}${name}:host`;
}

/** Keys in any case belong to us: `Proxy:Host` is a misspelling to report. */
function isOurs(key: string): boolean {
  return key.toLowerCase().startsWith(TAG_PREFIX);
}

type Key = { name: string; attribute: Attribute } | ({ name: string } & Refusal);

function parseKey(key: string): Key {
  const parts = key.split(':').slice(1);
  const attribute = parts.at(-1) ?? '';
  const name = parts.length === 2 ? (parts[0] ?? '') : '';
  if (!key.startsWith(TAG_PREFIX) || parts.length > 2 || !isAttribute(attribute)) {
    const known = Object.keys(TAGS)
      .filter((each) => isAttribute(each) && !isLater(each))
      .map((each) => TAG_PREFIX + each);
    const reason = `but the proxy has no tag of that name; its tags are ${known.join(', ')}`;
    return { name, code: 'unknown-tag', reason };
  }
  if (parts.length === 2 && !/^[a-z0-9][a-z0-9-]{0,31}$/.test(name)) {
    const reason = 'but a route name has 1–32 lower-case letters, digits and hyphens';
    return { name, code: 'bad-route-name', reason };
  }
  if (name !== '' && isUnnamed(attribute)) {
    const reason = `but this tag counts for the whole instance: write \`${TAG_PREFIX}${attribute}\``;
    return { name, code: 'unknown-tag', reason };
  }
  if (isLater(attribute)) {
    const reason = 'which this version does not support yet, so the route is not made';
    return { name, code: 'unsupported-tag', reason };
  }
  return { name, attribute };
}
