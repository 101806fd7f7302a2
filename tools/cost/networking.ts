import { PRICES } from '../../infra/monitoring/prices.ts';
import type { Item } from './bill.ts';
import { DAYS, HOURS, type Usage } from './usage.ts';

/** How the instances are connected: the same for each proxy in one row of the comparison. */
export interface Networking {
  name: string;
  meaning: string;
  /** The lines of the instances' network, whatever the proxy. */
  items: (usage: Usage) => readonly Item[];
}

/** One NAT gateway is enough for the instances of one region. The data that it processes is not counted. */
const NAT: readonly Item[] = [
  { what: 'NAT gateway', quantity: HOURS, price: PRICES.natGateways },
  { what: 'Its public IPv4', quantity: HOURS, price: PRICES.addresses },
];

export const NETWORKINGS: readonly Networking[] = [
  {
    name: 'IPv6, no public IPv4',
    meaning:
      '[private instances](private-instances.md) that call nothing on the internet without IPv6. Their IPv6 addresses cost nothing, in both directions',
    items: () => [],
  },
  {
    name: 'IPv6, and a NAT gateway',
    meaning: 'private instances that also call services without IPv6, through one NAT gateway',
    items: () => NAT,
  },
  {
    name: 'a public IPv4 address each',
    meaning: 'each instance has a public IPv4 address while it runs',
    items: ({ apps, hoursPerDay }) => [
      {
        what: 'Public IPv4 of the instances, while they run',
        quantity: apps * hoursPerDay * DAYS,
        price: PRICES.addresses,
      },
    ],
  },
];
