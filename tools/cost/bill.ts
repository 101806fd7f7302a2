import type { Price } from '../../infra/monitoring/prices.ts';

/** One line of a bill. */
export interface Item {
  what: string;
  /** In units of the price, a month. */
  quantity: number;
  price: Price;
  /** A flat-rate plan of CloudFront includes it. */
  included?: boolean;
}

/** The monthly cost of one way from viewers to instances, without the instances themselves. */
export interface Bill {
  name: string;
  items: readonly Item[];
}

/** US dollars of one line. `free` subtracts the units that are free each month. */
export function costOf({ quantity, price, included }: Item, free: boolean): number {
  if (included) return 0;
  const billed = free ? Math.max(0, quantity - (price.free ?? 0)) : quantity;
  return (billed * price.usd) / price.per;
}

/** US dollars of a whole bill. */
export function totalOf({ items }: Pick<Bill, 'items'>, free: boolean): number {
  return items.reduce((sum, item) => sum + costOf(item, free), 0);
}
