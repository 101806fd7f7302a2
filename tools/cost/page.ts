import { PRICES, type Price, READ_ON, SKILLED_HOUR } from '../../infra/monitoring/prices.ts';
import { type Bill, costOf, type Item, totalOf } from './bill.ts';
import {
  buildBills,
  type Comparison,
  compare,
  compareSignIn,
  findCrossover,
  isCheapest,
} from './comparison.ts';
import { formatCount, formatDollars, formatPrice, printTable } from './format.ts';
import { NETWORKINGS } from './networking.ts';
import { buildBalancerBill, buildTraefikBill, computeHandWork } from './other-bills.ts';
import { countInvocations, edgeItems, signInItems } from './sign-in.ts';
import { ASSUMED, type Usage } from './usage.ts';
import {
  countUnreachableQuestions,
  countWaitQuestions,
  itemsOfTab,
  QUESTIONS_OF_A_TAB,
  WAITING_TABS,
  type WaitingTab,
} from './waiting.ts';

/** docs/operate/cost.md for `usage`. */
export function costPage(usage: Usage): string {
  const { ours, others } = buildBills(usage);
  const sections = [
    HEAD,
    describeTeam(usage),
    `## Comparison\n\n${comparisonTable(usage, true)}`,
    describeNetworks(),
    describeResult(compare(usage, true), ours),
    `### Without free tiers\n\nIf other things in the account use up the free amounts, each line costs its list price:\n\n${comparisonTable(usage, false)}`,
    describeListResult(compare(usage, false), ours),
    describeLoadBalancers(usage),
    `## The manual work\n\n${describeHandWork(usage)}`,
    describeSignIn(usage),
    NOTES,
    `## A tab that waits for an hour\n\n${TABS}\n\n${tabTable()}`,
    ...[...ours.slice(1), ...others].map((bill) => `## ${capitalize(bill.name)}\n\n${itemTable(bill)}`),
    `## The network of the instances\n\n${networkTable(usage)}`,
    `${SOURCES}\n\n${priceTable()}`,
  ];
  return `${sections.join('\n\n')}\n`;
}

const HEAD = `# What it costs

<!-- Written by \`npm run cost\` from infra/monitoring/prices.ts: change the table there and run it again. A test compares the two. -->

These figures are computed, not measured: no deployment of this project has been billed yet. Prices are for us-east-1 and viewers in North America, on demand,
without tax, **as read on ${READ_ON}** in stored pages: Amazon's own, copies of them, and where there is none, those of third parties ([sources](#prices-and-their-sources)). Prices change: check Amazon's pricing pages or the
[AWS Pricing Calculator](https://calculator.aws/). \`npm run cost -- --apps 5 --requests 1000000\` prints the page for another team (also \`--gb-per-request\`,
\`--changes\` per day, \`--hours\` per day in which an app runs, and \`--people\` who sign in).`;

const NOTES = `## Notes

- Free amounts are subtracted, because these never end; trials of the first twelve months are not counted. They count once for an account.
- AWS WAF admits viewers by address. \`public=true\` saves its lines. A load balancer's security group does the same at no cost, so the fair comparison for
  \`allowedCidrs\` is the column with WAF. A flat-rate plan includes WAF.
- A load balancer and a Traefik instance have public IPv4 addresses of their own in each row, because viewers without IPv6 must reach them. CloudFront has its own. With \`dualstack-without-public-ipv4\` a
  load balancer saves $7.30, and only viewers with IPv6 reach it.
- The load balancer and the Traefik instance are in one region and have no cache and no protection at the edge; Traefik has no redundancy here. CloudFront's
  requests and transfer cost more in other parts of the world.
- Neither the load balancer nor Traefik follows instances. A load balancer notices stops and starts of its targets, but a person or a program must handle launches,
  terminations, hostnames and rules. Traefik has no provider for EC2.
- A stopped instance has no public IPv4 address, unless it keeps an Elastic IP, which costs the same whether it runs or not.
- No bill includes the instances, their disks, traffic between zones, or the data that a NAT gateway processes ($0.045 a GB).
- [\`plan=pro\`](../use/configuration.md#plan) makes a distribution fit the plan. A plan is billed by the calendar month, charges nothing beyond its allowance, and AWS may ask for a larger one. The zone belongs to it [once you add it](deploy.md#a-flat-rate-plan). That it includes the reads of a KeyValueStore is not certain, so they count.`;

const TABS = `Some pages of ours ask again by themselves. With WAF and without free amounts, one tab that shows them for an hour costs:`;

const SOURCES = `## Prices and their sources

A source without a remark was read itself. *Copied* means that another project took the prices from that page on that day, word for word.`;

function describeTeam({ apps, requests, gbPerRequest, changesPerDay, hoursPerDay }: Usage): string {
  return `The team has ${formatCount(apps)} apps that run for ${formatCount(hoursPerDay)} hours a day, ${formatCount(requests)} requests per month of ${formatCount(gbPerRequest * 1e6)} KB each, and ${formatCount(changesPerDay)} launches, starts, stops and terminations per day. US dollars per month, free amounts subtracted:`;
}

