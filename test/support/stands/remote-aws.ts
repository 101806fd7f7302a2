import { mkdirSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Instance } from '../../../core/instance.ts';
import { parseForm, parseTexts } from '../../../local/ec2/api/ec2-form.ts';
import { KeyValueStore } from '../../../local/kvs/key-value-store.ts';
import { KVS_PREFIX, kvsHandler } from '../../../local/kvs/kvs-server.ts';
import { sqsHandler } from '../../../local/lambda/sqs-server.ts';
import { s3Handler } from '../../../local/s3/s3-server.ts';
import { printXmlDocument } from '../../../local/xml.ts';
import { describedXml } from '../aws/described-xml.ts';
import { serveOnLoopback } from '../aws/loopback.ts';

/** The account of the updater's own role. */
export const HOME = '123456789012';

const KVS_ARN = `arn:aws:cloudfront::${HOME}:key-value-store/00000000-0000-4000-8000-000000000000`;
const CREDENTIALS = { accessKeyId: 'AKIDHOME', secretAccessKey: 'secret' };
/** EC2's answer to a client that calls too often (EC2 API reference, "Client error codes"). */
export const THROTTLED =
  '<Response><Errors><Error><Code>RequestLimitExceeded</Code><Message>Request limit exceeded.</Message></Error></Errors><RequestID>r</RequestID></Response>';

/** Results of DescribeInstances per page. */
const PAGE = 1_000;

/**
 * The services that the updater calls, over HTTP with a delay: the local store and S3, and an EC2, STS and Secrets Manager with
 * answers of the test. Their names are `kvs`, `s3`, `sqs`, `sts`, `secretsmanager`, and `ec2 <region>` or `ec2 <account>/<region>`.
 * Only a role of that account reaches the last one.
 */
export interface RemoteAws {
  readonly url: string;
  readonly store: KeyValueStore;
  /** Folder of the buckets `journal` and `site`. */
  readonly buckets: string;
  /** The fleet as EC2 shows it. */
  instances: Instance[];
  /** Milliseconds before a request is handled. */
  latency: number;
  /** Services that accept requests and never answer. */
  readonly silent: Set<string>;
  /** The number of further calls that a service throttles. */
  readonly throttled: Map<string, number>;
  /** Accounts whose role can be assumed. */
  readonly roles: Set<string>;
  secret: string;
  /** Milliseconds until a message comes back, in the order of the calls to the queue. */
  readonly returns: number[];
  /** Changes a page of DescribeInstances before it is sent. */
  distort: (page: string) => string;
  /** Calls since the list was last emptied: `ec2 us-east-1 DescribeInstances`. */
  calls: string[];
  /** Calls that the store's API has handled since the start. */
  readonly storeCalls: Readonly<Record<string, number>>;
  /** Environment variables that lead the updater to these services. */
  readonly variables: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** Starts the services and stores their data in `folder`. */
export async function startRemoteAws(folder: string): Promise<RemoteAws> {
  for (const bucket of ['journal', 'site']) mkdirSync(join(folder, bucket), { recursive: true });
  const store = new KeyValueStore({ clock: { now: Date.now } });
  const server = await serveOnLoopback((request, response) => void serve(request, response));
  const kvs = kvsHandler({ arn: KVS_ARN, store, credentials: CREDENTIALS, clock: { now: Date.now } });
  const aws: RemoteAws = {
    storeCalls: kvs.calls,
    ...{ url: server.url, store, buckets: folder, instances: [], latency: 0, secret: 'a secret', calls: [] },
    distort: (page) => page,
    returns: [],
    ...{ silent: new Set<string>(), throttled: new Map(), roles: new Set<string>(), close: server.close },
    variables: variablesFor(server.url),
  };
  const s3 = s3Handler({ directory: folder });
  const sqs = sqsHandler({ changeVisibility: (_, delay) => aws.returns.push(delay) > 0 });
  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { service, ...call } = calledBy(request);
    const body = service === 'ec2' || service === 'sts' ? parseForm(await text(request)) : undefined;
    const name = service === 'ec2' ? placeOf(call) : service;
    aws.calls.push(`${name} ${body?.get('Action') ?? request.method}`);
    if (aws.silent.has(name)) return;
    if (aws.latency > 0) await new Promise((resolve) => setTimeout(resolve, aws.latency));
    const refusals = aws.throttled.get(name) ?? 0;
    if (refusals > 0) {
      aws.throttled.set(name, refusals - 1);
      return void response.writeHead(503, { 'content-type': 'text/xml' }).end(THROTTLED);
    }
    if (service === 'kvs') return kvs(request, response);
    if (service === 's3') return s3(request, response);
    if (service === 'sqs') return sqs(request, response);
    const { status, type, content } = body ? formAnswer(aws, call, body) : secretAnswer(aws);
    response.writeHead(status, { 'content-type': type }).end(content);
  }
  return aws;
}

