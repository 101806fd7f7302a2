import { type EC2Client, type Filter, paginateDescribeInstances } from '@aws-sdk/client-ec2';
import { instancesOf } from '../../core/described-instance.ts';
import { type Instance, isInstanceId } from '../../core/instance.ts';
import { TAG_PREFIX } from '../../core/tags.ts';
import type { Fleet, Listing } from '../ports.ts';

/** Values that one filter may have (EC2 API reference, "DescribeInstances"). */
const FILTER_VALUES = 200;

/** Instances of one region and account by DescribeInstances, paged, and never by id parameters: one unknown id would fail the call. */
export class Ec2Fleet implements Source {
  readonly #client: EC2Client;
  readonly #region: string;
  readonly #source: string;

  /** @param source what a failure is told by; the region, unless several accounts have it */
  constructor(client: EC2Client, region: string, source = region) {
    this.#client = client;
    this.#region = region;
    this.#source = source;
  }

  tagged(): Promise<Listing> {
    return this.#describe({ Name: 'tag-key', Values: [`${TAG_PREFIX}*`] });
  }

  async read(ids: readonly string[]): Promise<Listing> {
    const known = [...new Set(ids)].filter(isInstanceId);
    const listings: Listing[] = [];
    for (let i = 0; i < known.length; i += FILTER_VALUES) {
      listings.push(await this.#describe({ Name: 'instance-id', Values: known.slice(i, i + FILTER_VALUES) }));
    }
    return joined(listings);
  }

  /** What the pages before a failure said stays true. */
  async #describe(filter: Filter): Promise<Listing> {
    const instances: Instance[] = [];
    const pages = paginateDescribeInstances({ client: this.#client, pageSize: 1000 }, { Filters: [filter] });
    try {
      for await (const page of pages) instances.push(...instancesOf(page.Reservations ?? [], this.#region));
      return { instances, failures: [] };
    } catch (error) {
      return { instances, failures: [{ source: this.#source, reason: String(error) }] };
    }
  }
}

/** A part of the fleet: one region of one account. */
export interface Source {
  /** Every instance that carries a `proxy:*` tag. */
  tagged(): Promise<Listing>;
  /** Those of `ids` that are here. */
  read(ids: readonly string[]): Promise<Listing>;
}

/**
 * Several sources as one fleet; one that fails leaves the others' instances known. Who carries no tag is looked for in all
 * of them, but only when none of them shows it: a source would otherwise be asked for all instances of the others.
 */
export function fleetOf(sources: readonly Source[]): Fleet {
  const read = async (from: readonly Source[], ids: readonly string[]) =>
    joined(await Promise.all(from.map((source) => source.read(ids))));
  return {
    async list(also) {
      const tagged = await Promise.all(sources.map((source) => source.tagged()));
      const seen = new Set(tagged.flatMap(({ instances }) => instances.map(({ id }) => id)));
      const missing = also.filter((id) => !seen.has(id));
      // A source that does not answer is not asked again in the same breath: the others wait for it.
      const answering = sources.filter((_, at) => tagged[at]?.failures.length === 0);
      return joined(missing.length === 0 ? tagged : [...tagged, await read(answering, missing)]);
    },
    read: (ids) => read(sources, ids),
  };
}

function joined(listings: readonly Listing[]): Listing {
  const failures = listings.flatMap((listing) => listing.failures);
  return {
    instances: listings.flatMap((listing) => listing.instances),
    failures: [...new Map(failures.map((failure) => [failure.source, failure])).values()],
  };
}