function comparisonTable(usage: Usage, free: boolean): string {
  const { ours, others } = buildBills(usage);
  const rows = compare(usage, free).map(({ networking, ours: own, others: foreign }) => {
    const totals = [...own, ...foreign];
    const least = Math.min(...totals);
    return [
      networking.name,
      ...totals.map((usd) => (usd === least ? `**${formatDollars(usd)}**` : formatDollars(usd))),
    ];
  });
  const names = [...ours, ...others].map(({ name }) =>
    name.replace('dynamic-edge-proxy', 'ours,').replace(',,', ','),
  );
  return printTable(['network of the instances', ...names], rows, `l${'r'.repeat(names.length)}`);
}

function describeNetworks(): string {
  const rows = NETWORKINGS.map(({ name, meaning }) => `- **${capitalize(name)}**: ${meaning}.`);
  return `Each row has the same network for all:\n\n${rows.join('\n')}

"Private" means here that a security group admits CloudFront, the load balancer or Traefik alone. This project cannot
reach an instance that has no public address at all, not even an IPv6 address: that needs a load balancer.`;
}

function describeResult(rows: readonly Comparison[], ours: readonly Bill[]): string {
  const dearer = rows.filter((row) => !isCheapest(row));
  if (dearer.length > 0)
    return `**Another proxy is cheaper with: ${dearer.map(({ networking }) => networking.name).join('; ')}.**`;
  const all = rows.every((row) => Math.max(...row.ours) < Math.min(...row.others));
  const extent = all ? `each of its ${ours.length} tariffs` : 'at least one of its tariffs';
  return `**This project is the cheapest in each row**, with ${extent}. The reason is CloudFront's free amount: 1,000 GB and 10 million requests a month, against 100 GB of a load balancer or an instance. ${compareWithPrivate(rows)}`;
}

/** An upgrade moves no instance to IPv6, so the comparison across rows matters, too. */
function compareWithPrivate(rows: readonly Comparison[]): string {
  const own = rows.at(-1);
  const foreign = rows[0];
  if (own === undefined || foreign === undefined) return '';
  const [ours, others] = [Math.max(...own.ours.slice(0, 2)), Math.min(...foreign.others)];
  if (ours >= others)
    return `It is not the cheapest if its instances have ${own.networking.name} and those of the others have not: ${formatDollars(ours)} with WAF, against ${formatDollars(others)}.`;
  return `Even with ${own.networking.name} (${formatDollars(ours)} with WAF) it is cheaper than the others without (${formatDollars(others)}).`;
}

function describeListResult(rows: readonly Comparison[], ours: readonly Bill[]): string {
  const plan = ours.find(({ name }) => name.includes('plan'));
  const payAsYouGo = (row: Comparison) => row.ours.slice(0, 2);
  const dearer = rows.filter((row) => Math.min(...payAsYouGo(row)) >= Math.min(...row.others));
  const first =
    dearer.length === 0
      ? 'Pay-as-you-go stays the cheapest.'
      : 'Pay-as-you-go is not the cheapest then, because each request and each gigabyte is billed.';
  if (plan === undefined) return first;
  const isCheaper = rows.every((row) => (row.ours.at(-1) ?? 0) < Math.min(...row.others));
  return isCheaper
    ? `${first} A plan is the cheapest in each row, because its allowance belongs to one distribution and is not shared with the account.`
    : first;
}

function describeLoadBalancers(usage: Usage): string {
  return `## When a load balancer or Traefik is the better choice

- **Instances without any public address**, by rule of your company: this project reaches instances by a public name.
- **Other protocols than HTTP**, or requests that last longer than [the edge allows](../use/apps.md#limits-on-the-way): use a load balancer for those apps.
- **Health checks today**: a load balancer has them, this project does not yet.
- **Very many small requests.** CloudFront bills requests, the others do not. ${describeCrossovers(usage)}`;
}

function describeCrossovers(usage: Usage): string {
  const sentences = [5, 50].map((kilobytes) => {
    const from = (build: (usage: Usage) => Bill) => {
      const millions = findCrossover(usage, build, kilobytes / 1e6);
      return millions === undefined ? 'never' : `from ${formatCount(millions)} million requests a month`;
    };
    return `With ${kilobytes} KB a response, Traefik is cheaper ${from(buildTraefikBill)}, and a load balancer ${from(buildBalancerBill)}.`;
  });
  const text = sentences.join(' ');
  return text.includes('never') ? `${text} ("Never" means: not below 500 million.)` : text;
}

