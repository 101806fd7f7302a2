import type { Endpoint } from '../../ports.ts';
import { PUBLIC_ADDRESSES, publicAddressAt, publicNameOf } from '../addresses.ts';

/** Something that serves the ports of one instance. */
export interface Served {
  /** Where a service port of the instance is served. */
  address(port: number): Endpoint;
}

/** The public addresses of the fleet, and who has which: EC2's pool and its DNS in one. */
export class LocalDns {
  readonly #served = new Map<string, Served>();
  #handedOut = 0;

  /** Gives a new public address. None comes a second time before all have been used. */
  assign(served: Served): string {
    if (this.#served.size >= PUBLIC_ADDRESSES) throw new Error('All public addresses are in use.');
    let address = publicAddressAt(this.#handedOut++);
    while (this.#served.has(publicNameOf(address))) address = publicAddressAt(this.#handedOut++);
    this.#served.set(publicNameOf(address), served);
    return address;
  }

  /** From now on the address leads nowhere. */
  release(address: string): void {
    this.#served.delete(publicNameOf(address));
  }

  /** `undefined` for a name that no running instance has. */
  resolve(domainName: string, port: number): Endpoint | undefined {
    const name = domainName.toLowerCase().replace(/\.$/, '');
    return this.#served.get(name)?.address(port);
  }
}
