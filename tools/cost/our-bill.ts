import { PLANS, type Plan, PRICES } from '../../infra/monitoring/prices.ts';
import { LOG_FILES, logItems } from './access-logs.ts';
import type { Bill, Item } from './bill.ts';
import { signInItems, signInLogGb } from './sign-in.ts';
import { ASSUMED, AUDITS_PER_HOUR, DAYS, HOURS, MADE, SWEEPS_PER_HOUR, type Usage } from './usage.ts';

/** How a deployment is paid for. */
export interface Tariff {
  /** AWS WAF admits viewers by address. A plan always includes it, and sign-in needs it. */
  waf: boolean;
  /** Viewers sign in. */
  signIn?: boolean;
  /** A flat-rate plan instead of pay-as-you-go. */
  plan?: Plan;
}

/** This project: all resources of its stacks and the requests of viewers, without the addresses of instances. */
export function buildOurBill(usage: Usage, tariff: Tariff): Bill {
  const { plan, signIn = false } = tariff;
  return {
    name: `dynamic-edge-proxy ${describeTariff(tariff)}`,
    items: [
      ...(plan ? [{ what: `CloudFront: the ${plan.name} plan`, quantity: 1, price: plan.price }] : []),
      ...viewerItems(usage, tariff).map((item) => includeIn(plan, item)),
      ...(signIn ? signInItems(usage) : []),
      ...updaterItems(usage),
      ...recordItems(usage),
      ...logItems(usage),
      ...watchItems(usage, signIn),
    ],
  };
}

function describeTariff({ waf, plan, signIn }: Tariff): string {
  if (plan) return `on the ${plan.name} plan${signIn ? ', with sign-in' : ''}`;
  if (signIn) return `pay-as-you-go, with sign-in${waf ? ' and networks' : ''}`;
  return `pay-as-you-go, ${waf ? 'with' : 'without'} WAF`;
}

/** The cheapest plan whose allowance is large enough; undefined if none is. */
export function choosePlan({ requests, gbPerRequest }: Usage): Plan | undefined {
  return PLANS.find((plan) => requests <= plan.requests && requests * gbPerRequest <= plan.gigabytes);
}

/** Reads of the KeyValueStore are not on AWS's list of included services, so they count. */
function includeIn(plan: Plan | undefined, item: Item): Item {
  return plan === undefined || item.price === PRICES.storeReads ? item : { ...item, included: true };
}

/** Runs of the updater in a month: at worst each event is a batch of its own. */
function countRuns({ changesPerDay }: Usage) {
  const changes = changesPerDay * DAYS;
  const events = changes * ASSUMED.eventsPerChange;
  const scheduled = HOURS * (SWEEPS_PER_HOUR + AUDITS_PER_HOUR);
  return { changes, events, scheduled, runs: scheduled + events };
}

function viewerItems({ requests, gbPerRequest }: Usage, { waf, plan, signIn }: Tariff): Item[] {
  const rules = (waf ? ASSUMED.networkRules : 0) + (signIn ? ASSUMED.rateRules : 0);
  return [
    { what: 'CloudFront: requests', quantity: requests, price: PRICES.cloudFrontRequests },
    { what: 'CloudFront: transfer', quantity: requests * gbPerRequest, price: PRICES.cloudFrontTransfer },
    {
      what: `CloudFront: what requests send to apps, ${ASSUMED.requestKb} KB each`,
      quantity: (requests * ASSUMED.requestKb) / 1e6,
      price: PRICES.originTransfer,
    },
    { what: 'CloudFront: the router', quantity: requests, price: PRICES.functionCalls },
    signIn
      ? { what: 'KeyValueStore: two reads per request', quantity: 2 * requests, price: PRICES.storeReads }
      : { what: 'KeyValueStore: one read per request', quantity: requests, price: PRICES.storeReads },
    ...(rules > 0 || plan ? wafItems(requests, rules) : []),
    { what: 'Route 53: the zone (alias queries are free)', quantity: 1, price: PRICES.hostedZones },
  ];
}

function wafItems(requests: number, rules: number): Item[] {
  return [
    { what: 'WAF: the web ACL', quantity: 1, price: PRICES.webAcls },
    { what: 'WAF: its rules', quantity: rules, price: PRICES.webAclRules },
    { what: 'WAF: requests', quantity: requests, price: PRICES.webAclRequests },
  ];
}

function updaterItems(usage: Usage): Item[] {
  const { changes, events, scheduled, runs } = countRuns(usage);
  return [
    {
      what: 'KeyValueStore: writes',
      quantity: changes * ASSUMED.writesPerChange,
      price: PRICES.storeCalls,
    },
    {
      what: 'KeyValueStore: one call per cold start, and a daily audit',
      quantity: (ASSUMED.environmentsPerDay + ASSUMED.auditsPerDay) * DAYS,
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
      what: 'S3: writes of journal and mirror',
      quantity: events * 2 + changes * ASSUMED.writesPerChange,
      price: PRICES.s3Writes,
    },
    {
      // The list also as a page, and for each name a history; the status every five minutes, and with the next sweep after a change.
      what: 'S3: writes of the documents of the portal',
      quantity: changes * ASSUMED.writesPerChange * 3 + HOURS * ASSUMED.statusesPerHour,
      price: PRICES.s3Writes,
    },
    {
      what: 'S3: the mirror, read in each run, and the histories, read before each change',
      quantity: runs + changes * ASSUMED.writesPerChange,
      price: PRICES.s3Reads,
    },
    { what: 'S3: storage, including the trail', quantity: ASSUMED.storedGb, price: PRICES.s3Storage },
    { what: 'Secrets Manager: the secret behind the tokens', quantity: 1, price: PRICES.secrets },
    {
      what: 'Secrets Manager: reads',
      quantity: ASSUMED.secretReadsPerDay * DAYS,
      price: PRICES.secretReads,
    },
  ];
}

function watchItems(usage: Usage, signIn: boolean): Item[] {
  const { runs } = countRuns(usage);
  return [
    {
      what: 'CloudWatch: alarms',
      quantity: signIn ? MADE.alarmsWithSignIn : MADE.alarms,
      price: PRICES.alarms,
    },
    { what: 'CloudWatch: the dashboard', quantity: 1, price: PRICES.dashboards },
    { what: 'CloudWatch: metrics', quantity: MADE.metrics, price: PRICES.metrics },
    {
      what: 'CloudWatch: logs',
      quantity: (runs * ASSUMED.logKbPerRun) / 1e6 + (signIn ? signInLogGb(usage) : 0),
      price: PRICES.logs,
    },
  ];
}
