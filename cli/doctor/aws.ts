import { resolve4, resolve6, reverse } from 'node:dns/promises';
import { ACMClient, DescribeCertificateCommand } from '@aws-sdk/client-acm';
import {
  CloudFormationClient,
  DescribeStacksCommand,
  paginateListStackResources,
} from '@aws-sdk/client-cloudformation';
import {
  CloudFrontClient,
  type DefaultCacheBehavior,
  DescribeKeyValueStoreCommand,
  type DistributionConfig,
  GetDistributionCommand,
  GetFunctionCommand,
} from '@aws-sdk/client-cloudfront';
import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import {
  DescribeRuleCommand,
  EventBridgeClient,
  ListTargetsByRuleCommand,
} from '@aws-sdk/client-eventbridge';
import { type ContextEntry, IAMClient, SimulatePrincipalPolicyCommand } from '@aws-sdk/client-iam';
import {
  GetEventSourceMappingCommand,
  GetFunctionConfigurationCommand,
  LambdaClient,
} from '@aws-sdk/client-lambda';
import {
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  type QueueAttributeName,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { Fault, objectWith, parseDocument, text } from '../../core/schema.ts';
import { Ec2Cloud } from './aws-ec2.ts';
import { readLoggingRegions } from './aws-logs.ts';
import { readIpv6Paths, readVpcDns } from './aws-network.ts';
import { readMetadata, readObject, readSecret, readSecretForm, visit } from './aws-sign-in.ts';
import { readTrails } from './aws-trails.ts';
import type { ApiBehavior, Cloud, Need } from './cloud.ts';
import { unlessNamed } from './unless-named.ts';

/** The region of CloudFront, its certificates and its web ACLs. */
const GLOBAL = 'us-east-1';

/** AWS through its SDK, with the credentials that the SDK finds, and this machine's DNS resolver. */
export function awsCloud(): Cloud {
  const cloudFront = new CloudFrontClient({ region: GLOBAL });
  const ec2 = new Ec2Cloud();
  return {
    now: () => Date.now() / 1000,
    stack: readStack,
    mapping: readMapping,
    lambda: readLambda,
    trails: readTrails,
    rule: readRule,
    queue: readQueue,
    alarms: readAlarms,
    store: (name) => readStore(cloudFront, name),
    liveCode: (name) => readLiveCode(cloudFront, name),
    distribution: (id) => readDistribution(cloudFront, id),
    certificate: readCertificate,
    addresses: resolveAddresses,
    reverseNames: (address) => unlessAbsent(reverse(address), []),
    fleet: (region) => ec2.fleet(region),
    inboundRules: (groups, region) => ec2.inboundRules(groups, region),
    originFacing: (region) => ec2.originFacing(region),
    vpcDns: readVpcDns,
    ipv6Paths: readIpv6Paths,
    secret: readSecret,
    secretForm: readSecretForm,
    metadata: readMetadata,
    visit,
    object: readObject,
    loggingRegions: readLoggingRegions,
    deniedActions: simulateDenied,
  };
}

async function readStack(name: string, region: string) {
  const client = new CloudFormationClient({ region });
  const absent = { names: ['ValidationError'], otherwise: undefined };
  const told = await unlessNamed(client.send(new DescribeStacksCommand({ StackName: name })), absent);
  const stack = told?.Stacks?.[0];
  if (!stack) return undefined;
  const resources = [];
  for await (const page of paginateListStackResources({ client }, { StackName: name })) {
    for (const { ResourceType: type = '', PhysicalResourceId: id } of page.StackResourceSummaries ?? [])
      resources.push({ type, ...(id === undefined ? {} : { id }) });
  }
  return { status: stack.StackStatus ?? 'unknown', resources };
}

async function readMapping(id: string, region: string) {
  const client = new LambdaClient({ region });
  const told = await client.send(new GetEventSourceMappingCommand({ UUID: id }));
  return {
    state: told.State ?? 'unknown',
    queueArn: told.EventSourceArn ?? '',
    functionArn: told.FunctionArn ?? '',
    lastResult: told.LastProcessingResult ?? '',
  };
}

async function readLambda(name: string, region: string) {
  const client = new LambdaClient({ region });
  const told = await client.send(new GetFunctionConfigurationCommand({ FunctionName: name }));
  return {
    state: told.State ?? 'unknown',
    roleArn: told.Role ?? '',
    environment: told.Environment?.Variables ?? {},
  };
}

async function readRule(name: string, region: string) {
  const client = new EventBridgeClient({ region });
  const absent = { names: ['ResourceNotFoundException'], otherwise: undefined };
  const told = await unlessNamed(client.send(new DescribeRuleCommand({ Name: name })), absent);
  if (!told) return undefined;
  const { Targets = [] } = await client.send(new ListTargetsByRuleCommand({ Rule: name }));
  // ENABLED, or the variant for read-only calls.
  return {
    enabled: told.State?.startsWith('ENABLED') ?? false,
    targets: Targets.flatMap(({ Arn }) => Arn ?? []),
  };
}

/** The redrive policy of a queue, which SQS returns as JSON. */
const REDRIVE = objectWith<{ deadLetterTargetArn: string }>({ deadLetterTargetArn: text });

/** `arn:aws:sqs:REGION:ACCOUNT:NAME`. */
async function readQueue(arn: string) {
  const [region = GLOBAL, account = '', name = ''] = arn.split(':').slice(3);
  const client = new SQSClient({ region });
  const { QueueUrl } = await client.send(
    new GetQueueUrlCommand({ QueueName: name, QueueOwnerAWSAccountId: account }),
  );
  const { Attributes = {} } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }),
  );
  const count = (key: QueueAttributeName) => Number(Attributes[key] ?? 0);
  const redrive = Attributes['RedrivePolicy'];
  const policy = redrive === undefined ? undefined : parseDocument(redrive, REDRIVE);
  return {
    messages: count('ApproximateNumberOfMessages') + count('ApproximateNumberOfMessagesNotVisible'),
    ...(policy === undefined || policy instanceof Fault
      ? {}
      : { deadLettersArn: policy.deadLetterTargetArn }),
  };
}

