import { decodeIpAwsName } from '../../core/ec2/ip-aws.ts';
import { parseIpv6 } from '../../core/ec2/ipv6.ts';
import type { Milliseconds } from '../../core/wire/brands.ts';
import { fewAtOnce } from '../few-at-once.ts';
import type { Clock, DnsAnswer, Resolver } from '../ports.ts';
import type { Ipv6Address, NameState } from './settle-names.ts';

/** Look-ups at the same time. */
const AT_ONCE = 20;

/** Time for all look-ups of one run. The other names wait for the next run. */
const TIME_MS: Milliseconds = 1_000;

/** Most names that are remembered. A forgotten one is looked up again. */
const MOST_NAMES = 10_000;

/** The public names of IPv6 addresses, as DNS knows them. Look-ups are remembered, because a name is computed from its address. */
export class PublicNames {
  readonly #resolver: Resolver;
  readonly #clock: Pick<Clock, 'alarm'>;
  readonly #states = new Map<string, NameState>();

  constructor(resolver: Resolver, clock: Pick<Clock, 'alarm'>) {
    this.#resolver = resolver;
    this.#clock = clock;
  }

  /** Undefined for a name that was not looked up. */
  stateOf({ name }: Ipv6Address): NameState | undefined {
    return this.#states.get(name);
  }

  /**
   * Looks up some names, for a second at most.
   *
   * @returns whether something is known now that was not known before
   */
  async lookUp(addresses: Iterable<Ipv6Address>): Promise<boolean> {
    const wanted = new Map([...addresses].map((address) => [address.name, address]));
    if (wanted.size === 0) return false;
    const answers = await this.#ask(wanted.values());
    // A resolver that does not answer at all is not asked for each further name.
    const isSilent = [...answers.values()].every((answer) => answer === 'no answer');
    let isNews = false;
    for (const [name, address] of wanted) {
      const answer = answers.get(name) ?? (isSilent ? 'no answer' : undefined);
      const before = this.#states.get(name);
      const state = answer && stateBy(answer, address, before);
      isNews ||= state !== before;
      if (state !== undefined) this.#remember(name, state);
    }
    return isNews;
  }

  /** The answers that come in time. A name whose answer is late has none, and the names after it are not asked for. */
  async #ask(addresses: Iterable<Ipv6Address>): Promise<ReadonlyMap<string, DnsAnswer>> {
    const answers = new Map<string, DnsAnswer>();
    let isOver = false;
    const inTime = function* (): Generator<Ipv6Address> {
      for (const address of addresses) {
        if (isOver) return;
        yield address;
      }
    };
    const asked = fewAtOnce(inTime(), AT_ONCE, async ({ name }) => {
      answers.set(name, 'no answer');
      const answer = await this.#resolver.resolve6(name);
      if (!isOver) answers.set(name, answer);
    });
    await new Promise<void>((resolve) => {
      const cancel = this.#clock.alarm(TIME_MS, resolve);
      void asked.then(() => {
        cancel();
        resolve();
      });
    });
    isOver = true;
    return answers;
  }

  #remember(name: string, state: NameState): void {
    this.#states.delete(name);
    this.#states.set(name, state);
    if (this.#states.size <= MOST_NAMES) return;
    const [oldest] = this.#states.keys();
    if (oldest !== undefined) this.#states.delete(oldest);
  }
}

function stateBy(answer: DnsAnswer, address: Ipv6Address, before: NameState | undefined): NameState {
  if (answer === 'no answer') return before ?? 'unanswered';
  const due = decodeIpAwsName(address.name)?.ipv6;
  const isRight = answer !== 'absent' && answer.some((text) => due !== undefined && parseIpv6(text) === due);
  return isRight ? 'resolved' : 'absent';
}
