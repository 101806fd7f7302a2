import type { Deployment } from '../../cli/doctor/deployment.ts';
import { Ledger } from './ledger.ts';
import type { Options } from './options.ts';
import type { Row } from './rows.ts';
import type { Ask, Ipv6Vpc, Reply, World } from './world.ts';

/** Names of the test's routes. */
export const LABELS = { app: 'e2e', dead: 'e2e-dead', ipv6: 'e2e-ipv6', fresh: 'e2e-fresh' } as const;

export type Label = (typeof LABELS)[keyof typeof LABELS];

/** The interval and the time limit of requests to an edge during a wait. */
const POLL_MS = 500;
const PATIENCE_MS = 10 * 60_000;

/** An expected change did not happen in time. */
export class TooLateError extends Error {
  override name = 'TooLateError';
}

/** One run: its options, resources and results. Steps store values that later steps need. */
export class Run {
  readonly ledger = new Ledger();
  readonly rows: Row[] = [];
  /** Set by Ctrl-C: no further step begins, and waits end. */
  readonly interrupted: AbortSignal;
  readonly options: Options;
  readonly world: World;
  #deployment: Deployment | undefined;
  readonly #instances = new Map<Label, string>();
  #ipv6Vpc: Ipv6Vpc | undefined;
  /** The first IPv6 address of the instance without IPv4. */
  ipv6Address = '';

  constructor(options: Options, world: World, interrupted: AbortSignal) {
    this.options = options;
    this.world = world;
    this.interrupted = interrupted;
  }

  /** The deployment of this run. */
  get deployment(): Deployment {
    if (!this.#deployment) throw new Error('nothing is deployed yet: steps are out of order');
    return this.#deployment;
  }

  set deployment(made: Deployment) {
    this.#deployment = made;
  }

  launched(label: Label, id: string): void {
    this.#instances.set(label, id);
  }

  /** Id of the instance that serves a label. */
  instanceOf(label: Label): string {
    const id = this.#instances.get(label);
    if (id === undefined) throw new Error(`${label} is not launched yet: steps are out of order`);
    return id;
  }

  /** The VPC of the instance without IPv4. */
  get ipv6Vpc(): Ipv6Vpc {
    if (!this.#ipv6Vpc) throw new Error('there is no VPC yet: steps are out of order');
    return this.#ipv6Vpc;
  }

  set ipv6Vpc(made: Ipv6Vpc) {
    this.#ipv6Vpc = made;
  }

  /** Domain name for requests to the edges. */
  get edge(): string {
    return this.deployment.distribution.domainName;
  }

  /** A viewer's request for an app: by name, or by a header on the bare domain. */
  to(label: string, path = '/', headers: Readonly<Record<string, string>> = {}): Ask {
    const { baseDomain } = this.options;
    return baseDomain === ''
      ? { host: this.edge, path, headers: { 'x-proxy-app': label, ...headers } }
      : { host: `${label}.${baseDomain}`, path, headers };
  }

  ask(label: string, path?: string, headers?: Readonly<Record<string, string>>): Promise<Reply> {
    return this.world.ask(this.edge, this.to(label, path, headers));
  }

  /** Requests until the answer is `wanted`; returns the seconds since `since`. */
  async until(what: string, since: number, wanted: (reply: Reply) => boolean, label: string = LABELS.app) {
    for (;;) {
      this.interrupted.throwIfAborted();
      // The name may not exist yet, or the connection may break; the next request may succeed.
      const reply = await this.ask(label).catch(() => undefined);
      const waited = this.world.now() - since;
      if (reply && wanted(reply)) return waited / 1000;
      if (waited > PATIENCE_MS)
        throw new TooLateError(
          `${what}: not after ${PATIENCE_MS / 60_000} min; the last answer was ${reply ? `${reply.status} ${reply.headers['x-proxy-state'] ?? ''}` : 'none'}`,
        );
      await this.world.sleep(POLL_MS);
    }
  }

  /** Keeps and prints a result. */
  saw(row: Row): void {
    this.rows.push(row);
    this.world.say(`  ${row.agrees ? 'as expected' : 'OTHERWISE'}: ${row.seen}`);
  }
}