async function readAlarms(names: readonly string[], region: string) {
  // An empty list of names would return every alarm. A stack has fewer than 100, which fit in one answer.
  if (names.length === 0) return [];
  const client = new CloudWatchClient({ region });
  const { MetricAlarms = [] } = await client.send(new DescribeAlarmsCommand({ AlarmNames: [...names] }));
  return MetricAlarms.map(({ AlarmName: name = '', StateValue: state = '', StateReason: reason = '' }) => ({
    ...{ name, state, reason },
  }));
}

async function readStore(client: CloudFrontClient, name: string) {
  const { KeyValueStore } = await client.send(new DescribeKeyValueStoreCommand({ Name: name }));
  return { arn: KeyValueStore?.ARN ?? '', status: KeyValueStore?.Status ?? 'unknown' };
}

async function readLiveCode(client: CloudFrontClient, name: string) {
  const absent = { names: ['NoSuchFunctionExists'], otherwise: undefined };
  const command = new GetFunctionCommand({ Name: name, Stage: 'LIVE' });
  const told = await unlessNamed(client.send(command), absent);
  return told?.FunctionCode === undefined ? undefined : Buffer.from(told.FunctionCode).toString('utf8');
}

async function readDistribution(client: CloudFrontClient, id: string) {
  const { Distribution } = await client.send(new GetDistributionCommand({ Id: id }));
  const config = Distribution?.DistributionConfig;
  const certificateArn = config?.ViewerCertificate?.ACMCertificateArn;
  const apps = config?.DefaultCacheBehavior ? [config.DefaultCacheBehavior] : [];
  const site = config?.CacheBehaviors?.Items ?? [];
  return {
    domainName: Distribution?.DomainName ?? '',
    status: Distribution?.Status ?? 'unknown',
    enabled: config?.Enabled ?? false,
    aliases: config?.Aliases?.Items ?? [],
    functions: functionsAt(apps, 'viewer-request'),
    siteFunctions: functionsAt(site, 'viewer-request'),
    responseFunctions: functionsAt([...apps, ...site], 'viewer-response'),
    ...(certificateArn ? { certificateArn } : {}),
    ...(config?.WebACLId ? { webAclArn: config.WebACLId } : {}),
    ...findApi(config),
  };
}

