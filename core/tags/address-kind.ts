import type { Instance } from '../instance.ts';
import { TAG_PREFIX, TAGS } from './tags.ts';

/** The kind of address that an instance asks for with `proxy:address`. Undefined for no wish or a wrong value. */
export function addressKindOf(tags: Instance['tags']): 'ipv4' | 'ipv6' | undefined {
  const value = tags[`${TAG_PREFIX}address`];
  return value === undefined ? undefined : TAGS.address.parse(value.trim());
}
