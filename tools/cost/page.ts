import { PRICES, type Price, READ_ON, SKILLED_HOUR } from '../../infra/monitoring/prices.ts';
import {
  type Bill,
  buildBalancerBill,
  buildOurBill,
  buildTraefikBill,
  computeHandWork,
  costOf,
  type Item,
  totalOf,
} from './bill.ts';
import { ASSUMED, type Usage } from './usage.ts';

/** docs/operate/cost.md for `usage`. */
export function costPage(usage: Usage): string {
  const bills = [buildOurBill(usage), buildBalancerBill(usage), buildTraefikBill(usage)];
  const sections = [
    HEAD,
    describeTeam(usage),
    `## Totals\n\n${printTable(['per month', 'list price', 'free tiers used'], bills.map(sumRow), 'lrr')}`,
    describeHandWork(usage),
    NOTES,
    ...bills.map((bill) => `## ${bill.name}, item by item\n\n${itemTable(bill)}`),
    `${SOURCES}\n\n${priceTable()}`,
  ];
  return `${sections.join('\n\n')}\n`;
}

const HEAD = `# What it costs

<!-- Written by \`npm run cost\` from infra/monitoring/prices.ts: change the table there and run it again. A test compares the two. -->

These figures are computed, not measured: no deployment of this project has been billed yet. Prices are for us-east-1 and viewers in North America, on demand,
without tax, **as read on ${READ_ON}** in saved web pages, many of them by third parties. Prices change: check Amazon's pricing pages or the
[AWS Pricing Calculator](https://calculator.aws/). \`npm run cost -- --apps 5 --requests 1000000\` prints the page for another team (also \`--gb-per-request\`, and
\`--changes\` per day).`;

const NOTES = `Notes:

- *Free tiers used* assumes that nothing else in the account uses the free amounts of each month. Trials of the first twelve months are not counted.
- **The largest line is the public IPv4 addresses of the instances**, because CloudFront reaches instances by public names only. Behind a load balancer or Traefik,
  instances may be private if they have another way out. The line assumes that all instances run all month; a stopped instance costs nothing unless it keeps an Elastic IP.
- AWS WAF admits viewers by address. \`public=true\` saves its three lines; the security group of a load balancer does the same at no cost.
- The load balancer and the Traefik instance are in one region and have no cache and no protection at the edge; Traefik has no redundancy here. CloudFront's
  requests and transfer cost more in other parts of the world.
- Neither the load balancer nor Traefik follows instances. A load balancer notices stops and starts of its targets, but a person or a program must handle launches,
  terminations, hostnames and rules. Traefik has no provider for EC2.
- No bill includes the instances, their disks, traffic between zones or a NAT gateway.`;

const SOURCES = '## Prices and their sources';

function describeTeam({ apps, requests, gbPerRequest, changesPerDay }: Usage): string {
  return `The team has ${formatCount(apps)} apps, ${formatCount(requests)} requests per month of ${formatCount(gbPerRequest * 1e6)} KB each, and ${formatCount(changesPerDay)} launches, starts, stops and terminations per day.`;
}

function describeHandWork(usage: Usage): string {
  const { hours, usd } = computeHandWork(usage);
  return `None of the bills includes **the manual work** that this project replaces: ${ASSUMED.minutesByHand} minutes of a skilled person for each of these changes are ${formatCount(hours)} hours a month, or **${formatDollars(usd)}** at ${formatDollars(SKILLED_HOUR.usd)} an hour ([median pay of a US system administrator, May 2022](${SKILLED_HOUR.source}), without overhead). Every static proxy needs this work.`;
}

function sumRow(bill: Bill): string[] {
  return [bill.name, `**${formatDollars(totalOf(bill, false))}**`, formatDollars(totalOf(bill, true))];
}

function itemTable(bill: Bill): string {
  const total = [
    '**sum**',
    '',
    '',
    `**${formatDollars(totalOf(bill, false))}**`,
    formatDollars(totalOf(bill, true)),
  ];
  const head = ['item', 'quantity', 'price', 'list price', 'free tiers used'];
  return printTable(head, [...bill.items.map(itemRow), total], 'lllrr');
}

function itemRow(item: Item): string[] {
  const { what, quantity, price } = item;
  return [
    what,
    `${formatCount(quantity)} ${price.unit}`,
    formatPrice(price),
    formatDollars(costOf(item, false)),
    formatDollars(costOf(item, true)),
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

/** `$0.10 / 1,000,000`; the unit is in another column. */
function formatPrice({ usd, per }: Price): string {
  const amount = usd > 0 && usd < 0.01 ? `$${usd.toFixed(10).replace(/0+$/, '')}` : formatDollars(usd, 4);
  return per === 1 ? amount : `${amount} / ${formatCount(per)}`;
}

/** At least two decimals, at most `most`. */
function formatDollars(usd: number, most = 2): string {
  return usd.toLocaleString('en-US', {
    style: 'currency',
    currency: 'USD',
    minimumFractionDigits: 2,
    maximumFractionDigits: most,
  });
}

function formatCount(quantity: number): string {
  return quantity.toLocaleString('en-US', { maximumFractionDigits: quantity < 10 ? 2 : 0 });
}

function printTable(head: readonly string[], rows: readonly string[][], align: string): string {
  const rule = [...align].map((letter) => (letter === 'r' ? '---:' : '---'));
  return [head, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