type Behavior = Pick<DefaultCacheBehavior, 'FunctionAssociations'>;

function functionsAt(behaviors: readonly Behavior[], event: 'viewer-request' | 'viewer-response'): string[] {
  return behaviors
    .flatMap(({ FunctionAssociations }) => FunctionAssociations?.Items ?? [])
    .flatMap(({ EventType, FunctionARN }) => (EventType === event && FunctionARN ? [FunctionARN] : []));
}

/** The behaviour of sign-in, and the origin that carries the settings of its function. */
function findApi(config: DistributionConfig | undefined): { api?: ApiBehavior } {
  const behavior = config?.CacheBehaviors?.Items?.find(({ PathPattern }) => PathPattern === '/_proxy/api/*');
  if (behavior === undefined) return {};
  const functions = (behavior.LambdaFunctionAssociations?.Items ?? []).flatMap(
    ({ EventType, LambdaFunctionARN }) =>
      EventType === 'origin-request' && LambdaFunctionARN ? [LambdaFunctionARN] : [],
  );
  const origin = config?.Origins?.Items?.find(({ Id }) => Id === behavior.TargetOriginId);
  const headers = (origin?.CustomHeaders?.Items ?? []).map(({ HeaderName = '', HeaderValue = '' }) => [
    HeaderName.toLowerCase(),
    HeaderValue,
  ]);
  return { api: { functions, headers: Object.fromEntries(headers) } };
}

async function readCertificate(arn: string) {
  const client = new ACMClient({ region: GLOBAL });
  const { Certificate } = await client.send(new DescribeCertificateCommand({ CertificateArn: arn }));
  return {
    status: Certificate?.Status ?? 'unknown',
    names: Certificate?.SubjectAlternativeNames ?? [],
    notAfter: (Certificate?.NotAfter?.getTime() ?? 0) / 1000,
  };
}

/** One simulation for each resource, because IAM combines all actions with all resources of a call. */
async function simulateDenied(roleArn: string, needs: readonly Need[]) {
  const client = new IAMClient({ region: GLOBAL });
  const denied = [];
  for (const { actions, resource, region } of needs) {
    const command = new SimulatePrincipalPolicyCommand({
      PolicySourceArn: roleArn,
      ActionNames: [...actions],
      ResourceArns: [resource],
      ...(region === undefined ? {} : { ContextEntries: [requestedRegion(region)] }),
    });
    const { EvaluationResults = [] } = await client.send(command);
    for (const { EvalActionName, EvalDecision } of EvaluationResults)
      if (EvalDecision !== 'allowed') denied.push(`${EvalActionName} on ${resource}`);
  }
  return denied;
}

function requestedRegion(region: string): ContextEntry {
  return {
    ContextKeyName: 'aws:RequestedRegion',
    ContextKeyType: 'string',
    ContextKeyValues: [region],
  };
}

async function resolveAddresses(hostname: string): Promise<string[]> {
  const [four, six] = await Promise.all([
    unlessAbsent(resolve4(hostname), []),
    unlessAbsent(resolve6(hostname), []),
  ]);
  return [...four, ...six];
}

/** Returns `otherwise` for a missing name or record. A failing resolver still throws. */
function unlessAbsent<T>(asked: Promise<T>, otherwise: T): Promise<T> {
  return unlessNamed(asked, { names: ['ENOTFOUND', 'ENODATA'], otherwise });
}
