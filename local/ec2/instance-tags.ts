import { Ec2Error, invalidValue } from './api/ec2-error.ts';
import type { InstanceTag, TagSelector } from './local-instance.ts';

/** EC2 User Guide, "Tag restrictions": tags of a resource, characters of a key, characters of a value. */
const TAG_LIMITS = { tags: 50, key: 128, value: 256 } as const;

type Tags = ReadonlyMap<string, string>;

/** The tags after CreateTags. Throws an Ec2Error for an invalid tag or too many tags. */
export function withTags(tags: Tags, added: readonly InstanceTag[]): Tags {
  const result = new Map(tags);
  for (const { key, value } of added.map(checkedTag)) result.set(key, value);
  if (result.size > TAG_LIMITS.tags) {
    throw new Ec2Error('TagLimitExceeded', `A resource has at most ${TAG_LIMITS.tags} tags.`);
  }
  return result;
}

/** The tags after DeleteTags. Without names, all tags except reserved ones are removed. */
export function withoutTags(tags: Tags, removed: readonly TagSelector[]): Tags {
  if (removed.length === 0) return new Map([...tags].filter(([key]) => key.startsWith('aws:')));
  const goes = ([key, value]: readonly [string, string]) =>
    removed.some((tag) => tag.key === key && (tag.value === undefined || tag.value === value));
  return new Map([...tags].filter((tag) => !goes(tag)));
}

/** The keys that were added, removed or changed, in alphabetical order. */
export function changedKeys(before: Tags, after: Tags): string[] {
  const keys = new Set([...before.keys(), ...after.keys()]);
  return [...keys].filter((key) => before.get(key) !== after.get(key)).sort();
}

function checkedTag(tag: InstanceTag): InstanceTag {
  const { key, value } = tag;
  if (key.startsWith('aws:')) throw invalidValue('tag key', key, 'The prefix aws: is reserved.');
  if (key === '' || key.length > TAG_LIMITS.key || hasControl(key)) {
    throw invalidValue(
      'tag key',
      key,
      `Expecting 1 to ${TAG_LIMITS.key} characters without control characters.`,
    );
  }
  if (value.length > TAG_LIMITS.value || hasControl(value)) {
    throw invalidValue(
      `the tag ${key}`,
      value,
      `Expecting at most ${TAG_LIMITS.value} characters without control characters.`,
    );
  }
  return tag;
}

/** EC2 tags have no control characters, because XML cannot contain them. */
function hasControl(text: string): boolean {
  return /\p{Cc}/u.test(text);
}
