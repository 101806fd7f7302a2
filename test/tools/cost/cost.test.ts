import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { PRICES, type Price } from '../../../infra/monitoring/prices.ts';
import {
  buildBalancerBill,
  buildOurBill,
  buildTraefikBill,
  computeHandWork,
  costOf,
  totalOf,
} from '../../../tools/cost/bill.ts';
import { COST_FILE, parseUsage, UsageFlagError } from '../../../tools/cost/main.ts';
import { costPage } from '../../../tools/cost/page.ts';
import { TEAM } from '../../../tools/cost/usage.ts';
import { templatesOf } from '../../infra/synth.ts';

const BILLS = [buildOurBill, buildBalancerBill, buildTraefikBill];

describe('docs/operate/cost.md', () => {
  test('is up to date: after a change, run `npm run cost`', () => {
    expect(readFileSync(COST_FILE, 'utf8')).toBe(costPage(TEAM));
  });

  test('names the source of each price', () => {
    const page = costPage(TEAM);
    for (const { source } of Object.values<Price>(PRICES)) {
      expect(source).toMatch(/^https:\/\//);
      expect(page).toContain(source.split(' ')[0]);
    }
  });
});

describe('a bill', () => {
  test('charges the units beyond the free tier, or all units without it', () => {
    const item = { what: 'router', quantity: 10_000_000, price: PRICES.functionCalls };
    expect(costOf(item, false)).toBeCloseTo(1);
    expect(costOf(item, true)).toBeCloseTo(0.8);
    expect(costOf({ ...item, quantity: 1 }, true)).toBe(0);
  });

  test('is the sum of its lines, and never higher with the free tiers', () => {
    for (const billOf of BILLS) {
      const bill = billOf(TEAM);
      const lines = bill.items.map((item) => costOf(item, false));
      expect(totalOf(bill, false)).toBeCloseTo(lines.reduce((sum, line) => sum + line, 0));
      expect(totalOf(bill, true)).toBeLessThanOrEqual(totalOf(bill, false));
    }
  });

  test('uses every price of the table, none of ours twice with a free tier', () => {
    const used = BILLS.flatMap((billOf) => billOf(TEAM).items.map(({ price }) => price));
    expect(new Set(used)).toEqual(new Set(Object.values(PRICES)));
    for (const billOf of BILLS) {
      const free = billOf(TEAM)
        .items.map(({ price }) => price)
        .filter((price: Price) => price.free !== undefined);
      expect(new Set(free).size).toBe(free.length);
    }
  });

  test('of ours grows with requests by the router, its read, the gate and the request itself', () => {
    const more = { ...TEAM, requests: TEAM.requests + 1_000_000, gbPerRequest: 0 };
    const less = { ...TEAM, gbPerRequest: 0 };
    const difference = totalOf(buildOurBill(more), false) - totalOf(buildOurBill(less), false);
    expect(difference).toBeCloseTo(1 + 0.1 + 0.03 + 0.6);
  });

  test('of a load balancer counts the larger of traffic and rules', () => {
    const unitsOf = (usage: typeof TEAM) =>
      buildBalancerBill(usage).items.find(({ price }) => price === PRICES.capacityUnits)?.quantity;
    expect(unitsOf({ ...TEAM, requests: 1, gbPerRequest: 730 })).toBeCloseTo(730);
    // 100 rules beyond the ten free ones at 10 requests a second are 1,000 evaluations a second: one unit.
    expect(unitsOf({ ...TEAM, apps: 110, requests: 10 * 730 * 3600, gbPerRequest: 0 })).toBeCloseTo(730);
  });

  test('of the work is five minutes per change on working days', () => {
    expect(computeHandWork({ ...TEAM, changesPerDay: 12 }).hours).toBeCloseTo(22);
  });
});

describe('the resources of the stacks', () => {
  const { edge, updater, remotes } = templatesOf({ public: 'true' });
  const count = (type: string) =>
    [edge, updater].reduce((sum, template) => sum + Object.keys(template.findResources(type)).length, 0);

  test.each([
    ['AWS::CloudWatch::Alarm', PRICES.alarms],
    ['AWS::CloudWatch::Dashboard', PRICES.dashboards],
    ['AWS::SecretsManager::Secret', PRICES.secrets],
  ])('are counted by the bill, in one region: %s', (type, price) => {
    const billed = buildOurBill(TEAM).items.find((item) => item.price === price)?.quantity;
    expect(count(type)).toBe(billed);
    expect(remotes.size).toBe(0);
  });
});

describe('the flags', () => {
  test('change only the value that they name', () => {
    expect(parseUsage([])).toEqual(TEAM);
    expect(parseUsage(['--apps', '5', '--requests', '1,000,000'])).toEqual({
      ...TEAM,
      apps: 5,
      requests: 1_000_000,
    });
  });

  test.each(['many', '-1', '', 'Infinity'])('refuse "%s" and give the expected value', (value) => {
    expect(() => parseUsage([`--apps=${value}`])).toThrow(UsageFlagError);
    expect(() => parseUsage([`--apps=${value}`])).toThrow(`--apps is "${value}", expected a number`);
  });
});
