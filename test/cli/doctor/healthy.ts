import { buildEdge, buildHeaders, buildSiteRouter } from '../../../build/edge.ts';
import type {
  AclEntry,
  ApiBehavior,
  Cloud,
  FleetMember,
  InboundRule,
  Ipv6Path,
} from '../../../cli/doctor/cloud.ts';
import type { Instance } from '../../../core/instance.ts';
import { printConciergeSettings } from '../../../core/settings/concierge-settings.ts';
import { instance, ipv6, NOW, SETTINGS } from '../../support/values/instances.ts';

export const QUEUE = 'arn:aws:sqs:eu-west-1:111122223333:fleet.fifo';
export const DEAD_LETTERS = 'arn:aws:sqs:eu-west-1:111122223333:dead.fifo';
export const STORE = 'arn:aws:cloudfront::111122223333:key-value-store/00000000-0000-0000-0000-000000000000';
export const ROUTER = 'arn:aws:cloudfront::111122223333:function/main-router';
export const SITE_ROUTER = 'arn:aws:cloudfront::111122223333:function/main-site-router';
export const HEADERS = 'arn:aws:cloudfront::111122223333:function/main-headers';
/** CloudFront's prefix lists in the fleet's region. */
export const LISTS = { ipv4: 'pl-0edge', ipv6: 'pl-6edge' } as const;

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
    { type: 'AWS::WAFv2::IPSet', id: 'GateIPV4-abc|SET-ID|CLOUDFRONT' },
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

/** A rule that admits only CloudFront over IPv4, on one port. */
export function admitting(port: number, more: Partial<InboundRule> = {}): InboundRule {
  return { protocol: 'tcp', from: port, to: port, cidrs: [], prefixLists: [LISTS.ipv4], ...more };
}

/** The rules of the deployment's security group for IPv6, for one port. */
export function admittingIpv6(port: number): InboundRule[] {
  return [
    admitting(port, { prefixLists: [LISTS.ipv6] }),
    { protocol: 'icmpv6', from: 2, to: 0, cidrs: ['::/0'], prefixLists: [] },
  ];
}

/** One running app on port 3000, over IPv4. */
export const MEMBER: FleetMember = {
  instance: {
    ...instance({ id: 1, tags: { 'proxy:host': 'shop', 'proxy:port': '3000' } }),
    vpc: 'vpc-1',
  },
  groups: ['sg-1'],
  primary: { id: 'eni-1', subnet: 'subnet-1' },
  ipv6: [],
};

/** The same app over IPv6 only. */
export function ipv6Member(more: Partial<Instance> = {}): FleetMember {
  const { address: _, ...rest } = MEMBER.instance;
  const name = ipv6('f5lnz-0khrm-nt2u3-gyqqt-nbdl5.eu-west-1.ip.aws');
  return {
    ...MEMBER,
    instance: { ...rest, address: name, ipv6: name, isIpv6Only: true, ...more },
    ipv6: ['2a05:d014::1'],
  };
}

/** A subnet from which IPv6 packets reach the internet and back. */
export const OPEN_PATH: Ipv6Path = {
  ...{ routeTable: 'rtb-1', target: 'igw-1' },
  acl: {
    id: 'acl-1',
    entries: [true, false].flatMap((inbound) => [
      aclEntry(101, { inbound, allows: true }),
      aclEntry(32_768, { inbound, allows: false }),
    ]),
  },
};

/** An entry of a network ACL for all of IPv6. */
export function aclEntry(number: number, more: Partial<AclEntry>): AclEntry {
  const all = { protocol: '-1', from: 0, to: 65_535, cidr: '::/0' };
  return { number, inbound: true, allows: true, ...all, ...more };
}

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
    originFacing: async () => LISTS,
    vpcDns: async (vpcs) => new Map(vpcs.map((vpc) => [vpc, { support: true, hostnames: true }])),
    ipv6Paths: async (subnets) => new Map(subnets.map(({ subnet }) => [subnet, OPEN_PATH])),
    secret: async () => ({ changedAt: NOW - 30 * 86_400, isDeleted: false }),
    secretForm: async () => ({ characters: 64, hasBlankEnds: false, isJson: false }),
    metadata: async (issuer) => ({ status: 200, issuer }),
    visit: async (url) =>
      url.includes('/_proxy/api/start')
        ? { status: 303, location: `https://${SETTINGS.baseDomain}/_proxy/api/sign-in?host=x` }
        : { status: 401, state: 'not signed in' },
    object: async () => ACCESS_FILE,
    loggingRegions: async () => [],
    deniedActions: async () => [],
    ...more,
  };
}

