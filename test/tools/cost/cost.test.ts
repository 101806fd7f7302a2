import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { PRICES, type Price } from '../../../infra/monitoring/prices.ts';
import { type Bill, costOf, totalOf } from '../../../tools/cost/bill.ts';
import {
  buildBills,
  compare,
  compareSignIn,
  findCrossover,
  isCheapest,
} from '../../../tools/cost/comparison.ts';
import { formatDollars } from '../../../tools/cost/format.ts';
import { COST_FILE, parseUsage, UsageFlagError } from '../../../tools/cost/main.ts';
import { NETWORKINGS } from '../../../tools/cost/networking.ts';
import { buildBalancerBill, buildTraefikBill, computeHandWork } from '../../../tools/cost/other-bills.ts';
import { buildOurBill, choosePlan } from '../../../tools/cost/our-bill.ts';
import { costPage } from '../../../tools/cost/page.ts';
import { countInvocations, edgeItems, signInItems } from '../../../tools/cost/sign-in.ts';
import { TEAM } from '../../../tools/cost/usage.ts';
import {
  countUnreachableQuestions,
  countWaitQuestions,
  itemsOfTab,
  PAUSES,
  UNREACHABLE,
  WAIT,
  WAITING_TABS,
} from '../../../tools/cost/waiting.ts';
import { SIGNED_IN, templatesOf } from '../../infra/synth.ts';

const EDGE_PRICES: readonly Price[] = [PRICES.edgeCalls, PRICES.edgeTime];

/** A team that needs a larger plan. */
const LARGE = { ...TEAM, requests: 100_000_000 };

