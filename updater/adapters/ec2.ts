import {
  DescribeInstancesCommand,
  type DescribeInstancesRequest,
  type EC2Client,
  EC2ServiceException,
  type Filter,
} from '@aws-sdk/client-ec2';
import { parseReservations } from '../../core/ec2/described-instance.ts';
import { isAttachment } from '../../core/events/named-ids.ts';
import { type Instance, isInstanceId, isSameInstance, lastReadings } from '../../core/instance.ts';
import { TAG_PREFIX } from '../../core/tags/tags.ts';
import type { InstanceId, InterfaceId, Milliseconds } from '../../core/wire/brands.ts';
import { fewAtOnce } from '../few-at-once.ts';
import type { Clock, FailedSource, Fleet, Listing, SourceName } from '../ports.ts';
import { withTimeout } from '../with-timeout.ts';

/** Values that one filter may have (EC2 API reference, "DescribeInstances"). */
const FILTER_VALUES = 200;

/** Results on a page: the most that EC2 allows, since each page is a call. */
const PAGE = 1_000;

/**
 * Time that one question may lose to failed calls and the waits between them, because all other routes wait for it. The time of
 * successful calls is not limited.
 */
const PATIENCE_MS: Milliseconds = 5_000;

/**
 * The same limit for a source that used up its patience less than a minute ago. A region that hangs costs each batch one second.
 * Once a minute it gets the full time again, in case it is only slow.
 */
const WARNED = { patience: 1_000, for: 60_000 } as const;

/** Time after which one listing waits only a second for each further source, because Lambda ends a run after 60 s. */
const LISTING_MS: Milliseconds = 15_000;

/** Wait before the first retry, at most; doubled each time up to the longest. EC2's token buckets refill within a second. */
const WAIT_MS = { first: 50, longest: 1_000 } as const;

/**
 * Sources that are asked at the same time. One thread parses all answers: a full page takes 20 ms, or 0.2 s if the SDK's parser
 * has to read it. Dozens at once would delay each other until they count as silent, in every run again.
 */
const SOURCES_AT_ONCE = 4;

/** Instances of one region and account, by DescribeInstances. Uses filters, because one unknown id parameter fails the whole call. */
export class Ec2Fleet implements Source {
  readonly name: string;
  readonly #client: EC2Client;
  readonly #region: string;
  readonly #clock: Ec2Clock;
  /**
   * The instances of the last complete list. An instance that is as it was stays the same object: a long list of new objects
   * beside the old one would double the memory.
   */
  #listed: ReadonlyMap<InstanceId, Instance> = new Map();
  /** When the question was asked that last used up its patience. */
  #hungAt: Milliseconds = Number.NEGATIVE_INFINITY;

  /**
   * @param client with a single attempt, because this class retries
   * @param name in failures; the region, unless several accounts are listed
   */
  constructor(client: EC2Client, region: string, clock: Ec2Clock, name = region) {
    this.#client = client;
    this.#region = region;
    this.#clock = clock;
    this.name = name;
  }

