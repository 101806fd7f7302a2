import type { Deployment } from '../../cli/doctor/deployment.ts';
import type { SendOrder } from '../../cli/sign-in/give-order.ts';

/** One answer to a viewer. */
export interface Reply {
  status: number;
  headers: Readonly<Record<string, string>>;
  body: string;
  /** The lines of `Set-Cookie`. */
  cookies?: readonly string[];
}

/** A request: `host` is the Host header in this spelling, for the edges of the deployment. */
export interface Ask {
  host: string;
  path: string;
  headers?: Readonly<Record<string, string>>;
}

/** The result of CloudFront's test of a function. */
export interface FunctionTest {
  /** Percent of the time that a function may take. */
  utilization: number;
  error: string;
  output: string;
}

/** The outcome of a write to the store: the new ETag, or the name and message of the error. */
export type Written = { etag: string } | { error: string };

export interface Launch {
  /** Security group. */
  group: string;
  tags: Readonly<Record<string, string>>;
  /** Script of its first start. */
  userData: string;
  /** Without it, a default subnet. With it, EC2 gives the instance an IPv6 address for its whole life. */
  subnet?: string;
}

/** A VPC with one subnet, which has no IPv4. */
export interface Ipv6Vpc {
  vpc: string;
  subnet: string;
}

/** The calls of a run to AWS. real-world.ts is the real implementation; tests have a stand-in. */
export interface World {
  /** Epoch milliseconds. */
  now(): number;
  sleep(milliseconds: number): Promise<void>;
  say(line: string): void;
  /** Runs the CDK's command line; rejects when it fails. */
  cdk(args: readonly string[]): Promise<void>;
  /** Runs the AWS CLI, which knows plans from the autumn of 2026 on; returns what it prints and rejects when it fails. */
  aws(args: readonly string[]): Promise<string>;
  /** Outputs of the stacks by stack and name, as `cdk deploy --outputs-file` wrote them. */
  outputs(file: string): Promise<Readonly<Record<string, Readonly<Record<string, string>>>>>;
  /** Public IPv4 address of this machine. */
  ownAddress(): Promise<string>;
  /** Id of the region's default VPC. */
  defaultVpc(region: string): Promise<string>;
  makeIpv6Vpc(region: string, deployment: string): Promise<Ipv6Vpc>;
  removeIpv6Vpc(region: string, deployment: string): Promise<void>;
  /** The IPv6 address of an instance, and the public name that EC2 gives it. */
  ipv6Of(region: string, id: string): Promise<{ address: string; name: string }>;
  /** AAAA records of a name. */
  resolve(name: string): Promise<readonly string[]>;
  /** Starts one t4g.nano with Amazon Linux; returns its id. */
  launch(region: string, what: Launch): Promise<string>;
  change(region: string, id: string, to: 'stop' | 'start' | 'terminate'): Promise<void>;
  /** Waits until the instance has stopped, when it may be started again. */
  stopped(region: string, id: string): Promise<void>;
  tag(region: string, id: string, tags: Readonly<Record<string, string>>): Promise<void>;
  deployment(deployment: string, region: string): Promise<Deployment>;
  /** Lines of the doctor's failures and warnings. */
  complaints(deployment: Deployment): Promise<readonly string[]>;
  /** One request to the address of `edge`, without following redirects. */
  ask(edge: string, ask: Ask): Promise<Reply>;
  /** One GET of a page of the provider, without following redirects. */
  visit(url: string, headers: Readonly<Record<string, string>>): Promise<Reply>;
  /** Opens a WebSocket and returns the first message. */
  webSocket(edge: string, ask: Ask): Promise<string>;
  testRouter(name: string, event: unknown): Promise<FunctionTest>;
  /** Invokes the updater with an empty batch and returns its answer. */
  invoke(region: string, name: string): Promise<string>;
  /** Takes orders about sign-in. */
  updater(deployment: string, region: string): Promise<SendOrder>;
  etag(storeArn: string): Promise<string>;
  write(
    storeArn: string,
    changes: { puts: Readonly<Record<string, string>>; deletes: readonly string[]; etag: string },
  ): Promise<Written>;
  /** Objects below a prefix, with the times of their writes in epoch milliseconds. */
  objects(bucket: string, prefix: string): Promise<readonly { key: string; at: number }[]>;
  /** Deletes every bucket with this beginning of its name, with all objects and old versions. */
  removeBuckets(beginning: string): Promise<void>;
}
