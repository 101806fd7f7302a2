import type { Instance } from '../../core/instance.ts';
import type { Seconds } from '../../core/wire/brands.ts';

/** One resource of a CloudFormation stack. */
export interface StackResource {
  /** `AWS::SQS::Queue`. */
  type: string;
  /** The id that the service knows it by; absent while it is being made. */
  id?: string;
}

export interface Stack {
  /** `UPDATE_COMPLETE`. */
  status: string;
  resources: readonly StackResource[];
}

/** What feeds the updater from the queue. */
export interface Mapping {
  /** `Enabled`. */
  state: string;
  queueArn: string;
  functionArn: string;
  /** What Lambda says of its last batch: `OK`, `No records processed`, `PROBLEM: …`. */
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
  /** Write calls to EC2 among its management events. */
  managementWrites: boolean;
}

export interface EventRule {
  enabled: boolean;
  targets: readonly string[];
}

export interface Queue {
  /** Waiting and under way. */
  messages: number;
  /** Where messages go that failed too often. */
  deadLettersArn?: string;
}

export interface Alarm {
  name: string;
  /** `OK`, `ALARM` or `INSUFFICIENT_DATA`. */
  state: string;
  /** CloudWatch's sentence of why it is in this state. */
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
  /** ARNs of the functions that run at viewer request, in all its behaviours. */
  functions: readonly string[];
}

export interface Certificate {
  /** `ISSUED`. */
  status: string;
  names: readonly string[];
  notAfter: Seconds;
}

/** An instance of the fleet and the security groups before it. */
export interface FleetMember {
  instance: Instance;
  groups: readonly string[];
}

/** Who is let in on which ports. */
export interface InboundRule {
  /** `tcp`, or `-1` for everything. */
  protocol: string;
  from: number;
  to: number;
  cidrs: readonly string[];
  prefixLists: readonly string[];
}

/** Actions that a role should have on one resource. */
export interface Need {
  actions: readonly string[];
  resource: string;
  /** Region of the call, for statements that ask. */
  region?: string;
}

/**
 * What the doctor asks AWS, DNS and the clock: reads only. Every question may throw, and what is thrown is a finding of the
 * one check that asked. What is not there is `undefined` where a check can say more about it than AWS does.
 */
export interface Cloud {
  now(): Seconds;
  stack(name: string, region: string): Promise<Stack | undefined>;
  mapping(id: string, region: string): Promise<Mapping>;
  lambda(name: string, region: string): Promise<LambdaFunction>;
  trails(region: string): Promise<readonly Trail[]>;
  rule(name: string, region: string): Promise<EventRule | undefined>;
  queue(arn: string): Promise<Queue>;
  /** Those of the alarms that exist. */
  alarms(names: readonly string[], region: string): Promise<readonly Alarm[]>;
  store(name: string): Promise<Store>;
  /** The code of a CloudFront function's LIVE stage; undefined when nothing was ever published. */
  liveCode(functionName: string): Promise<string | undefined>;
  distribution(id: string): Promise<Distribution>;
  certificate(arn: string): Promise<Certificate>;
  /** IPv4 and IPv6 addresses of a name, none when it does not exist. */
  addresses(hostname: string): Promise<readonly string[]>;
  /** Names of an address (PTR), none when it has none. */
  reverseNames(address: string): Promise<readonly string[]>;
  fleet(region: string): Promise<readonly FleetMember[]>;
  inboundRules(
    groups: readonly string[],
    region: string,
  ): Promise<ReadonlyMap<string, readonly InboundRule[]>>;
  /** Ids of CloudFront's origin-facing prefix lists in a region. */
  originFacing(region: string): Promise<readonly string[]>;
  /** Those of the needs' actions that the role may not do, as `action on resource`. */
  deniedActions(roleArn: string, needs: readonly Need[]): Promise<readonly string[]>;
}
