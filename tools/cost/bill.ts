import { LIMITS } from '../../core/wire/limits.ts';
import { PRICES, type Price, SKILLED_HOUR } from '../../infra/monitoring/prices.ts';
import { ASSUMED, AUDITS_PER_HOUR, DAYS, HOURS, MADE, SWEEPS_PER_HOUR, type Usage } from './usage.ts';

/** One line of a bill. */
export interface Item {
  what: string;
  /** In units of the price, a month. */
  quantity: number;
  price: Price;
}

/** The monthly cost of one way from viewers to instances, without the instances themselves. */
export interface Bill {
  name: string;
  items: readonly Item[];
}

/** US dollars of one line. `free` subtracts the units that are free each month. */
export function costOf({ quantity, price }: Item, free: boolean): number {
  const billed = free ? Math.max(0, quantity - (price.free ?? 0)) : quantity;
  return (billed * price.usd) / price.per;
}

/** US dollars of a whole bill. */
export function totalOf({ items }: Bill, free: boolean): number {
  return items.reduce((sum, item) => sum + costOf(item, free), 0);
}

/** This project: all resources of its stacks and the requests of viewers. */
export function buildOurBill(usage: Usage): Bill {
  return {
    name: 'dynamic-edge-proxy',
    items: [
      ...viewerItems(usage),
      ...updaterItems(usage),
      ...recordItems(usage),
      ...logItems(usage),
      ...watchItems(usage),
    ],
  };
}

/** Runs of the updater in a month: at worst each event is a batch of its own. */
function countRuns({ changesPerDay }: Usage) {
  const changes = changesPerDay * DAYS;
  const events = changes * ASSUMED.eventsPerChange;
  const scheduled = HOURS * (SWEEPS_PER_HOUR + AUDITS_PER_HOUR);
  return { changes, events, scheduled, runs: scheduled + events };
}

function viewerItems({ requests, gbPerRequest }: Usage): Item[] {
  return [
    { what: 'CloudFront: requests', quantity: requests, price: PRICES.cloudFrontRequests },
    { what: 'CloudFront: transfer', quantity: requests * gbPerRequest, price: PRICES.cloudFrontTransfer },
    { what: 'CloudFront: the router', quantity: requests, price: PRICES.functionCalls },
    { what: 'KeyValueStore: one read per request', quantity: requests, price: PRICES.storeReads },
    { what: 'WAF: the web ACL', quantity: 1, price: PRICES.webAcls },
    { what: 'WAF: its rules', quantity: ASSUMED.webAclRules, price: PRICES.webAclRules },
    { what: 'WAF: requests', quantity: requests, price: PRICES.webAclRequests },
    { what: 'Route 53: the zone (alias queries are free)', quantity: 1, price: PRICES.hostedZones },
  ];
}

function updaterItems(usage: Usage): Item[] {
  const { changes, events, scheduled, runs } = countRuns(usage);
  const callsPerAudit = 1 + Math.ceil(usage.apps / LIMITS.listPage);
  const environments = ASSUMED.environmentsPerDay * DAYS;
  return [
    {
      what: 'KeyValueStore: writes, and one call per cold start',
      quantity: changes * ASSUMED.writesPerChange + environments,
      price: PRICES.storeCalls,
    },
    {
      what: 'KeyValueStore: an hourly audit, one call and one per 50 hostnames',
      quantity: HOURS * AUDITS_PER_HOUR * callsPerAudit,
      price: PRICES.storeCalls,
    },
    {
      what: 'Lambda: runs of the updater, and one for each access log',
      quantity: runs + LOG_FILES,
      price: PRICES.lambdaCalls,
    },
    {
      what: 'Lambda: their time, 1,769 MB and 512 MB',
      quantity: (runs * ASSUMED.runSeconds * 1_769 + LOG_FILES * ASSUMED.countSeconds * 512) / 1_024,
      price: PRICES.lambdaTime,
    },
    {
      what: 'SQS: messages, and polls of the empty queue',
      quantity: 3 * runs + ASSUMED.pollsPerHour * HOURS,
      price: PRICES.queueRequests,
    },
    { what: 'EventBridge: sweeps and audits', quantity: scheduled, price: PRICES.schedules },
    {
      what: 'EventBridge: forwarded events, if all come from other regions',
      quantity: events,
      price: PRICES.forwardedEvents,
    },
  ];
}

function recordItems(usage: Usage): Item[] {
  const { changes, events, runs } = countRuns(usage);
  return [
    { what: 'CloudTrail: the first trail', quantity: events, price: PRICES.trails },
    {
      what: 'S3: writes of journal, mirror and route list',
      quantity: events * 2 + changes * ASSUMED.writesPerChange * 2,
      price: PRICES.s3Writes,
    },
    { what: 'S3: the mirror, read in each run', quantity: runs, price: PRICES.s3Reads },
    { what: 'S3: storage, including the trail', quantity: ASSUMED.storedGb, price: PRICES.s3Storage },
    { what: 'Secrets Manager: the secret behind the tokens', quantity: 1, price: PRICES.secrets },
    {
      what: 'Secrets Manager: reads',
      quantity: ASSUMED.secretReadsPerDay * DAYS,
      price: PRICES.secretReads,
    },
  ];
}

/** Log files of a month. */
const LOG_FILES = ASSUMED.logFilesPerHour * HOURS;

/** Access logs and the function that counts them (traffic/), its invocations apart. */
function logItems({ requests }: Usage): Item[] {
  const publications = ASSUMED.publicationsPerHour * HOURS;
  return [
    { what: 'Access logs: delivery to S3', quantity: requests, price: PRICES.loggedRequests },
    {
      what: 'Access logs: files, day files, last requests',
      quantity: 2 * LOG_FILES + publications,
      price: PRICES.s3Writes,
    },
    { what: 'Access logs: reads of the three', quantity: 3 * LOG_FILES, price: PRICES.s3Reads },
    { what: 'Access logs: an event for each file', quantity: LOG_FILES, price: PRICES.objectEvents },
    {
      what: 'Access logs: storage for 30 days',
      quantity: (requests * ASSUMED.logBytesPerRequest) / 1e9,
      price: PRICES.s3Storage,
    },
  ];
}

function watchItems(usage: Usage): Item[] {
  const { runs } = countRuns(usage);
  return [
    { what: 'CloudWatch: alarms', quantity: MADE.alarms, price: PRICES.alarms },
    { what: 'CloudWatch: the dashboard', quantity: 1, price: PRICES.dashboards },
    { what: 'CloudWatch: metrics', quantity: MADE.metrics, price: PRICES.metrics },
    { what: 'CloudWatch: logs', quantity: (runs * ASSUMED.logKbPerRun) / 1e6, price: PRICES.logs },
    { what: 'Public IPv4 of the instances', quantity: usage.apps * HOURS, price: PRICES.addresses },
  ];
}

/** An Application Load Balancer in two zones. Its security group admits viewers by address, free of charge. */
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
      { what: 'Its public IPv4, one a zone', quantity: 2 * HOURS, price: PRICES.addresses },
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
      { what: 'Its public IPv4', quantity: HOURS, price: PRICES.addresses },
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
