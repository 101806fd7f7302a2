import type { DnsAnswer } from '../../../updater/ports.ts';
import { type Card, ipv6NamesOf } from '../cloud/cards.ts';
import type { Fault, Service } from '../cloud/network.ts';

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

/** Calls and answers of one run, for the judge. */
export class RunRecord {
  readonly startedAt: number;
  readonly bodies: readonly string[];
  readonly calls: { service: Service; operation: string; fault?: Fault }[] = [];
  /** EC2's last answer about each instance in this run. */
  readonly shown = new Map<string, Shown>();
  /** The public names that it looked up, with the answers that have arrived. */
  readonly names = new Map<string, DnsAnswer>();
  /** The environment that ran it. */
  readonly environment: string;
  /** Writes that cleared old tombstones. */
  clearings = 0;
  /** Another writer changed the store during the run. */
  disturbed = false;

  constructor(startedAt: number, bodies: readonly string[], environment: string) {
    this.startedAt = startedAt;
    this.bodies = bodies;
    this.environment = environment;
  }

  /** EC2's answer has arrived. */
  saw(shown: readonly Shown[]): void {
    for (const one of shown) this.shown.set(one.id, one);
  }

  called(call: { service: Service; operation: string; fault?: Fault }): void {
    this.calls.push(call);
  }

  count(operation: string): number {
    return this.calls.filter((call) => call.operation === operation).length;
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