  async listTagged(patience = PATIENCE_MS): Promise<Listing> {
    const { found, failures } = await this.#describe(
      { Name: 'tag-key', Values: [`${TAG_PREFIX}*`] },
      patience,
    );
    if (failures.length === 0) this.#listed = found;
    return { instances: [...found.values()], failures };
  }

  read(ids: readonly InstanceId[], patience = PATIENCE_MS): Promise<Listing> {
    return this.#readBy('instance-id', ids.filter(isInstanceId), patience);
  }

  readBehind(interfaces: readonly InterfaceId[], patience = PATIENCE_MS): Promise<Listing> {
    return this.#readBy('network-interface.network-interface-id', interfaces, patience);
  }

  /** Stops at the first failure. Otherwise hundreds of ids would wait for a silent region again and again. */
  async #readBy(Name: string, ids: readonly string[], patience: Milliseconds): Promise<Listing> {
    const known = [...new Set(ids)];
    const listings: Listing[] = [];
    for (let i = 0; i < known.length; i += FILTER_VALUES) {
      const Values = known.slice(i, i + FILTER_VALUES);
      const { found, failures } = await this.#describe({ Name, Values }, patience);
      listings.push({ instances: [...found.values()], failures });
      if (failures.length > 0) break;
    }
    return joinListings(listings);
  }

  /** Keeps the instances of the pages before a failure. Pages overlap, and the later reading of an instance counts. */
  async #describe(filter: Filter, patience: Milliseconds): Promise<Description> {
    const askedAt = this.#clock.now();
    const isWarned = askedAt - this.#hungAt < WARNED.for;
    const question = { patience: isWarned ? WARNED.patience : patience, lost: 0, failed: 0 };
    const found = new Map<InstanceId, Instance>();
    let NextToken: string | undefined;
    try {
      do {
        const page = await this.#page({ Filters: [filter], MaxResults: PAGE, NextToken }, question);
        if (page.Reservations === undefined) throw new NoReservationsError();
        for (const instance of parseReservations(page.Reservations, this.#region))
          found.set(instance.id, this.#asBefore(instance));
        ({ NextToken } = page);
      } while (NextToken);
      return { found, failures: [] };
    } catch (error) {
      if (!isWarned && question.lost >= WARNED.patience) this.#hungAt = askedAt;
      const name = error instanceof Error ? error.name : 'unknown error';
      const again = question.failed > 1 ? ` (failed tries: ${question.failed})` : '';
      return { found, failures: [{ source: this.name, error: name, reason: `${error}${again}` }] };
    }
  }

  #asBefore(instance: Instance): Instance {
    const before = this.#listed.get(instance.id);
    return before && isSameInstance(before, instance) ? before : instance;
  }

  /** Retries throttled calls and faults of EC2. Waits only once for a silent service. */
  async #page(request: DescribeInstancesRequest, question: Question) {
    for (let longest: Milliseconds = WAIT_MS.first; ; longest = Math.min(2 * longest, WAIT_MS.longest)) {
      const askedAt = this.#clock.now();
      const left = question.patience - question.lost;
      try {
        const command = new DescribeInstancesCommand(request);
        return await withTimeout(this.#clock, Math.max(left, WARNED.patience), (abortSignal) =>
          this.#client.send(command, { abortSignal }),
        );
      } catch (error) {
        const wait = longest * this.#clock.random();
        question.failed += 1;
        question.lost += this.#clock.now() - askedAt;
        if (!isTransient(error) || question.lost + wait > question.patience) throw error;
        question.lost += wait;
        await this.#clock.sleep(wait);
      }
    }
  }
}

/** An answer without a list says nothing about the fleet. EC2 writes an empty list if no instance matches. */
class NoReservationsError extends Error {
  override name = 'NoReservationsError';
  override message = 'EC2 answered a request for instances without a list of them';
}

type Ec2Clock = Pick<Clock, 'now' | 'alarm' | 'sleep' | 'random'>;

/** The answer to one question. */
interface Description extends Pick<Listing, 'failures'> {
  found: ReadonlyMap<InstanceId, Instance>;
}

/** One question to a source, over all its pages. */
interface Question {
  /** Time that it may lose. */
  patience: Milliseconds;
  /** Time lost to failed calls and the waits between them. */
  lost: Milliseconds;
  /** Number of failed calls. */
  failed: number;
}

/**
 * Whether a retry may succeed. RequestLimitExceeded is a 503, EC2's own faults are 5xx (EC2 API reference, "Error codes"),
 * and a broken connection has no status.
 */
function isTransient(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const status = error instanceof EC2ServiceException ? error.$metadata.httpStatusCode : undefined;
  if (status !== undefined) return status === 429 || status >= 500;
  return error.name === 'TimeoutError' || 'code' in error;
}

