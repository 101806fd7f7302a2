import {
  DescribeInstancesCommand,
  type DescribeInstancesRequest,
  type EC2Client,
  EC2ServiceException,
  type Filter,
} from '@aws-sdk/client-ec2';
import { parseReservations } from '../../core/described-instance.ts';
import { type Instance, isInstanceId, lastReadings } from '../../core/instance.ts';
import { TAG_PREFIX } from '../../core/tags/tags.ts';
import type { InstanceId, Milliseconds } from '../../core/wire/brands.ts';
import { fewAtOnce } from '../few-at-once.ts';
import type { Clock, FailedSource, Fleet, Listing } from '../ports.ts';
import { withTimeout } from '../with-timeout.ts';

/** Values that one filter may have (EC2 API reference, "DescribeInstances"). */
const FILTER_VALUES = 200;

/** Results on a page: all that EC2 gives, since each page is a call. */
const PAGE = 1_000;

/**
 * Milliseconds that one question may lose to tries that fail and the waits between them: routes of the other sources wait for
 * it, and all batches behind. Answers take as long as they take.
 */
const PATIENCE_MS: Milliseconds = 5_000;

/**
 * The same for a source that lost so much before it failed, less than a minute ago: a region that hangs costs each batch a second,
 * and is asked with patience once a minute, so that one that is merely slow comes back.
 */
const WARNED = { patience: 1_000, for: 60_000 } as const;

/** Milliseconds after which a look has no more patience with any source than that: Lambda ends a run after 60 s. */
const LISTING_MS: Milliseconds = 15_000;

/** Milliseconds before the second try at most; doubled each time, up to the longest. EC2's buckets fill within a second. */
const WAIT_MS = { first: 50, longest: 1_000 } as const;

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
  readonly #clock: Ec2Clock;
  /** When a question was last asked that took its time to fail. */
  #hungAt: Milliseconds = Number.NEGATIVE_INFINITY;

  /**
   * @param client that tries once: how often it is asked again is decided here
   * @param name what a failure is told by; the region, unless several accounts have it
   */
  constructor(client: EC2Client, region: string, clock: Ec2Clock, name = region) {
    this.#client = client;
    this.#region = region;
    this.#clock = clock;
    this.name = name;
  }

  listTagged(patience = PATIENCE_MS): Promise<Listing> {
    return this.#describe({ Name: 'tag-key', Values: [`${TAG_PREFIX}*`] }, patience);
  }

  /** Up to the first failure: hundreds of ids would otherwise wait for silence again and again. */
  async read(ids: readonly InstanceId[], patience = PATIENCE_MS): Promise<Listing> {
    const known = [...new Set(ids)].filter(isInstanceId);
    const listings: Listing[] = [];
    for (let i = 0; i < known.length; i += FILTER_VALUES) {
      const Values = known.slice(i, i + FILTER_VALUES);
      const listing = await this.#describe({ Name: 'instance-id', Values }, patience);
      listings.push(listing);
      if (listing.failures.length > 0) break;
    }
    return joinListings(listings);
  }

  /** What the pages before a failure said stays true. */
  async #describe(filter: Filter, patience: Milliseconds): Promise<Listing> {
    const askedAt = this.#clock.now();
    const isWarned = askedAt - this.#hungAt < WARNED.for;
    const question = { patience: isWarned ? WARNED.patience : patience, lost: 0, failed: 0 };
    const instances: Instance[] = [];
    let NextToken: string | undefined;
    try {
      do {
        const page = await this.#page({ Filters: [filter], MaxResults: PAGE, NextToken }, question);
        instances.push(...parseReservations(page.Reservations ?? [], this.#region));
        ({ NextToken } = page);
      } while (NextToken);
      return { instances, failures: [] };
    } catch (error) {
      if (!isWarned && question.lost >= WARNED.patience) this.#hungAt = askedAt;
      const name = error instanceof Error ? error.name : 'unknown error';
      const again = question.failed > 1 ? ` (failed tries: ${question.failed})` : '';
      return { instances, failures: [{ source: this.name, error: name, reason: `${error}${again}` }] };
    }
  }

  /** Asks again while EC2 says that it is asked too often, or has a bad moment. Silence is waited for once. */
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

type Ec2Clock = Pick<Clock, 'now' | 'alarm' | 'sleep' | 'random'>;

/** What a source is asked in one go, all pages of it. Milliseconds. */
interface Question {
  /** That it may lose. */
  patience: Milliseconds;
  /** In tries that failed, and between them. */
  lost: Milliseconds;
  /** How many tries failed. */
  failed: number;
}

/**
 * A failure that another try may not meet: RequestLimitExceeded is a 503, EC2's own faults are 5xx (EC2 API reference, "Error codes"), and
 * a connection that breaks or does not come about has no status.
 */
function isTransient(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const status = error instanceof EC2ServiceException ? error.$metadata.httpStatusCode : undefined;
  if (status !== undefined) return status === 429 || status >= 500;
  return error.name === 'TimeoutError' || 'code' in error;
}

/** A part of the fleet: one region of one account. */
export interface Source {
  /** What its failures are told by. */
  readonly name: string;
  /**
   * Every instance that carries a `proxy:*` tag.
   *
   * @param patience milliseconds that may be lost to failures
   */
  listTagged(patience?: Milliseconds): Promise<Listing>;
  /** Those of `ids` that are here. */
  read(ids: readonly InstanceId[], patience?: Milliseconds): Promise<Listing>;
}

/**
 * Several sources as one fleet; one that fails leaves the others' instances known. Who carries no tag is looked for in all
 * of them, but only when none of them shows it: a source would otherwise be asked for all instances of the others.
 */
export function combineSources(sources: readonly Source[], clock: Pick<Clock, 'now'>): Fleet {
  const few = (asked: readonly Source[], ask: Ask) => {
    const startedAt = clock.now();
    const isLate = () => clock.now() - startedAt >= LISTING_MS;
    // Of an instance that two sources show, the last reading counts.
    return fewAtOnce(asked, SOURCES_AT_ONCE, (source) =>
      ask(source, isLate() ? WARNED.patience : PATIENCE_MS),
    );
  };
  // A source that does not answer is not asked again in the same breath: the others wait for it.
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
  };
}

type Ask = (source: Source, patience: Milliseconds) => Promise<Listing>;

function joinListings(listings: readonly Listing[]): Listing {
  const failures = listings.flatMap((listing) => listing.failures);
  return {
    instances: lastReadings(listings.flatMap((listing) => listing.instances)),
    failures: [...new Map(failures.map((failure) => [failure.source, failure])).values()].sort(bySource),
  };
}

/** Whoever is slower to fail must not look like another problem. */
const bySource = (a: FailedSource, b: FailedSource) =>
  a.source < b.source ? -1 : Number(a.source > b.source);
