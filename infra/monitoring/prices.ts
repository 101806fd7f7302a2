/** A published price of AWS. */
export interface Price {
  /** The unit that is sold, in the plural: `HTTPS requests`. */
  unit: string;
  /** US dollars for `per` units. */
  usd: number;
  per: number;
  /** Units that are free in every month, for good. Trials of twelve months are not listed. */
  free?: number;
  /** The page that has the price: Amazon's own, or a third party's. */
  source: string;
}

/**
 * The day on which the pages below were read, as stored copies. A source without a remark is the page itself. A remark has the day
 * of a copy whose prices others took from the page word by word, or says why there is none.
 */
export const READ_ON = '2026-11-30';

const CLOUDFRONT = 'https://aws.amazon.com/cloudfront/pricing/';
const CLOUDFRONT_USE =
  'https://aws.amazon.com/cloudfront/pricing/pay-as-you-go/ (as quoted in public repositories)';
const CLOUDFRONT_PLANS = `${CLOUDFRONT} (copied on 2026-09-05)`;
const WAF = 'https://c3x.dev/blog/aws-waf-cost-explained/';
const LAMBDA_CALLS = 'https://aws.amazon.com/lambda/pricing/ (copied on 2026-05-05)';
const LAMBDA_TIME = 'https://cloudchipr.com/blog/aws-lambda-pricing';
const LAMBDA_EDGE = 'https://aws.amazon.com/lambda/pricing/ (from memory)';
const SQS = 'https://cloudburn.io/blog/amazon-sqs-pricing';
const EVENTS = 'https://cloudburn.io/blog/amazon-eventbridge-pricing';
const S3 = 'https://devnotes.tech/understanding-aws-s3-pricing-a-complete-cost-breakdown-with-examples';
const CLOUDWATCH = 'https://aws.amazon.com/cloudwatch/pricing/ (copied on 2026-05-05)';
const SECRETS = 'https://aws.amazon.com/secrets-manager/pricing/ (copied on 2026-09-20)';
const DNS = 'https://ns1.com/resources/aws-dns';
const ELB = 'https://aws.amazon.com/elasticloadbalancing/pricing/ (copied on 2026-09-20)';
const IPV4 = 'https://www.doit.com/aws-public-ipv4-price-increase-the-complete-guide/';
const NAT = 'https://cloudpipelines.pages.dev/guides/aws-nat-gateway-pricing-2026/';

/**
 * The one table of prices: us-east-1, viewers in North America, first tier, on demand, without tax.
 * Every figure of docs/operate/cost.md comes from here.
 */
