import { type Address, WAYS } from '../address.ts';
import { INSTANCE_STATES, type Instance, type InstanceState } from '../instance.ts';
import { withoutControls } from '../json.ts';
import {
  anyText,
  Fault,
  instant,
  listOf,
  mapOf,
  objectWith,
  oneOf,
  optional,
  type Schema,
  text,
} from '../schema.ts';
import { toMilliseconds } from '../time.ts';
import type { InstanceId } from '../wire/brands.ts';

/** One EC2 instance, for people. It has no address. */
export interface InstanceSummary {
  id: InstanceId;
  /** Its tag `Name`. */
  name?: string;
  /** Its tags that the setting `portalTags` chooses, by the names in that setting. */
  tags?: Readonly<Record<string, string>>;
  /** Its tag `proxy:group`. */
  group?: string;
  /** `t4g.small`. */
  type?: string;
  region: string;
  /** `eu-west-1a`. */
  zone?: string;
  account: string;
  /** The kind of address that its tags choose; absent without an address. */
  via?: Address['via'];
  state: InstanceState;
  /** ISO 8601, UTC: its last start. */
  launchedAt: string;
  /** The caller of that start, as role and session. Absent if no event named it. */
  launchedBy?: string;
  /** The keys of its tags that close a route, if one of them is the tag of a route with a name. */
  closing?: readonly string[];
}

const TAG_VALUES = mapOf(anyText);

/** A map as an object. */
const tagValues: Schema<Readonly<Record<string, string>>> = (json) => {
  const values = TAG_VALUES(json);
  return values instanceof Fault ? values : Object.fromEntries(values);
};

export const INSTANCE = objectWith<InstanceSummary>({
  id: text,
  name: optional(anyText),
  tags: optional(tagValues),
  group: optional(anyText),
  type: optional(anyText),
  region: anyText,
  zone: optional(anyText),
  account: anyText,
  via: optional(oneOf(...WAYS)),
  state: oneOf(...INSTANCE_STATES),
  launchedAt: instant,
  launchedBy: optional(text),
  closing: optional(listOf(text)),
});

/**
 * Describes an instance for people.
 *
 * @param chosen keys of tags to show, in any spelling of their letters
 */
export function summarizeInstance(instance: Instance, chosen: readonly string[]): InstanceSummary {
  const { id, type, region, zone, account, address, state, launchedAt, tags } = instance;
  const { Name: name, 'proxy:group': group } = tags;
  const shown = chosen.flatMap((key) => {
    const value = findTag(tags, key);
    return value === undefined ? [] : [[key, withoutControls(value)] as const];
  });
  return {
    id,
    ...(name ? { name: withoutControls(name) } : {}),
    ...(shown.length === 0 ? {} : { tags: Object.fromEntries(shown) }),
    ...(group ? { group: withoutControls(group) } : {}),
    ...(type === undefined ? {} : { type }),
    region,
    ...(zone === undefined ? {} : { zone }),
    account,
    ...(address === undefined ? {} : { via: address.via }),
    state,
    launchedAt: new Date(toMilliseconds(launchedAt)).toISOString(),
  };
}

/** The tag with this key, or else with the same key in capitals and small letters: many teams write `Owner`. */
function findTag(tags: Instance['tags'], key: string): string | undefined {
  if (Object.hasOwn(tags, key)) return tags[key];
  const wanted = key.toLowerCase();
  const other = Object.keys(tags).find((each) => each.toLowerCase() === wanted);
  return other === undefined ? undefined : tags[other];
}

/** An instance, as far as it says whose it is. */
type Owned = Pick<InstanceSummary, 'tags' | 'launchedBy'>;

/** The tag `owner` of an instance, if the deployment shows it, or else the person who launched it: the session of `Developer/ann`. */
export function ownerOf(instances: readonly Owned[]): string | undefined {
  const tagged = instances.map(ownerTag).find((tag) => tag !== undefined && tag !== '');
  const launcher = instances.find(({ launchedBy }) => launchedBy !== undefined)?.launchedBy;
  return tagged ?? launcher?.split('/').at(-1);
}

/** The deployment writes the key as its setting does: `Owner` is one, too. Addresses and lists have no spaces around a value. */
function ownerTag({ tags = {} }: Owned): string | undefined {
  const [, owner] = Object.entries(tags).find(([key]) => key.toLowerCase() === 'owner') ?? [];
  return owner?.replace(/\s+/g, ' ').trim();
}
