import type { DnsAnswer } from '../../../updater/ports.ts';
import { type Card, ipv6NamesOf } from '../cloud/cards.ts';
import type { Fault, Service } from '../cloud/network.ts';
import type { Terms } from './expected.ts';

/** An instance in one answer of DescribeInstances. */
export interface Shown {
  id: string;
  region: string;
  account: string;
  state: string;
  /** Epoch seconds. */
  launchedAt: number;
  /** The name that its tags choose; `''` for none. */
  publicName: string;
  /** `''` for none. */
  publicIpv4Name: string;
  isIpv6Only: boolean;
  cards: readonly Card[];
  tags: ReadonlyMap<string, string>;
}

/** Whether EC2 showed that a name leads to the instance: the chosen one, or beside it another public IPv6 address of the interface. */
export function leadsTo({ publicName, cards, region }: Shown, name: string): boolean {
  const names = ipv6NamesOf(cards, region);
  return name === publicName || (names.includes(publicName) && names.includes(name));
}

/** One call of a run. */
export interface CallRecord {
  service: Service;
  operation: string;
  /** `bucket/key`, or the ARN of a secret. */
  target?: string;
  fault?: Fault;
}

/** Calls and answers of one run, for the judge. */
export class RunRecord {
  readonly startedAt: number;
  readonly bodies: readonly string[];
  readonly calls: CallRecord[] = [];
  /** The settings of its environment. */
  readonly terms: Terms;
  /** EC2's last answer about each instance in this run. */
  readonly shown = new Map<string, Shown>();
  /** The public names that it looked up, with the answers that have arrived. */
  readonly names = new Map<string, DnsAnswer>();
  /** The environment that ran it. */
  readonly environment: string;
  /** Writes that no route waits for: of the session keys, and those that cleared old tombstones. */
  sideWrites = 0;
  /** Another writer changed the store during the run. */
  disturbed = false;

  constructor(startedAt: number, bodies: readonly string[], environment: string, terms: Terms) {
    this.startedAt = startedAt;
    this.bodies = bodies;
    this.environment = environment;
    this.terms = terms;
  }

  /** EC2's answer has arrived. */
  saw(shown: readonly Shown[]): void {
    for (const one of shown) this.shown.set(one.id, one);
  }

  called(call: CallRecord): void {
    this.calls.push(call);
  }

  count(operation: string): number {
    return this.calls.filter((call) => call.operation === operation).length;
  }

  /** The calls that read the mirror. */
  get mirrorReads(): readonly CallRecord[] {
    return this.calls.filter(
      ({ operation, target }) => operation === 'GetObject' && target?.startsWith('journal/mirror/'),
    );
  }

  /** Whether a call to the service failed. */
  failed(service: Service): boolean {
    return this.calls.some((call) => call.service === service && call.fault !== undefined);
  }

  get isFaultless(): boolean {
    return this.calls.every((call) => call.fault === undefined);
  }

  /** Whether the source was listed without a failed call. */
  listed(source: string): boolean {
    const service: Service = `ec2 ${source}`;
    return this.calls.some((call) => call.service === service) && !this.failed(service);
  }
}
