import type { Instance } from '../../core/instance.ts';
import type { Seconds } from '../../core/wire/brands.ts';

/** One resource of a CloudFormation stack. */
export interface StackResource {
  /** `AWS::SQS::Queue`. */
  type: string;
  /** The physical id. Absent while the resource is being created. */
  id?: string;
}

export interface Stack {
  /** `UPDATE_COMPLETE`. */
  status: string;
  resources: readonly StackResource[];
}

/** The event source mapping between queue and updater. */
export interface Mapping {
  /** `Enabled`. */
  state: string;
  queueArn: string;
  functionArn: string;
  /** Lambda's result of the last batch: `OK`, `No records processed`, `PROBLEM: …`. */
  lastResult: string;
}

export interface LambdaFunction {
  /** `Active`. */
  state: string;
  roleArn: string;
  environment: Readonly<Record<string, string>>;
}

export interface Trail {
  name: string;
  multiRegion: boolean;
  homeRegion: string;
  logging: boolean;
  /** It logs write calls of management events. */
  managementWrites: boolean;
}

export interface EventRule {
  enabled: boolean;
  targets: readonly string[];
}

export interface Queue {
  /** Messages that wait or are being processed. */
  messages: number;
  /** The queue for messages that failed too often. */
  deadLettersArn?: string;
}

export interface Alarm {
  name: string;
  /** `OK`, `ALARM` or `INSUFFICIENT_DATA`. */
  state: string;
  /** CloudWatch's reason for the state. */
  reason: string;
}

export interface Store {
  arn: string;
  /** `READY`. */
  status: string;
}

export interface Distribution {
  domainName: string;
  /** `Deployed`, or `InProgress` for some minutes after a change. */
  status: string;
  enabled: boolean;
  aliases: readonly string[];
  certificateArn?: string;
  webAclArn?: string;
  /** ARNs of the functions that run at viewer request for apps. */
  functions: readonly string[];
  /** ARNs of the functions that run at viewer request in its other behaviours, those for paths of ours. */
  siteFunctions: readonly string[];
  /** ARNs of the functions that run at viewer response, in all its behaviours. */
  responseFunctions: readonly string[];
  /** The behaviour of sign-in. Absent without one. */
  api?: ApiBehavior;
}

/** The cache behaviour for `/_proxy/api/*`. */
export interface ApiBehavior {
  /** ARNs of the versions of Lambda functions that run at origin request. */
  functions: readonly string[];
  /** Custom headers of its origin, by name in lower case. */
  headers: Readonly<Record<string, string>>;
}

/** A secret without its value. */
export interface SecretState {
  /** The time of the last new value. */
  changedAt: Seconds;
  isDeleted: boolean;
  /** A key of KMS other than AWS's own for Secrets Manager. */
  ownKey?: string;
}

/** The form of a secret's value. The value itself stays in the adapter. */
export interface SecretForm {
  characters: number;
  /** It begins or ends with a blank or a line feed, as from `echo`. */
  hasBlankEnds: boolean;
  /** It is a JSON object, as the console makes of keys and values. */
  isJson: boolean;
}

/** An answer over HTTP, before any redirect. */
export interface Answer {
  status: number;
  /** `x-proxy-state`. */
  state?: string;
  location?: string;
}

/** The metadata of an OpenID Connect provider. */
export interface ProviderMetadata {
  status: number;
  issuer?: string;
}

export interface Certificate {
  /** `ISSUED`. */
  status: string;
  names: readonly string[];
  notAfter: Seconds;
}

/** A family of addresses. */
export type Family = 'ipv4' | 'ipv6';

/** An instance of the fleet and its network. */
export interface FleetMember {
  instance: Instance;
  /** Security groups of the primary interface, to which the edge connects. */
  groups: readonly string[];
  /** The primary interface. Absent while the instance has none. */
  primary?: { id: string; subnet: string };
  /** The IPv6 addresses of all interfaces. */
  ipv6: readonly string[];
}

/** An inbound rule of a security group. */
export interface InboundRule {
  /** `tcp`, `icmpv6`, or `-1` for all protocols. */
  protocol: string;
  /** The first and the last port; for ICMPv6 the type and the code, or -1 for all of them. */
  from: number;
  to: number;
  cidrs: readonly string[];
  prefixLists: readonly string[];
}