/** The cost of sign-in for each tariff. */
function describeSignIn(usage: Usage): string {
  const rows = compareSignIn(usage).map(({ without, with: signedIn }) => {
    const [before, after] = [without, signedIn].map((bill) => totalOf(bill, true));
    return [
      shorten(without.name),
      formatDollars(before ?? 0),
      shorten(signedIn.name),
      formatDollars(after ?? 0),
      `**${formatDollars((after ?? 0) - (before ?? 0))}**`,
    ];
  });
  const table = printTable(['without sign-in', '', 'with sign-in', '', 'more'], rows, 'lrlrr');
  const items = printTable(ITEM_HEAD, signInItems(usage).map(itemRow), 'lllrr');
  const { ways, callbacks, waits, forgotten } = countInvocations(usage);
  const [near, far] = [ASSUMED.answerSeconds, ASSUMED.farAnswerSeconds].map((seconds) =>
    formatDollars(totalOf({ items: edgeItems(usage, seconds) }, false)),
  );
  return `## Sign-in

For ${formatCount(usage.people)} people who sign in, US dollars per month, free amounts subtracted:

${table}

The first row is dear because of AWS WAF: sign-in has a rule against floods, and a web ACL costs $6 with that rule and $0.60 for a million requests. A plan includes both. On a plan most of the difference is two secrets of $0.40 and the second read of the store. A load balancer's own sign-in costs nothing more.

These lines are new. Beside them the router reads the store twice for each request, the web ACL has a rule more, and there is an alarm more:

${items}

The invocations of Lambda@Edge are:

- ${formatCount(ways)} on the way of a session: in each of ${ASSUMED.hoursInUse} hours of a working day a person opens ${ASSUMED.appsInUse} apps anew, without a click, with ${ASSUMED.requestsPerSession} requests each;
- ${formatCount(callbacks)} that sign in at the provider, one a day for each person;
- ${formatCount(waits)} of [pages that wait](../inside/fresh-routes.md#pages-that-wait): half of the changes are starts, and two people wait for each. In ${ASSUMED.waitSeconds} s a page asks ${countWaitQuestions(ASSUMED.waitSeconds)} times and goes through \`arrive\` once; then the app boots for ${ASSUMED.bootSeconds} s, and the page for 502 asks ${countUnreachableQuestions(ASSUMED.bootSeconds)} times;
- ${formatCount(forgotten)} of forgotten tabs: on each working day one person in ${1 / ASSUMED.forgottenTabsPerDay} leaves the page of a closed app visible, and it asks ${QUESTIONS_OF_A_TAB} times in half an hour, then no more.

Each answer is counted with ${ASSUMED.answerSeconds * 1000} ms. The function reads S3 in us-east-1. For viewers on a far continent it takes ${ASSUMED.farAnswerSeconds * 1000} ms, and Lambda@Edge costs **${far}** instead of **${near}**.
Requests to the endpoints are among the ${formatCount(usage.requests)} of the team.`;
}

function shorten(name: string): string {
  return name.replace('dynamic-edge-proxy ', '');
}

function describeHandWork(usage: Usage): string {
  const { hours, usd } = computeHandWork(usage);
  return `None of the bills includes **the manual work** that this project replaces: ${ASSUMED.minutesByHand} minutes of a skilled person for each of these changes are ${formatCount(hours)} hours a month, or **${formatDollars(usd)}** at ${formatDollars(SKILLED_HOUR.usd)} an hour ([median pay of a US system administrator, May 2022](${SKILLED_HOUR.source}), without overhead). Every static proxy needs this work.`;
}

function tabTable(): string {
  const rows = WAITING_TABS.map((tab) => [
    tab.page,
    tab.asks,
    formatCount(tab.inAnHour),
    formatDollars(costOfTab(tab, tab.inAnHour), 5),
    formatDollars(costOfTab(tab, tab.inADay) * ASSUMED.workdays, 2),
  ]);
  return printTable(['page', 'asks', 'requests', 'an hour', '8 hours on 22 days'], rows, 'llrrr');
}

function costOfTab(tab: WaitingTab, requests: number): number {
  return totalOf({ items: itemsOfTab(tab, requests) }, false);
}

function itemTable(bill: Bill): string {
  const total = [
    '**sum**',
    '',
    '',
    `**${formatDollars(totalOf(bill, true))}**`,
    formatDollars(totalOf(bill, false)),
  ];
  return printTable(ITEM_HEAD, [...bill.items.map(itemRow), total], 'lllrr');
}

function networkTable(usage: Usage): string {
  const rows = NETWORKINGS.flatMap(({ name, items }) => items(usage).map((item) => [name, ...itemRow(item)]));
  return printTable(['network', ...ITEM_HEAD], rows, 'llllrr');
}

const ITEM_HEAD = ['item', 'quantity', 'price', 'free tiers used', 'list price'];

function itemRow(item: Item): string[] {
  const { what, quantity, price, included } = item;
  return [
    what,
    `${formatCount(quantity)} ${price.unit}`,
    included ? 'included in the plan' : formatPrice(price),
    formatDollars(costOf(item, true)),
    formatDollars(costOf(item, false)),
  ];
}

function priceTable(): string {
  const rows = Object.values<Price>(PRICES).map((price) => [
    price.unit,
    formatPrice(price),
    price.free === undefined ? '–' : formatCount(price.free),
    price.source.replace(/^https:\/\/\S+/, (url) => `<${url}>`),
  ]);
  return printTable(['unit', 'price', 'free each month', 'source'], rows, 'llrl');
}

function capitalize(text: string): string {
  return text.startsWith('dynamic') ? text : text.charAt(0).toUpperCase() + text.slice(1);
}
