import { buildEdge, buildHeaders } from '../../../build/edge.ts';
import type { Cloud, FleetMember, InboundRule } from '../../../cli/doctor/cloud.ts';
import { instance, NOW, SETTINGS } from '../../support/values/instances.ts';

export const QUEUE = 'arn:aws:sqs:eu-west-1:111122223333:fleet.fifo';
export const DEAD_LETTERS = 'arn:aws:sqs:eu-west-1:111122223333:dead.fifo';
export const STORE = 'arn:aws:cloudfront::111122223333:key-value-store/00000000-0000-0000-0000-000000000000';
export const ROUTER = 'arn:aws:cloudfront::111122223333:function/main-router';
export const HEADERS = 'arn:aws:cloudfront::111122223333:function/main-headers';
/** CloudFront's prefix list in the fleet's region. */
export const EDGES = 'pl-0edge';

const BUILT = buildEdge({ baseDomain: SETTINGS.baseDomain });
export const BUILT_HEADERS = buildHeaders();

/** The resources of the edge stack and the updater stack. */
export const STACKS = {
  'edge-proxy-main-edge': [
    { type: 'AWS::CloudFront::Distribution', id: 'E1' },
    { type: 'AWS::CloudFront::Function', id: HEADERS },
    { type: 'AWS::CloudFront::Function', id: ROUTER },
    { type: 'AWS::CloudFront::KeyValueStore', id: 'main-store' },
    { type: 'AWS::CloudWatch::Alarm', id: 'edge-proxy-main-router-errors' },
    { type: 'AWS::WAFv2::WebACL', id: 'GateWebAcl-abc|GATE-ID|CLOUDFRONT' },
  ],
  'edge-proxy-main-updater': [
    { type: 'AWS::Events::Rule', id: 'rule-states' },
    { type: 'AWS::Events::Rule', id: 'rule-sweep' },
    { type: 'AWS::Lambda::EventSourceMapping', id: 'uuid' },
    ...['fleet.fifo', 'dead.fifo', 'undelivered'].map((name) => ({
      type: 'AWS::SQS::Queue',
      id: `https://sqs.eu-west-1.amazonaws.com/111122223333/${name}`,
    })),
    { type: 'AWS::S3::Bucket' },
  ],
  'edge-proxy-main-region-us-east-1': [
    { type: 'AWS::Events::Rule', id: 'rule-forward' },
    { type: 'AWS::CloudWatch::Alarm', id: 'edge-proxy-main-undelivered' },
  ],
} as const;

/** A rule that admits only CloudFront, on one port. */
export function admitting(port: number, more: Partial<InboundRule> = {}): InboundRule {
  return { protocol: 'tcp', from: port, to: port, cidrs: [], prefixLists: [EDGES], ...more };
}

/** One running app on port 3000. */
export const MEMBER: FleetMember = {
  instance: instance({ id: 1, tags: { 'proxy:host': 'shop', 'proxy:port': '3000' } }),
  groups: ['sg-1'],
};

/** A healthy deployment `main` in eu-west-1; tests add the faults. */
export function healthy(more: Partial<Cloud> = {}): Cloud {
  const stacks = new Map<string, (typeof STACKS)[keyof typeof STACKS]>(Object.entries(STACKS));
  return {
    now: () => NOW,
    stack: async (name) => {
      const resources = stacks.get(name);
      return resources && { status: 'CREATE_COMPLETE', resources };
    },
    mapping: async () => ({
      state: 'Enabled',
      queueArn: QUEUE,
      functionArn: 'arn:aws:lambda:eu-west-1:111122223333:function:main-updater',
      lastResult: 'OK',
    }),
    lambda: async () => ({
      state: 'Active',
      roleArn: 'arn:aws:iam::111122223333:role/main-updater',
      environment: {
        BASE_DOMAIN: SETTINGS.baseDomain,
        REGIONS: 'eu-west-1',
        KVS_ARN: STORE,
        JOURNAL_BUCKET: 'journal',
        SITE_BUCKET: 'site',
      },
    }),
    trails: async () => [
      { name: 'all', multiRegion: true, homeRegion: 'us-east-1', logging: true, managementWrites: true },
    ],
    rule: async () => ({ enabled: true, targets: [QUEUE] }),
    queue: async (arn) => (arn === QUEUE ? { messages: 1, deadLettersArn: DEAD_LETTERS } : { messages: 0 }),
    alarms: async (names) => names.map((name) => ({ name, state: 'OK', reason: 'all is quiet' })),
    store: async () => ({ arn: STORE, status: 'READY' }),
    liveCode: async (name) => (name === 'main-headers' ? BUILT_HEADERS : BUILT),
    distribution: async () => DISTRIBUTION,
    certificate: async () => CERTIFICATE,
    addresses: async () => ['192.0.2.1'],
    reverseNames: async () => [],
    fleet: async () => [MEMBER],
    inboundRules: async () => new Map([['sg-1', [admitting(3000)]]]),
    originFacing: async () => [EDGES],
    deniedActions: async () => [],
    ...more,
  };
}

export const DISTRIBUTION = {
  domainName: 'd1.cloudfront.net',
  status: 'Deployed',
  enabled: true,
  aliases: [SETTINGS.baseDomain, `*.${SETTINGS.baseDomain}`],
  certificateArn: 'arn:aws:acm:us-east-1:111122223333:certificate/1',
  webAclArn: 'arn:aws:wafv2:us-east-1:111122223333:global/webacl/GateWebAcl-abc/GATE-ID',
  functions: [ROUTER, ROUTER],
  responseFunctions: [HEADERS],
};

export const CERTIFICATE = {
  status: 'ISSUED',
  names: [SETTINGS.baseDomain, `*.${SETTINGS.baseDomain}`],
  notAfter: NOW + 200 * 86_400,
};