function variablesFor(url: string): Record<string, string> {
  return {
    DEPLOYMENT: 'main',
    BASE_DOMAIN: 'dev.example.com',
    KVS_ARN,
    JOURNAL_BUCKET: 'journal',
    SITE_BUCKET: 'site',
    QUEUE_URL: `${url}/${HOME}/fleet.fifo`,
    REGIONS: 'us-east-1',
    KVS_ENDPOINT: url,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
    AWS_ENDPOINT_URL: url,
  };
}

interface Call {
  account: string;
  region: string;
}

/** Account, region and service of a call, from its signature: `Credential=<key id>/<date>/<region>/<service>/aws4_request`. */
function calledBy(request: IncomingMessage): Call & { service: string } {
  if (request.url?.startsWith(KVS_PREFIX)) return { service: 'kvs', account: HOME, region: '' };
  const scope = /Credential=([^/]+)\/\d{8}\/([^/]+)\/([^/]+)\/aws4_request/.exec(
    request.headers.authorization ?? '',
  );
  const [, key = '', region = '', service = 'unsigned'] = scope ?? [];
  return { service, region, account: key.startsWith('ASIA') ? key.slice(4) : HOME };
}

function placeOf({ account, region }: Call): string {
  return account === HOME ? `ec2 ${region}` : `ec2 ${account}/${region}`;
}

interface Answer {
  status: number;
  type: string;
  content: string;
}

function formAnswer(aws: RemoteAws, call: Call, form: ReadonlyMap<string, string>): Answer {
  const action = form.get('Action');
  if (action === 'DescribeInstances')
    return { status: 200, type: 'text/xml', content: aws.distort(described(aws, call, form)) };
  if (action === 'AssumeRole') return assumed(aws, form.get('RoleArn') ?? '');
  throw new Error(`nobody told this AWS what ${action} does`);
}

function described(
  { instances }: RemoteAws,
  { account, region }: Call,
  form: ReadonlyMap<string, string>,
): string {
  const ids =
    form.get('Filter.1.Name') === 'instance-id' ? new Set(parseTexts(form, 'Filter.1.Value')) : undefined;
  const isAsked = (instance: Instance) =>
    ids?.has(instance.id) ?? Object.keys(instance.tags).some((key) => key.startsWith('proxy:'));
  const all = instances.filter((each) => each.account === account && each.region === region && isAsked(each));
  const start = Number(form.get('NextToken') ?? 0);
  const end = start + PAGE;
  return describedXml(all.slice(start, end), end < all.length ? String(end) : undefined);
}

/** `arn:aws:iam::<account>:role/<name>` */
function assumed({ roles }: RemoteAws, role: string): Answer {
  const account = role.split(':')[4] ?? '';
  const namespace = 'https://sts.amazonaws.com/doc/2011-06-15/';
  if (!roles.has(account)) {
    const refusal = {
      Type: 'Sender',
      Code: 'AccessDenied',
      Message: `not authorized to perform: sts:AssumeRole on ${role}`,
    };
    return {
      status: 403,
      type: 'text/xml',
      content: printXmlDocument('ErrorResponse', namespace, { Error: refusal }),
    };
  }
  const Credentials = {
    AccessKeyId: `ASIA${account}`,
    SecretAccessKey: 'secret',
    SessionToken: 'token',
    Expiration: new Date(Date.now() + 3_600_000).toISOString(),
  };
  const AssumeRoleResult = { Credentials };
  return {
    status: 200,
    type: 'text/xml',
    content: printXmlDocument('AssumeRoleResponse', namespace, { AssumeRoleResult }),
  };
}

function secretAnswer({ secret }: RemoteAws): Answer {
  return {
    status: 200,
    type: 'application/x-amz-json-1.1',
    content: JSON.stringify({ SecretString: secret }),
  };
}
