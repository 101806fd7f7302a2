import { Resolver as NodeResolver } from 'node:dns/promises';
import type { DnsAnswer, Resolver } from '../ports.ts';

/** Milliseconds for the first try; the second has twice as long, which fits into the second that a run has for all look-ups. */
const TRIES = { timeout: 300, tries: 2 } as const;

/** The codes of answers that the name, or its AAAA record, does not exist (RFC 1035 NXDOMAIN, RFC 2308 NODATA). */
const ABSENT: ReadonlySet<unknown> = new Set(['ENOTFOUND', 'ENODATA']);

/** The DNS that Lambda has: the function is in no VPC, so it sees public names as viewers and CloudFront do. */
export class PublicDns implements Resolver {
  readonly #server: string | undefined;
  /** Made at the first look-up, because most deployments never make one. */
  #resolver: NodeResolver | undefined;

  /** @param server address and port of another server than the system's */
  constructor(server?: string) {
    this.#server = server;
  }

  async resolve6(name: string): Promise<DnsAnswer> {
    this.#resolver ??= this.#create();
    try {
      return await this.#resolver.resolve6(name);
    } catch (error) {
      // SERVFAIL, REFUSED and silence say nothing about the name.
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      return ABSENT.has(code) ? 'absent' : 'no answer';
    }
  }

  #create(): NodeResolver {
    const resolver = new NodeResolver(TRIES);
    if (this.#server !== undefined) resolver.setServers([this.#server]);
    return resolver;
  }
}
