import type { Endpoint } from '../../ports.ts';
import { PUBLIC_ADDRESSES, publicAddressAt, publicIpv6NameOf, publicNameOf } from '../addresses.ts';

/** The server of one instance's ports. */
export interface Served {
  /** Where a service port of the instance is served. */
  address(port: number): Endpoint;
}

/** The public addresses of the fleet and their instances: EC2's address pool and DNS. */
export class LocalDns {
  readonly #served = new Map<string, Served>();
  readonly #servedIpv6 = new Map<string, Served>();
  #handedOut = 0;

  /** Assigns a new public address. An address is reused only after all others. */
  assign(served: Served): string {
    if (this.#served.size >= PUBLIC_ADDRESSES) throw new Error('All public addresses are in use.');
    let address = publicAddressAt(this.#handedOut++);
    while (this.#served.has(publicNameOf(address))) address = publicAddressAt(this.#handedOut++);
    this.#served.set(publicNameOf(address), served);
    return address;
  }

  /** Frees an address, which no longer resolves. */
  release(address: string): void {
    this.#served.delete(publicNameOf(address));
  }

  /** Makes the name of an IPv6 address lead to the IPv6 loopback. */
  serveIpv6(address: string, served: Served): void {
    const there: Served = { address: (port) => ({ ...served.address(port), host: '::1' }) };
    this.#servedIpv6.set(publicIpv6NameOf(address), there);
  }

  releaseIpv6(address: string): void {
    this.#servedIpv6.delete(publicIpv6NameOf(address));
  }

  /** Undefined for a name that no running instance has. */
  resolve(domainName: string, port: number): Endpoint | undefined {
    const name = domainName.toLowerCase().replace(/\.$/, '');
    return (this.#served.get(name) ?? this.#servedIpv6.get(name))?.address(port);
  }
}