export const CONCIERGE = 'edge-proxy-main-concierge-0a1b2c3d';
export const ACCESS_FILE = '{"sequence":7,"epoch":1,"hosts":{"shop.dev.example.com":"g7"},"signedOut":{}}';
export const CLIENT_SECRET = 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:sign-in-AbCdEf';
export const SESSION_SECRET = 'arn:aws:secretsmanager:us-east-1:111122223333:secret:sessions-AbCdEf';

/** The behaviour of sign-in, with the settings of the function. */
export const API: ApiBehavior = {
  functions: [`arn:aws:lambda:us-east-1:111122223333:function:${CONCIERGE}:3`],
  headers: printConciergeSettings({
    deployment: 'main',
    apex: `https://${SETTINGS.baseDomain}`,
    provider: {
      issuer: 'https://login.example.com',
      clientId: 'proxy',
      clientSecretArn: CLIENT_SECRET,
      userClaim: 'email',
      groupsClaim: 'groups',
      groups: new Map([['devs', 'Developers']]),
    },
    keysArn: SESSION_SECRET,
    access: { region: 'us-east-1', bucket: 'access' },
  }),
};

/** The same deployment with sign-in. */
export function healthySignedIn(more: Partial<Cloud> = {}): Cloud {
  const cloud = healthy();
  const constants = { baseDomain: SETTINGS.baseDomain, signIn: { deployment: 'main' } };
  const codes = new Map([
    ['main-headers', BUILT_HEADERS],
    ['main-router', buildEdge(constants)],
    ['main-site-router', buildSiteRouter(constants)],
  ]);
  return {
    ...cloud,
    stack: async (name, region) => {
      const found = await cloud.stack(name, region);
      const added = name.endsWith('-edge')
        ? [
            { type: 'AWS::Lambda::Function', id: CONCIERGE },
            { type: 'AWS::CloudFront::Function', id: SITE_ROUTER },
          ]
        : [];
      return found && { ...found, resources: [...found.resources, ...added] };
    },
    lambda: async (name, region) => {
      const found = await cloud.lambda(name, region);
      return { ...found, environment: { ...found.environment, ...SIGN_IN_ENVIRONMENT } };
    },
    liveCode: async (name) => codes.get(name),
    distribution: async () => ({ ...DISTRIBUTION, siteFunctions: [SITE_ROUTER, SITE_ROUTER], api: API }),
    ...more,
  };
}

/** The variables of the updater that only sign-in has. */
export const SIGN_IN_ENVIRONMENT = {
  DEPLOYMENT: 'main',
  SESSION_SECRET_ARN: SESSION_SECRET,
  ACCESS_BUCKET: 'access',
  SIGN_IN_GROUPS: 'devs',
};

export const DISTRIBUTION = {
  domainName: 'd1.cloudfront.net',
  status: 'Deployed',
  enabled: true,
  aliases: [SETTINGS.baseDomain, `*.${SETTINGS.baseDomain}`],
  certificateArn: 'arn:aws:acm:us-east-1:111122223333:certificate/1',
  webAclArn: 'arn:aws:wafv2:us-east-1:111122223333:global/webacl/GateWebAcl-abc/GATE-ID',
  functions: [ROUTER],
  siteFunctions: [ROUTER],
  responseFunctions: [HEADERS],
};

export const CERTIFICATE = {
  status: 'ISSUED',
  names: [SETTINGS.baseDomain, `*.${SETTINGS.baseDomain}`],
  notAfter: NOW + 200 * 86_400,
};
