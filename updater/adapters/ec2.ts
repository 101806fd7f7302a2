import {
  DescribeInstancesCommand,
  type DescribeInstancesRequest,
  type EC2Client,
  type Filter,
} from '@aws-sdk/client-ec2';
import { instancesOf } from '../../core/described-instance.ts';
import { type Instance, isInstanceId, lastReadings } from '../../core/instance.ts';
import { TAG_PREFIX } from '../../core/tags.ts';
import type { Clock, FailedSource, Fleet, Listing } from '../ports.ts';
import { within } from './within.ts';

/** Values that one filter may have (EC2 API reference, "DescribeInstances"). */
const FILTER_VALUES = 200;

/** Results on a page: all that EC2 gives, since each page is a call. */
const PAGE = 1_000;

/** Milliseconds that one page may take, tries included: routes of the other sources wait for it, and all batches behind. */
const PATIENCE_MS = 5_000;

/**
 * The same for a source that was slow to fail less than a minute ago: a region that hangs costs each batch a second, and
 * is asked with patience once a minute, so that one that is merely slow comes back.
 */
const WARNED = { patience: 1_000, for: 60_000 } as const;

/**
 * Sources that are asked at the same time. Answers are parsed on one thread, some 0.3 s for a full page: those of
 * dozens at once would wait for each other until they pass for silent, in every run anew.
 */
const SOURCES_AT_ONCE = 4;

/** Instances of one region and account by DescribeInstances, paged, and never by id parameters: one unknown id would fail the call. */
export class Ec2Fleet implements Source {
  readonly name: string;
  readonly #client: EC2Client;
  readonly #region: string;
  readonly #clock: Pick<Clock, 'now' | 'alarm'>;
  /** Epoch milliseconds at which a page last failed that had taken its time. */
  #hungAt = Number.NEGATIVE_INFINITY;

  /** @param name what a failure is told by; the region, unless several accounts have it */
  constructor(client: EC2Client, region: string, clock: Pick<Clock, 'now' | 'alarm'>, name = region) {
    this.#client = client;
    this.#region = region;
    this.#clock = clock;
    this.name = name;
  }

  tagged(): Promise<Listing> {
    return this.#describe({ Name: 'tag-key', Values: [`${TAG_PREFIX}*`] });
  }

  /** Up to the first failure: hundreds of ids would otherwise wait for silence again and again. */
  async read(ids: readonly string[]): Promise<Listing> {
    const known = [...new Set(ids)].filter(isInstanceId);
    const listings: Listing[] = [];
    for (let i = 0; i < known.length; i += FILTER_VALUES) {
      const Values = known.slice(i, i + FILTER_VALUES);
      const listing = await this.#describe({ Name: 'instance-id', Values });
      listings.push(listing);
      if (listing.failures.length > 0) break;
    }
    return joined(listings);
  }

  /** What the pages before a failure said stays true. */
  async #describe(filter: Filter): Promise<Listing> {
    const instances: Instance[] = [];
    let NextToken: string | undefined;
    try {
      do {
        const page = await this.#page({ Filters: [filter], MaxResults: PAGE, NextToken });
        instances.push(...instancesOf(page.Reservations ?? [], this.#region));
        ({ NextToken } = page);
      } while (NextToken);
      return { instances, failures: [] };
    } catch (error) {
      const name = error instanceof Error ? error.name : 'unknown error';
      return { instances, failures: [{ source: this.name, error: name, reason: String(error) }] };
    }
  }

  async #page(request: DescribeInstancesRequest) {
    const startedAt = this.#clock.now();
    const isWarned = startedAt - this.#hungAt < WARNED.for;
    const patience = isWarned ? WARNED.patience : PATIENCE_MS;
    try {
      const command = new DescribeInstancesCommand(request);
      return await within(this.#clock, patience, (abortSignal) =>
        this.#client.send(command, { abortSignal }),
      );
    } catch (error) {
      if (!isWarned && this.#clock.now() - startedAt >= WARNED.patience) this.#hungAt = startedAt;
      throw error;
    }
  }
}

/** A part of the fleet: one region of one account. */
export interface Source {
  /** What its failures are told by. */
  readonly name: string;
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
  // A source that does not answer is not asked again in the same breath: the others wait for it.
  const read = async (ids: readonly string[], without: readonly FailedSource[]) => {
    const silent = new Set(without.map(({ source }) => source));
    const answering = sources.filter(({ name }) => !silent.has(name));
    return joined(await fewAtOnce(answering, (source) => source.read(ids)));
  };
  return {
    async list(also) {
      const asked = fewAtOnce(sources, (source) => source.tagged());
      const [listings, ids] = await Promise.all([asked, also]);
      const tagged = joined(listings);
      const seen = new Set(tagged.instances.map(({ id }) => id));
      const missing = ids.filter((id) => !seen.has(id));
      return missing.length === 0 ? tagged : joined([tagged, await read(missing, tagged.failures)]);
    },
    read,
  };
}

/**
 * What all sources answer, in the order in which they did: of an instance that two show, the last reading counts. The next
 * source is asked when one of the few before it has answered.
 */
async function fewAtOnce(sources: readonly Source[], ask: (source: Source) => Promise<Listing>) {
  const listings: Listing[] = [];
  const waiting = sources.values();
  const askOn = async () => {
    for (const source of waiting) listings.push(await ask(source));
  };
  await Promise.all(Array.from({ length: SOURCES_AT_ONCE }, askOn));
  return listings;
}

function joined(listings: readonly Listing[]): Listing {
  const failures = listings.flatMap((listing) => listing.failures);
  return {
    instances: lastReadings(listings.flatMap((listing) => listing.instances)),
    failures: [...new Map(failures.map((failure) => [failure.source, failure])).values()].sort(bySource),
  };
}

/** Whoever is slower to fail must not look like another problem. */
const bySource = (a: FailedSource, b: FailedSource) =>
  a.source < b.source ? -1 : Number(a.source > b.source);