/** A part of the fleet: one region of one account. */
export interface Source {
  /** Its name, also in failures. */
  readonly name: SourceName;
  /**
   * Lists every instance that has a `proxy:*` tag.
   *
   * @param patience that may be lost to failures
   */
  listTagged(patience?: Milliseconds): Promise<Listing>;
  /** Reads those of `ids` that are in this source. */
  read(ids: readonly InstanceId[], patience?: Milliseconds): Promise<Listing>;
  /** Reads the instances in this source that have one of these network interfaces. */
  readBehind(interfaces: readonly InterfaceId[], patience?: Milliseconds): Promise<Listing>;
}

/**
 * Combines sources into one fleet; if one fails, the others' instances are still listed. Ids that no tag listing shows are read
 * from all sources; ids that one listing shows are not, or each source would be asked for all instances of the others.
 */
export function combineSources(sources: readonly Source[], clock: Pick<Clock, 'now'>): Fleet {
  const few = (asked: readonly Source[], ask: Ask) => {
    const startedAt = clock.now();
    const isLate = () => clock.now() - startedAt >= LISTING_MS;
    // If two sources list an instance, the later reading counts.
    return fewAtOnce(asked, SOURCES_AT_ONCE, (source) =>
      ask(source, isLate() ? WARNED.patience : PATIENCE_MS),
    );
  };
  // A source that did not answer is not asked again at once, because the others would wait for it.
  const read = async (ids: readonly InstanceId[], without: readonly FailedSource[]) => {
    const silent = new Set(without.map(({ source }) => source));
    const answering = sources.filter(({ name }) => !silent.has(name));
    return joinListings(await few(answering, (source, patience) => source.read(ids, patience)));
  };
  return {
    async list(also) {
      const asked = few(sources, (source, patience) => source.listTagged(patience));
      const [listings, ids] = await Promise.all([asked, also]);
      const tagged = joinListings(listings);
      const seen = new Set(tagged.instances.map(({ id }) => id));
      const missing = ids.filter((id) => !seen.has(id));
      return missing.length === 0 ? tagged : joinListings([tagged, await read(missing, tagged.failures)]);
    },
    read,
    async readFrom({ instances, interfaces }) {
      const inSource = ({ name }: Source, wanted: ReadonlyMap<string, SourceName>) =>
        [...wanted.keys()].filter((id) => wanted.get(id) === name);
      const isAsked = (source: Source) =>
        inSource(source, instances).length + inSource(source, interfaces).length > 0;
      const listings = await few(sources.filter(isAsked), async (source, patience) => {
        const named = await source.read(inSource(source, instances), patience);
        const behind = inSource(source, interfaces).filter((id) => !isAttachment(id));
        // A source that did not answer is not asked again at once.
        if (behind.length === 0 || named.failures.length > 0) return named;
        return joinListings([named, await source.readBehind(behind, patience)]);
      });
      return joinListings(listings);
    },
    sourceOf({ account, region }) {
      const names = sources.map(({ name }) => name);
      const isOther = names.some((name) => name.startsWith(`${account}/`));
      const wanted = isOther ? `${account}/${region}` : region;
      return names.find((name) => name === wanted);
    },
  };
}

type Ask = (source: Source, patience: Milliseconds) => Promise<Listing>;

/** A single listing has each instance once. */
function joinListings(listings: readonly Listing[]): Listing {
  const [first, ...others] = listings;
  if (first && others.length === 0) return first;
  const failures = listings.flatMap((listing) => listing.failures);
  return {
    instances: lastReadings(listings.flatMap((listing) => listing.instances)),
    failures: [...new Map(failures.map((failure) => [failure.source, failure])).values()].sort(bySource),
  };
}

/** Sorted, so that the order of failures does not make a new problem. */
const bySource = (a: FailedSource, b: FailedSource) =>
  a.source < b.source ? -1 : Number(a.source > b.source);
