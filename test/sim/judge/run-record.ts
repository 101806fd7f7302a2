import type { Fault, Service } from '../cloud/network.ts';

/** An instance as one answer of DescribeInstances showed it. */
export interface Shown {
  id: string;
  region: string;
  account: string;
  state: string;
  /** Epoch seconds. */
  launchedAt: number;
  /** `''` for none. */
  publicName: string;
  tags: ReadonlyMap<string, string>;
}

/** What one run of the updater did and was told, for the judge. */
export class RunRecord {
  readonly startedAt: number;
  readonly bodies: readonly string[];
  readonly calls: { service: Service; operation: string; fault?: Fault }[] = [];
  /** The last that EC2 said of an instance in this run. */
  readonly shown = new Map<string, Shown>();
  /** The environment that ran it. */
  readonly environment: string;
  /** Somebody else wrote the store while it ran. */
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

  /** True when some call to the service went wrong. */
  failed(service: Service): boolean {
    return this.calls.some((call) => call.service === service && call.fault !== undefined);
  }

  get isFaultless(): boolean {
    return this.calls.every((call) => call.fault === undefined);
  }

  /** True when the region of an account was listed, and no call of the listing went wrong. */
  listed(source: string): boolean {
    const service: Service = `ec2 ${source}`;
    return this.calls.some((call) => call.service === service) && !this.failed(service);
  }
}
