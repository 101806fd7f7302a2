import type { Fault } from '../../core/schema.ts';
import { type ConciergeSettings, parseConciergeSettings } from '../../core/settings/concierge-settings.ts';
import { NoDeploymentError, stackPrefix } from '../deployment.ts';
import type { Cloud, Distribution, LambdaFunction, Mapping, Stack } from './cloud.ts';

/** CloudFront's stacks must be in this region. */
const EDGE_REGION = 'us-east-1';

/** One live deployment: the resources of its stacks and the settings of its updater. */
export interface Deployment {
  id: string;
  homeRegion: string;
  /** Stack name and status. */
  stacks: readonly { name: string; status: string }[];
  distributionId: string;
  distribution: Distribution;
  routerName: string;
  /** Name of the router below `/_proxy/`. Absent without sign-in: the other router runs there. */
  siteRouterName?: string;
  /** Name of the function that sets the headers of our own pages. Absent before the first release that has it. */
  headersName?: string;
  storeName: string;
  mapping: Mapping;
  updater: LambdaFunction;
  updaterName: string;
  /** Names of the event rules of the home region. */
  rules: readonly string[];
  /** Names of the queues of the home region. */
  queues: readonly string[];
  /** Names of the alarms of both stacks. */
  alarms: readonly { region: string; names: readonly string[] }[];
  /** Id of the web ACL in the edge stack. Absent for a deployment with `public=true` and without `plan`. */
  gateId?: string;
  /** With `public=true` and `plan` the web ACL has no networks. */
  gateIsOpen?: boolean;
  /** Sign-in. Absent if neither stack has it. */
  signIn?: SignInParts;
  /** `''`: the bare distribution domain. */
  baseDomain: string;
  /** The regions whose instances get routes. */
  regions: readonly string[];
}

/** The resources of sign-in in the two stacks and the distribution. */
export interface SignInParts {
  /** Name of the function that signs viewers in. Absent: only the updater has sign-in. */
  functionName?: string;
  /** The settings that the function gets. Absent without its behaviour. */
  settings?: ConciergeSettings | Fault;
}

/**
 * Finds a deployment by the names of its stacks.
 *
 * @throws NoDeploymentError
 */
export async function findDeployment(
  cloud: Cloud,
  { deployment, homeRegion }: { deployment: string; homeRegion: string },
): Promise<Deployment> {
  const name = stackPrefix(deployment);
  const edge = await findStack(cloud, `${name}-edge`, EDGE_REGION);
  const updater = await findStack(cloud, `${name}-updater`, homeRegion);
  const mapping = await cloud.mapping(
    requireResource(updater, 'AWS::Lambda::EventSourceMapping'),
    homeRegion,
  );
  const updaterName = lastPart(mapping.functionArn, ':');
  const lambda = await cloud.lambda(updaterName, homeRegion);
  const distributionId = requireResource(edge, 'AWS::CloudFront::Distribution');
  const distribution = await cloud.distribution(distributionId);
  return {
    id: deployment,
    homeRegion,
    stacks: [edge, updater].map(({ name, status }) => ({ name, status })),
    distributionId,
    distribution,
    ...findFunctions(edge),
    storeName: requireResource(edge, 'AWS::CloudFront::KeyValueStore'),
    mapping,
    updater: lambda,
    updaterName,
    rules: resourceIds(updater, 'AWS::Events::Rule'),
    queues: resourceIds(updater, 'AWS::SQS::Queue'),
    alarms: [edge, updater].map((stack) => ({
      region: stack.region,
      names: resourceIds(stack, 'AWS::CloudWatch::Alarm'),
    })),
    ...findGate(edge),
    ...findSignIn(edge, `${name}-concierge-`, distribution, lambda),
    baseDomain: lambda.environment['BASE_DOMAIN'] ?? '',
    regions: (lambda.environment['REGIONS'] ?? homeRegion).split(','),
  };
}

/** CloudFront's functions have fixed names. */
function findFunctions(edge: Named): Pick<Deployment, 'routerName' | 'siteRouterName' | 'headersName'> {
  const type = 'AWS::CloudFront::Function';
  const named = (end: string) => resourceIds(edge, type).find((id) => id.endsWith(end));
  const [headersName, siteRouterName] = [named('-headers'), named('-site-router')];
  const routerName = resourceIds(edge, type).find((id) => id !== headersName && id !== siteRouterName);
  return {
    routerName: routerName ?? requireResource(edge, type),
    ...(headersName ? { headersName } : {}),
    ...(siteRouterName ? { siteRouterName } : {}),
  };
}

/** CloudFormation identifies a web ACL as `name|id|scope`. */
function findGate(edge: Stack): Pick<Deployment, 'gateId' | 'gateIsOpen'> {
  const [, gateId] = resourceIds(edge, 'AWS::WAFv2::WebACL')[0]?.split('|') ?? [];
  const gateIsOpen = resourceIds(edge, 'AWS::WAFv2::IPSet').length === 0;
  return gateId === undefined ? {} : { gateId, gateIsOpen };
}

function findSignIn(
  edge: Stack,
  beginning: string,
  { api }: Distribution,
  { environment }: LambdaFunction,
): Pick<Deployment, 'signIn'> {
  const functionName = resourceIds(edge, 'AWS::Lambda::Function').find((id) => id.startsWith(beginning));
  if (functionName === undefined && environment['SESSION_SECRET_ARN'] === undefined) return {};
  return {
    signIn: {
      ...(functionName === undefined ? {} : { functionName }),
      ...(api === undefined ? {} : { settings: parseConciergeSettings((header) => api.headers[header]) }),
    },
  };
}

type Named = Stack & { name: string; region: string };

async function findStack(cloud: Cloud, name: string, region: string): Promise<Named> {
  const stack = await cloud.stack(name, region);
  if (stack) return { ...stack, name, region };
  throw new NoDeploymentError(
    `no stack ${name} found in ${region} in this account; select the deployment with --deployment ID, its home region with --region REGION, and the account with AWS_PROFILE`,
  );
}

/** Ids of a stack's resources of one type. An ARN or URL is cut to its last part, the name. */
export function resourceIds({ resources }: Stack, type: string): string[] {
  return resources.flatMap((each) =>
    each.type === type && each.id !== undefined ? [lastPart(each.id, '/')] : [],
  );
}

function requireResource(stack: Named, type: string): string {
  const [id] = resourceIds(stack, type);
  if (id !== undefined) return id;
  throw new NoDeploymentError(
    `stack ${stack.name} in ${stack.region} has no ${type} (its status is ${stack.status}); deploy it again`,
  );
}

function lastPart(text: string, separator: string): string {
  return text.slice(text.lastIndexOf(separator) + 1);
}
