import type { InstanceState } from '../../../core/instance.ts';
import type { Shown } from '../judge/run-record.ts';
import { type Card, type Family, ipv6NamesOf, nameOfIpv6 } from './cards.ts';

/** The account of the updater. */
export const HOME = '123456789012';

/** One instance of the modelled EC2: its true state, and the state that DescribeInstances shows. */
export class Machine {
  /** Number within the history. */
  readonly n: number;
  readonly id: string;
  readonly region: string;
  readonly account: string;
  readonly family: Family;
  /** Whether its subnet assigns public IPv4 names. */
  readonly isPublic: boolean;
  readonly tags = new Map<string, string>();
  state: InstanceState = 'pending';
  /** Epoch seconds; EC2 renews it at every start. */
  launchedAt = 0;
  /** The address that EC2 assigned at its start. */
  ownName: string | undefined;
  /** Its elastic address. */
  elasticName: string | undefined;
  /** Addresses of its primary interface. They stay when it stops. */
  readonly ipv6 = new Set<string>();
  /** Its other interfaces. */
  readonly cards = new Map<number, Card>();
  tagVersion = 0;
  /** Rises with every start, so that plans for an earlier life are dropped. */
  life = 0;
  readonly #views: { from: number; shown: Shown }[] = [];
  #goneAt = Number.POSITIVE_INFINITY;

  constructor(n: number, region: string, account: string, isPublic: boolean, family: Family) {
    this.n = n;
    this.id = idOf(n);
    this.region = region;
    this.account = account;
    this.family = family;
    this.isPublic = isPublic && family !== 'ipv6';
  }

  /** The id of its primary interface. */
  get interfaceId(): string {
    return this.id.replace('i-', 'eni-');
  }

  get allCards(): readonly Card[] {
    const attachment = this.id.replace('i-', 'eni-attach-');
    const primary = { id: this.interfaceId, attachment, index: 0, ipv6: [...this.ipv6] };
    return [primary, ...this.cards.values()];
  }

  /** `''` for none. */
  get publicIpv4Name(): string {
    return this.elasticName ?? this.ownName ?? '';
  }

  /** The name that its tags choose; `''` for none. */
  get publicName(): string {
    const wish = this.tags.get('proxy:address');
    const four = wish === 'ipv6' ? '' : this.publicIpv4Name;
    return four !== '' || wish === 'ipv4' ? four : (ipv6NamesOf(this.allCards, this.region)[0] ?? '');
  }

  /** Whether the name leads to one of its addresses, chosen or not. */
  hasName(name: string): boolean {
    return (
      name === this.publicIpv4Name || [...this.ipv6].some((each) => nameOfIpv6(each, this.region) === name)
    );
  }

  get isAlive(): boolean {
    return this.state !== 'shutting-down' && this.state !== 'terminated';
  }

  /** Makes the true state visible at `at` (epoch milliseconds), but not before earlier states. */
  show(at: number): void {
    const last = this.#views.at(-1);
    this.#views.push({ from: Math.max(at, last?.from ?? 0), shown: this.truth() });
  }

  /** Epoch milliseconds from which DescribeInstances shows the true state. */
  get shownFrom(): number {
    return this.#views.at(-1)?.from ?? Number.POSITIVE_INFINITY;
  }

  /** The source by which the updater lists it. */
  get source(): string {
    return sourceOf(this.region, this.account);
  }

  truth(): Shown {
    const { id, region, account, state, launchedAt, publicName, family, allCards: cards } = this;
    const facts = {
      id,
      region,
      account,
      state,
      launchedAt,
      publicName,
      publicIpv4Name: this.publicIpv4Name,
      cards,
    };
    return { ...facts, isIpv6Only: family === 'ipv6', tags: new Map(this.tags) };
  }

  /** Hides it from all listings from `at` on. */
  vanish(at: number): void {
    this.#goneAt = at;
  }

  /** Its state in DescribeInstances; undefined if it is not shown yet or no longer. */
  shown(now: number): Shown | undefined {
    if (now >= this.#goneAt) return undefined;
    const views = this.#views;
    while (views.length > 1 && (views[1]?.from ?? Number.POSITIVE_INFINITY) <= now) views.shift();
    const [first] = views;
    return first !== undefined && first.from <= now ? first.shown : undefined;
  }
}

/** A region of the home account or of another one. */
export function sourceOf(region: string, account = HOME): string {
  return account === HOME ? region : `${account}/${region}`;
}

/** `i-` and 17 hexadecimal digits that contain the number. */
export function idOf(n: number): string {
  return `i-0${n.toString(16).padStart(16, '0')}`;
}