const billsOf = (usage: typeof TEAM): Bill[] => {
  const { ours, others } = buildBills(usage);
  const signedIn = compareSignIn(usage).map((each) => each.with);
  return [
    ...ours,
    ...signedIn,
    ...others,
    ...NETWORKINGS.map(({ name, items }) => ({ name, items: items(usage) })),
  ];
};

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
    for (const bill of billsOf(TEAM)) {
      const lines = bill.items.map((item) => costOf(item, false));
      expect(totalOf(bill, false)).toBeCloseTo(lines.reduce((sum, line) => sum + line, 0));
      expect(totalOf(bill, true)).toBeLessThanOrEqual(totalOf(bill, false));
    }
  });

  test('uses every price of the table, none twice with a free tier', () => {
    const bills = [...billsOf(TEAM), ...billsOf(LARGE)];
    const used = bills.flatMap(({ items }) => items.map(({ price }) => price));
    expect(new Set(used)).toEqual(new Set(Object.values(PRICES)));
    for (const { items } of bills) {
      const free = items.map(({ price }) => price).filter((price: Price) => price.free !== undefined);
      expect(new Set(free).size).toBe(free.length);
    }
  });

  test('of ours grows with requests by the router, its read, WAF and the request itself', () => {
    const more = { ...TEAM, requests: TEAM.requests + 1_000_000, gbPerRequest: 0 };
    const less = { ...TEAM, gbPerRequest: 0 };
    const usdOf = (usage: typeof TEAM) => totalOf(buildOurBill(usage, { waf: true }), false);
    // The last one is for 1 KB that each request sends to its app.
    expect(usdOf(more) - usdOf(less)).toBeCloseTo(1 + 0.1 + 0.03 + 0.6 + 0.02);
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

describe('the goals', () => {
  const usdOf = (tariff: Parameters<typeof buildOurBill>[1]) => totalOf(buildOurBill(TEAM, tariff), true);

  test('pay-as-you-go, without public IPv4: at most $20 with WAF, and at most $6 without', () => {
    expect(usdOf({ waf: true })).toBeLessThanOrEqual(20);
    expect(usdOf({ waf: false })).toBeLessThanOrEqual(6);
  });

  test('on the Pro plan: at most $19', () => {
    const plan = choosePlan(TEAM);
    expect(plan?.name).toBe('Pro');
    expect(usdOf({ waf: true, ...(plan ? { plan } : {}) })).toBeLessThanOrEqual(19);
  });

  test('Lambda@Edge: at most $0.50, of which nothing is free', () => {
    const lines = signInItems(TEAM).filter(({ price }) => EDGE_PRICES.includes(price));
    expect(lines).toEqual(edgeItems(TEAM));
    expect(totalOf({ items: lines }, true)).toBeLessThanOrEqual(0.5);
    expect(totalOf({ items: lines }, true)).toBe(totalOf({ items: lines }, false));
  });

  test('sign-in: at most $2 more on a plan, $3 more with networks, and $14 more than for every viewer', () => {
    const more = compareSignIn(TEAM).map((each) => totalOf(each.with, true) - totalOf(each.without, true));
    expect(more.map((usd, index) => usd <= ([14, 3, 2][index] ?? 0))).toEqual([true, true, true]);
  });

  test('each tariff with sign-in is cheaper than a load balancer and Traefik', () => {
    const [row] = compare(TEAM, true);
    for (const each of compareSignIn(TEAM))
      expect(totalOf(each.with, true)).toBeLessThan(Math.min(...(row?.others ?? [])));
  });

  test('each of our tariffs is cheaper than a load balancer and Traefik, in every network', () => {
    const rows = compare(TEAM, true);
    expect(rows.map(({ networking }) => networking.name)).toEqual([
      'IPv6, no public IPv4',
      'IPv6, and a NAT gateway',
      'a public IPv4 address each',
    ]);
    for (const { ours, others } of rows) {
      expect([ours.length, others.length]).toEqual([3, 2]);
      expect(Math.max(...ours)).toBeLessThan(Math.min(...others));
    }
  });

  test('even with public IPv4 and WAF, against the others without', () => {
    const rows = compare(TEAM, true);
    expect(rows.at(-1)?.ours[1]).toBeLessThan(Math.min(...(rows[0]?.others ?? [])));
  });

  test('the Pro plan is the cheapest where the free amounts are used up, and pay-as-you-go is not', () => {
    for (const row of compare(TEAM, false)) {
      expect(isCheapest(row)).toBe(true);
      expect(Math.min(...row.ours)).toBe(row.ours[2]);
      expect(row.ours[0]).toBeGreaterThan(Math.min(...row.others));
    }
  });

  test('the page and the README have the computed sums', () => {
    const [row] = compare(TEAM, true);
    const readme = readFileSync('README.md', 'utf8');
    for (const usd of [...(row?.ours ?? []), ...(row?.others ?? [])]) {
      expect(costPage(TEAM)).toContain(formatDollars(usd));
      expect(readme).toContain(`$${Math.round(usd)}`);
    }
    const [, networks, plan] = compareSignIn(TEAM).map((each) =>
      formatDollars(totalOf(each.with, true) - totalOf(each.without, true)),
    );
    expect(readme).toContain(`adds ${plan} on the plan and ${networks} beside`);
  });
});

describe('the comparison', () => {
  test('has the same network for all in each row', () => {
    const { ours, others } = buildBills(TEAM);
    for (const { networking, ...row } of compare(TEAM, true)) {
      const network = totalOf({ items: networking.items(TEAM) }, true);
      const without = [...row.ours, ...row.others].map((usd) => usd - network);
      for (const [index, bill] of [...ours, ...others].entries())
        expect(without[index]).toBeCloseTo(totalOf(bill, true));
    }
  });

  test('counts a public IPv4 address only while its instance runs', () => {
    const network = NETWORKINGS.at(-1);
    const usdAt = (hoursPerDay: number) =>
      totalOf({ items: network?.items({ ...TEAM, hoursPerDay }) ?? [] }, true);
    expect(usdAt(24)).toBeCloseTo(20 * 730 * 0.005);
    expect(usdAt(10)).toBeCloseTo((usdAt(24) * 10) / 24);
  });

  test('has a plan that is large enough, or none', () => {
    expect(choosePlan({ ...TEAM, requests: 10_000_001 })?.name).toBe('Business');
    expect(choosePlan({ ...TEAM, gbPerRequest: 0.006 })).toBeUndefined();
    expect(buildBills({ ...TEAM, requests: 200_000_000 }).ours).toHaveLength(2);
  });

  test('says plainly where another proxy is cheaper', () => {
    const small = { ...TEAM, requests: 100_000_000, gbPerRequest: 0.000_001 };
    expect(compare(small, true).some(isCheapest)).toBe(false);
    expect(costPage(small)).toContain('**Another proxy is cheaper with: IPv6, no public IPv4;');
    expect(costPage(small)).not.toContain('the cheapest in each row');
  });

  test('finds the number of requests from which another proxy is cheaper', () => {
    const millions = findCrossover(TEAM, buildTraefikBill, 0.000_005) ?? 0;
    const usdAt = (requests: number) => {
      const { ours, others } = buildBills({ ...TEAM, requests, gbPerRequest: 0.000_005 });
      return [
        Math.min(...ours.map((bill) => totalOf(bill, true))),
        totalOf(others[1] ?? { items: [] }, true),
      ];
    };
    const [ours = 0, traefik = 0] = usdAt(millions * 1e6);
    const [oursBefore = 0, traefikBefore = 0] = usdAt((millions - 1) * 1e6);
    expect([traefik < ours, traefikBefore < oursBefore]).toEqual([true, false]);
  });
});

describe('a tab that waits', () => {
  test('asks as often as the pages do', () => {
    const { starting, maintenance, portal, lastRequests } = PAUSES;
    const notices = readFileSync('edge/router/answer/notice.ts', 'utf8');
    expect(notices).toContain(`'starting|+${starting}|The app opens here when it is ready.'`);
    expect(notices).toContain(`'maintenance|+${maintenance}|`);
    expect(readFileSync('portal/main.tsx', 'utf8')).toContain(`isLocal(location) ? 2_000 : ${portal}_000;`);
    const reader = readFileSync('portal/load/last-requests.ts', 'utf8');
    expect(reader).toContain(`AGAIN: Milliseconds = ${lastRequests}_000;`);
  });

  test('costs one request, one call of the router and one inspection each time', () => {
    const [tab] = WAITING_TABS;
    if (!tab) throw new Error('no tab');
    expect(totalOf({ items: itemsOfTab({ ...tab, kilobytes: 0 }, 1e6) }, false)).toBeCloseTo(
      1 + 0.1 + 0.03 + 0.6,
    );
  });

  test('with sign-in costs an invocation, its 50 ms, and two reads of S3 each time', () => {
    const tab = WAITING_TABS.find(({ asksConcierge }) => asksConcierge);
    if (!tab) throw new Error('no tab');
    expect(totalOf({ items: itemsOfTab({ ...tab, kilobytes: 0 }, 1e6) }, false)).toBeCloseTo(
      1 + 0.1 + 0.6 + (0.6 + 50_000 * 0.00005001) + 0.8,
    );
  });
});

describe('a page that asks the concierge', () => {
  const script = readFileSync('portal/errors/wait.js', 'utf8');
  const unreachable = readFileSync('portal/errors/unreachable.html', 'utf8');

  test('has the schedule that the bill counts', () => {
    const [often, less, seldom] = WAIT;
    expect(script).toContain(
      `(waited < ${often?.until} ? ${often?.every} : waited < ${less?.until} ? ${less?.every} : ${seldom?.every})`,
    );
    expect(script).toMatch(
      new RegExp(`yield 0;\\s+for \\(let waited = 0; waited < ${seldom?.until}; waited \\+= pauseAfter`),
    );
    expect(unreachable).toContain(`const LIMIT = ${UNREACHABLE.until};`);
    expect(unreachable).toContain('for (let pause = 0, waited = 0; waited <= LIMIT; waited += pause)');
    expect(unreachable).toContain(
      `pause = Math.min(2 * pause || ${UNREACHABLE.first}, ${UNREACHABLE.most});`,
    );
  });

  test.each([
    [0, 1],
    [1, 2],
    [60, 61],
    [64, 61],
    [65, 62],
    [300, 109],
    [1_800, 159],
    [Number.POSITIVE_INFINITY, 159],
  ])('that waits for %s s asks %s times', (seconds, questions) => {
    expect(countWaitQuestions(seconds)).toBe(questions);
  });

  test.each([
    [0, 1],
    [2, 2],
    [60, 6],
    [300, 14],
    [Number.POSITIVE_INFINITY, 14],
  ])('for 502 asks about the newest state %s s long %s times', (seconds, questions) => {
    expect(countUnreachableQuestions(seconds)).toBe(questions);
  });

  test('of the team: two people at each start, and a forgotten tab for one in five', () => {
    const { waits, forgotten } = countInvocations(TEAM);
    expect(waits).toBeCloseTo(40 * (730 / 24) * (61 + 1 + 6));
    expect(forgotten).toBe((20 / 5) * 22 * 159);
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
    const billed = buildOurBill(TEAM, { waf: true }).items.find((item) => item.price === price)?.quantity;
    expect(count(type)).toBe(billed);
    expect(remotes.size).toBe(0);
  });
});

describe('the resources of a deployment with sign-in', () => {
  const { edge, updater } = templatesOf(SIGNED_IN);
  const bill = buildOurBill(TEAM, { waf: false, signIn: true });
  const billed = (price: Price) =>
    bill.items.filter((item) => item.price === price).reduce((sum, { quantity }) => sum + quantity, 0);
  const resources = (type: string) =>
    [edge, updater].flatMap((each) => Object.values(each.findResources(type)));

  test('are counted by the bill', () => {
    expect(resources('AWS::CloudWatch::Alarm')).toHaveLength(billed(PRICES.alarms));
    // The operator makes the secret of the client.
    expect(resources('AWS::SecretsManager::Secret')).toHaveLength(billed(PRICES.secrets) - 1);
    const [acl] = resources('AWS::WAFv2::WebACL');
    expect(acl?.['Properties'].Rules).toHaveLength(billed(PRICES.webAclRules));
  });

  test('have the memory that the bill counts', () => {
    const functions = resources('AWS::Lambda::Function').map((each) => each['Properties']);
    const [concierge] = functions.filter(({ Description }) => /signs viewers in/.test(Description));
    expect(concierge.MemorySize).toBe(1_024);
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
