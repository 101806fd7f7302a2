import { isAttribute, TAG_PREFIX, TAGS } from '../../core/tags/tags.ts';
import { UsageError } from '../command.ts';
import { nearest } from '../nearest.ts';

/** A tag for EC2. */
export interface TagArgument {
  Key: string;
  Value: string;
}

/** Parses `group=web`. */
export function parseTag(text: string): TagArgument {
  const equals = text.indexOf('=');
  if (equals < 1) throw new UsageError(`"${text}" is not a tag; write KEY=VALUE, for example group=web`);
  return { Key: completeKey(text.slice(0, equals)), Value: text.slice(equals + 1) };
}

/** `port` is `proxy:port`, and `api:port` is `proxy:api:port`. A key that is not of the proxy, such as `owner`, stays as it is. */
export function completeKey(key: string): string {
  return !key.startsWith(TAG_PREFIX) && isAttribute(splitKey(key).attribute) ? `${TAG_PREFIX}${key}` : key;
}

/** The key that `--remove` means: an instance may also have a tag that the proxy does not know, with the prefix or without it. */
export function findKey(key: string, instances: readonly { tags: ReadonlyMap<string, string> }[]): string {
  const meant = completeKey(key);
  const isThere = (each: string) => instances.some(({ tags }) => tags.has(each));
  return [meant, key, `${TAG_PREFIX}${key}`].find(isThere) ?? meant;
}

/** A line for each key that is not of the proxy, because it may be a typo. */
export function describeOthers(tags: readonly TagArgument[]): string[] {
  const keys = tags.map(({ Key }) => Key).filter((key) => !key.startsWith(TAG_PREFIX));
  return keys.map((key) => {
    const { name, attribute } = splitKey(key);
    const meant = nearest(attribute.toLowerCase(), Object.keys(TAGS));
    const hint = meant === undefined ? '' : `; did you mean ${name}${meant}?`;
    return `  note: "${key}" is not a tag of the proxy, so it is set without "${TAG_PREFIX}"${hint}`;
  });
}

/** The name of a route with its colon, if there is one, and the rest. */
function splitKey(key: string): { name: string; attribute: string } {
  const end = key.lastIndexOf(':') + 1;
  return { name: key.slice(0, end), attribute: key.slice(end) };
}
