import { PRICES, SKILLED_HOUR } from '../../infra/monitoring/prices.ts';
import type { Bill } from './bill.ts';
import { ASSUMED, HOURS, type Usage } from './usage.ts';

/**
 * An Application Load Balancer in two zones. Its security group admits viewers by address, free of charge. It needs its public IPv4
 * addresses in every configuration, or viewers without IPv6 would not reach it.
 */
export function buildBalancerBill({ apps, requests, gbPerRequest }: Usage): Bill {
  return {
    name: 'Application Load Balancer',
    items: [
      { what: 'Load balancer', quantity: HOURS, price: PRICES.loadBalancers },
      {
        what: 'Capacity units',
        quantity: HOURS * capacityUnits(apps, requests, requests * gbPerRequest),
        price: PRICES.capacityUnits,
      },
      { what: 'Its own public IPv4, one a zone', quantity: 2 * HOURS, price: PRICES.addresses },
      { what: 'Transfer', quantity: requests * gbPerRequest, price: PRICES.ec2Transfer },
      { what: 'Route 53: the zone', quantity: 1, price: PRICES.hostedZones },
    ],
  };
}

/**
 * LCUs by the largest of the known dimensions: GB per hour, and 1,000 evaluations of rules beyond ten per second. Evenly
 * spread over the month; real traffic peaks during the day and costs more.
 */
function capacityUnits(apps: number, requests: number, gigabytes: number): number {
  const rulesPerSecond = (Math.max(0, apps - 10) * requests) / (HOURS * 3600);
  return Math.max(gigabytes / HOURS, rulesPerSecond / 1000);
}

/** One small instance that always runs Traefik, without redundancy. */
export function buildTraefikBill({ requests, gbPerRequest }: Usage): Bill {
  return {
    name: 'Traefik on a t4g.small',
    items: [
      { what: 'Instance', quantity: HOURS, price: PRICES.t4gSmall },
      { what: 'Its disk', quantity: 8, price: PRICES.volumes },
      { what: 'Its own public IPv4', quantity: HOURS, price: PRICES.addresses },
      { what: 'Transfer', quantity: requests * gbPerRequest, price: PRICES.ec2Transfer },
      { what: 'Route 53: the zone', quantity: 1, price: PRICES.hostedZones },
    ],
  };
}

/** The cost of the same changes if a person edits a proxy for each, on working days. */
export function computeHandWork({ changesPerDay }: Usage): { hours: number; usd: number } {
  const hours = (changesPerDay * ASSUMED.workdays * ASSUMED.minutesByHand) / 60;
  return { hours, usd: hours * SKILLED_HOUR.usd };
}
