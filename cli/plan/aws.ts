import '@aws-sdk/signature-v4a';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudFrontKeyValueStoreClient } from '@aws-sdk/client-cloudfront-keyvaluestore';
import { EC2Client } from '@aws-sdk/client-ec2';
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { fromTemporaryCredentials } from '@aws-sdk/credential-providers';
import { decodeContent } from '../../core/plan/decoded.ts';
import type { Entries } from '../../core/plan/plan.ts';
import { completeSettings } from '../../core/settings/settings.ts';
import { combineSources, Ec2Fleet } from '../../updater/adapters/ec2.ts';
import { CloudFrontRouteStore } from '../../updater/adapters/key-value-store.ts';
import { systemClock } from '../../updater/clock.ts';
import {
  accountOf,
  type Environment,
  EnvironmentError,
  parseEnvironment,
} from '../../updater/environment.ts';
import type { ParsedArguments } from '../command.ts';
import { NoDeploymentError, selectDeployment } from '../deployment.ts';
import { readStackOutputs } from '../stack-outputs.ts';
import type { PlanFacts } from './plan-facts.ts';

/** Clients of AWS. Tests pass clients of their own. */
export interface PlanClients {
  cloudFormation: CloudFormationClient;
  lambda: LambdaClient;
  keyValueStore: CloudFrontKeyValueStoreClient;
  /** @param role in another account to assume */
  ec2: (region: string, role?: string) => EC2Client;
}

/** The store and the fleet of a deployment on AWS, with the credentials that the SDK finds. */
export function readAws(given: ParsedArguments): Promise<PlanFacts> {
  const wanted = selectDeployment(given);
  const home = { region: wanted.homeRegion };
  return readDeployment(wanted, {
    cloudFormation: new CloudFormationClient(home),
    lambda: new LambdaClient(home),
    keyValueStore: new CloudFrontKeyValueStoreClient(home),
    ec2: (region, role) =>
      new EC2Client({ region, maxAttempts: 1, ...(role === undefined ? {} : assuming(role)) }),
  });
}

function assuming(RoleArn: string) {
  return {
    credentials: fromTemporaryCredentials({ params: { RoleArn, RoleSessionName: 'edge-proxy-plan' } }),
  };
}

/**
 * Reads the settings of a deployment's updater, the whole store and the whole fleet, with the updater's own adapters. It only reads:
 * `cloudformation:DescribeStacks`, `lambda:GetFunctionConfiguration`, `cloudfront-keyvaluestore:ListKeys` and `ec2:DescribeInstances`.
 *
 * @throws NoDeploymentError
 */
export async function readDeployment(
  wanted: { deployment: string; homeRegion: string },
  clients: PlanClients,
): Promise<PlanFacts> {
  const environment = await readEnvironment(wanted, clients);
  const { deployment, baseDomain, certificateNames, claims, signIn, mode } = environment;
  const current = await readStore(clients, environment);
  const { owned } = decodeContent(current, deployment);
  const ids = [...owned.values()].flatMap(({ instances }) => instances.map(({ id }) => id));
  const { instances, failures } = await fleetOf(environment, clients).list(
    Promise.resolve([...new Set(ids)]),
  );
  const settings = completeSettings({
    ...{ deployment, baseDomain },
    ...(certificateNames ? { certificateNames } : {}),
    ...(claims ? { claims } : {}),
    ...(signIn ? { signIn } : {}),
  });
  return { settings, mode, current, fleet: instances, failures };
}

async function readEnvironment(
  wanted: { deployment: string; homeRegion: string },
  { cloudFormation, lambda }: PlanClients,
): Promise<Environment> {
  const output = await readStackOutputs(cloudFormation, wanted);
  const FunctionName = output('UpdaterFunctionName');
  const { Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
  try {
    return parseEnvironment(Environment?.Variables ?? {});
  } catch (error) {
    if (!(error instanceof EnvironmentError)) throw error;
    throw new NoDeploymentError(
      `this version cannot read the settings of the function ${FunctionName}: ${error.message}; use the version of the deployment`,
      { cause: error },
    );
  }
}

/** The whole store without the keys of sign-in, which are secret. */
async function readStore(
  { keyValueStore }: PlanClients,
  { keyValueStoreArn }: Environment,
): Promise<Entries> {
  const all = await new CloudFrontRouteStore(keyValueStore, keyValueStoreArn).list();
  return new Map([...all].filter(([key]) => !key.includes(':')));
}

/** The sources of the updater. One of another account fails if its role does not trust the caller, and its instances are unknown then. */
function fleetOf({ regions, readerRoles }: Environment, { ec2 }: PlanClients) {
  const sources = [undefined, ...readerRoles].flatMap((role) =>
    regions.map((region) => {
      const name = role === undefined ? region : `${accountOf(role)}/${region}`;
      return new Ec2Fleet(ec2(region, role), region, systemClock, name);
    }),
  );
  return combineSources(sources, systemClock);
}
