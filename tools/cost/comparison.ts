import { type Bill, totalOf } from './bill.ts';
import { NETWORKINGS, type Networking } from './networking.ts';
import { buildBalancerBill, buildTraefikBill } from './other-bills.ts';
import { buildOurBill, choosePlan } from './our-bill.ts';
import type { Usage } from './usage.ts';

/** The bills to compare, without the network of the instances. A plan is absent if none is large enough. */
export function buildBills(usage: Usage): { ours: readonly Bill[]; others: readonly Bill[] } {
  const plan = choosePlan(usage);
  return {
    ours: [
      buildOurBill(usage, { waf: false }),
      buildOurBill(usage, { waf: true }),
      ...(plan ? [buildOurBill(usage, { waf: true, plan })] : []),
    ],
    others: [buildBalancerBill(usage), buildTraefikBill(usage)],
  };
}

/** Each tariff without sign-in, and the same with it. A plan is absent if none is large enough. */
export function compareSignIn(usage: Usage): { without: Bill; with: Bill }[] {
  const plan = choosePlan(usage);
  const tariffs = [{ waf: false }, { waf: true }, ...(plan ? [{ waf: true, plan }] : [])];
  return tariffs.map((tariff) => ({
    without: buildOurBill(usage, tariff),
    with: buildOurBill(usage, { ...tariff, signIn: true }),
  }));
}

/** One row of the comparison: US dollars of each bill with the same network. */
export interface Comparison {
  networking: Networking;
  ours: readonly number[];
  others: readonly number[];
}

/** Compares the bills in each network. `free` subtracts what is free each month. */
export function compare(usage: Usage, free: boolean): Comparison[] {
  const { ours, others } = buildBills(usage);
  return NETWORKINGS.map((networking) => {
    const network = { items: networking.items(usage) };
    const totals = (bills: readonly Bill[]) =>
      bills.map((bill) => totalOf(bill, free) + totalOf(network, free));
    return { networking, ours: totals(ours), others: totals(others) };
  });
}

/** Whether the cheapest of our tariffs is cheaper than each other proxy, in one network. */
export function isCheapest({ ours, others }: Comparison): boolean {
  return Math.min(...ours) < Math.min(...others);
}

/** Requests beyond which nothing is searched: a development environment has fewer. */
const MOST_REQUESTS = 500_000_000;

/**
 * Requests a month, in millions, from which another proxy is cheaper than each of our tariffs; undefined if there is no such number
 * up to 500 million. Free tiers are used.
 */
export function findCrossover(
  usage: Usage,
  build: (usage: Usage) => Bill,
  gbPerRequest: number,
): number | undefined {
  for (let requests = 1e6; requests <= MOST_REQUESTS; requests += 1e6) {
    const more = { ...usage, requests, gbPerRequest };
    const ours = buildBills(more).ours.map((bill) => totalOf(bill, true));
    if (totalOf(build(more), true) < Math.min(...ours)) return requests / 1e6;
  }
  return undefined;
}
