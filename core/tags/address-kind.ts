import type { Instance } from '../instance.ts';
import { TAG_PREFIX, TAGS } from './tags.ts';

export const ADDRESS_TAG = `${TAG_PREFIX}address`;

/** The kind of address that an instance asks for with `proxy:address`. Undefined for no wish or a wrong value. */
export function addressKindOf(tags: Instance['tags']): 'ipv4' | 'ipv6' | undefined {
  const value = tags[ADDRESS_TAG];
  return value === undefined ? undefined : TAGS.address.parse(value.trim());
}