export const PRICES = {
  cloudFrontRequests: {
    unit: 'HTTPS requests',
    usd: 0.01,
    per: 10_000,
    free: 10_000_000,
    source: CLOUDFRONT_USE,
  },
  cloudFrontTransfer: { unit: 'GB to viewers', usd: 0.085, per: 1, free: 1_000, source: CLOUDFRONT },
  originTransfer: { unit: 'GB to origins', usd: 0.02, per: 1, source: CLOUDFRONT_USE },
  functionCalls: {
    unit: 'function calls',
    usd: 0.1,
    per: 1_000_000,
    free: 2_000_000,
    source: CLOUDFRONT_USE,
  },
  storeReads: {
    unit: 'reads by the function',
    usd: 0.03,
    per: 1_000_000,
    free: 2_000_000,
    source: CLOUDFRONT_USE,
  },
  storeCalls: { unit: 'API calls', usd: 1, per: 1_000, source: CLOUDFRONT_USE },
  proPlan: { unit: 'Pro plans', usd: 15, per: 1, source: CLOUDFRONT_PLANS },
  businessPlan: { unit: 'Business plans', usd: 200, per: 1, source: CLOUDFRONT_PLANS },
  webAcls: { unit: 'web ACLs', usd: 5, per: 1, source: WAF },
  webAclRules: { unit: 'rules', usd: 1, per: 1, source: WAF },
  webAclRequests: { unit: 'requests inspected', usd: 0.6, per: 1_000_000, source: WAF },
  lambdaCalls: { unit: 'invocations', usd: 0.2, per: 1_000_000, free: 1_000_000, source: LAMBDA_CALLS },
  lambdaTime: {
    unit: 'GB-seconds on arm64',
    usd: 0.000_013_333_4,
    per: 1,
    free: 400_000,
    source: LAMBDA_TIME,
  },
  edgeCalls: { unit: 'invocations at the edge', usd: 0.6, per: 1_000_000, source: LAMBDA_EDGE },
  edgeTime: { unit: 'GB-seconds at the edge', usd: 0.000_050_01, per: 1, source: LAMBDA_EDGE },
  queueRequests: { unit: 'FIFO requests', usd: 0.5, per: 1_000_000, free: 1_000_000, source: SQS },
  schedules: { unit: 'scheduler invocations', usd: 1, per: 1_000_000, free: 14_000_000, source: EVENTS },
  forwardedEvents: { unit: 'events between buses', usd: 1, per: 1_000_000, source: EVENTS },
  objectEvents: { unit: 'events of new objects', usd: 1, per: 1_000_000, source: EVENTS },
  loggedRequests: { unit: 'requests logged to S3', usd: 0, per: 1, source: CLOUDFRONT_USE },
  s3Writes: { unit: 'PUT and LIST requests', usd: 0.005, per: 1_000, source: S3 },
  s3Reads: { unit: 'GET requests', usd: 0.0004, per: 1_000, source: S3 },
  s3Storage: { unit: 'GB-months', usd: 0.023, per: 1, source: S3 },
  alarms: { unit: 'alarms', usd: 0.1, per: 1, free: 10, source: CLOUDWATCH },
  dashboards: { unit: 'dashboards', usd: 3, per: 1, free: 3, source: CLOUDWATCH },
  metrics: { unit: 'custom metrics', usd: 0.3, per: 1, free: 10, source: CLOUDWATCH },
  logs: { unit: 'GB written', usd: 0.5, per: 1, free: 5, source: CLOUDWATCH },
  secrets: { unit: 'secrets', usd: 0.4, per: 1, source: SECRETS },
  secretReads: { unit: 'API calls', usd: 0.05, per: 10_000, source: SECRETS },
  hostedZones: { unit: 'hosted zones', usd: 0.5, per: 1, source: DNS },
  trails: {
    unit: 'first copies of management events',
    usd: 0,
    per: 1,
    source: 'https://aws.amazon.com/cloudtrail/pricing/',
  },
  addresses: { unit: 'hours of a public IPv4 address', usd: 0.005, per: 1, source: IPV4 },
  natGateways: { unit: 'hours of a NAT gateway', usd: 0.045, per: 1, source: NAT },
  loadBalancers: { unit: 'hours', usd: 0.0225, per: 1, source: ELB },
  capacityUnits: { unit: 'LCU-hours', usd: 0.008, per: 1, source: ELB },
  t4gSmall: {
    unit: 'hours of t4g.small',
    usd: 0.0168,
    per: 1,
    source: 'https://aws.amazon.com/ec2/pricing/on-demand/ (as quoted in public repositories)',
  },
  volumes: {
    unit: 'GB-months of gp3',
    usd: 0.08,
    per: 1,
    source: 'https://aws.amazon.com/ebs/pricing/ (from memory)',
  },
  ec2Transfer: {
    unit: 'GB to the internet',
    usd: 0.09,
    per: 1,
    free: 100,
    source: 'https://aws.amazon.com/ec2/pricing/on-demand/ (as quoted in public repositories)',
  },
} as const satisfies Record<string, Price>;

/** A flat-rate plan of CloudFront: one price, and no charge beyond its allowance. */
export interface Plan {
  name: string;
  price: Price;
  /** Allowances of a month. */
  requests: number;
  gigabytes: number;
}

/** The plans that a deployment may have, the cheapest first. The Free plan has no KeyValueStore, as far as is known. */
export const PLANS: readonly Plan[] = [
  { name: 'Pro', price: PRICES.proPlan, requests: 10_000_000, gigabytes: 50_000 },
  { name: 'Business', price: PRICES.businessPlan, requests: 125_000_000, gigabytes: 50_000 },
];

/** An hour of a person who edits proxies by hand: median pay of US system administrators, May 2022. */
export const SKILLED_HOUR = {
  usd: 43.52,
  source:
    'https://www.bls.gov/ooh/computer-and-information-technology/network-and-computer-systems-administrators.htm',
} as const;