/** Attributes of a VPC. A public name needs both. */
export interface VpcDns {
  /** `enableDnsSupport`. */
  support: boolean;
  /** `enableDnsHostnames`. */
  hostnames: boolean;
}

/** A subnet and its VPC. */
export interface SubnetOfVpc {
  subnet: string;
  vpc: string;
}

/** The way of IPv6 packets between a subnet and the internet. */
export interface Ipv6Path {
  routeTable: string;
  /** Target of the route `::/0`: `igw-…`, `eigw-…`. Absent without such a route. */
  target?: string;
  acl?: NetworkAcl;
}

export interface NetworkAcl {
  id: string;
  /** Those for IPv6. */
  entries: readonly AclEntry[];
}

/** An entry of a network ACL. */
export interface AclEntry {
  /** Entries are evaluated in the order of their numbers. */
  number: number;
  inbound: boolean;
  allows: boolean;
  /** `6` is TCP, `-1` all protocols. */
  protocol: string;
  from: number;
  to: number;
  cidr: string;
}

/** Actions that a role needs on one resource. */
export interface Need {
  actions: readonly string[];
  resource: string;
  /** Region of the call, for statements with a region condition. */
  region?: string;
}

/**
 * The read-only calls that the doctor makes to AWS, DNS and the clock. Each may throw; the error becomes a finding of the check
 * that made the call. An absent resource is `undefined` where a check can explain it better than AWS.
 */
export interface Cloud {
  now(): Seconds;
  stack(name: string, region: string): Promise<Stack | undefined>;
  mapping(id: string, region: string): Promise<Mapping>;
  lambda(name: string, region: string): Promise<LambdaFunction>;
  trails(region: string): Promise<readonly Trail[]>;
  rule(name: string, region: string): Promise<EventRule | undefined>;
  queue(arn: string): Promise<Queue>;
  /** The alarms that exist. */
  alarms(names: readonly string[], region: string): Promise<readonly Alarm[]>;
  store(name: string): Promise<Store>;
  /** The code of a CloudFront function's LIVE stage. Undefined if it was never published. */
  liveCode(functionName: string): Promise<string | undefined>;
  distribution(id: string): Promise<Distribution>;
  certificate(arn: string): Promise<Certificate>;
  /** IPv4 and IPv6 addresses of a name. Empty if it does not exist. */
  addresses(hostname: string): Promise<readonly string[]>;
  /** Names of an address (PTR records). */
  reverseNames(address: string): Promise<readonly string[]>;
  fleet(region: string): Promise<readonly FleetMember[]>;
  inboundRules(
    groups: readonly string[],
    region: string,
  ): Promise<ReadonlyMap<string, readonly InboundRule[]>>;
  /** Ids of CloudFront's origin-facing prefix lists in a region, as far as it has them. */
  originFacing(region: string): Promise<Readonly<Partial<Record<Family, string>>>>;
  vpcDns(vpcs: readonly string[], region: string): Promise<ReadonlyMap<string, VpcDns>>;
  /** By subnet. */
  ipv6Paths(subnets: readonly SubnetOfVpc[], region: string): Promise<ReadonlyMap<string, Ipv6Path>>;
  /** Undefined if the secret does not exist. */
  secret(arn: string): Promise<SecretState | undefined>;
  /** Undefined if the caller may not read the value. */
  secretForm(arn: string): Promise<SecretForm | undefined>;
  /** The metadata of an issuer. */
  metadata(issuer: string): Promise<ProviderMetadata>;
  /** The answer to a GET of a program. */
  visit(url: string): Promise<Answer>;
  /** An object as text. Undefined if it does not exist. */
  object(place: { region: string; bucket: string; key: string }): Promise<string | undefined>;
  /** The regions of the account in which a log group got lines within two weeks. */
  loggingRegions(logGroup: string): Promise<readonly string[]>;
  /** The actions that the role lacks, as `action on resource`. */
  deniedActions(roleArn: string, needs: readonly Need[]): Promise<readonly string[]>;
}
