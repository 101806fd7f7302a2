import '@aws-sdk/signature-v4a';
import { CloudFormationClient, DescribeStacksCommand, type Output } from '@aws-sdk/client-cloudformation';
import {
  CloudFrontClient,
  DescribeKeyValueStoreCommand,
  GetFunctionCommand,
} from '@aws-sdk/client-cloudfront';
import {
  CloudFrontKeyValueStoreClient,
  GetKeyCommand,
  ResourceNotFoundException,
} from '@aws-sdk/client-cloudfront-keyvaluestore';
import { S3Client } from '@aws-sdk/client-s3';
import { awsMends } from '../../core/explain/names/print-mend.ts';
import type { Hostname } from '../../core/wire/brands.ts';
import { KEYS_KEY } from '../../core/wire/session.ts';
import type { Routers } from '../../local/edge/function/deployed-router.ts';
import { openSite } from '../cloud/aws-site.ts';
import { readLists } from '../cloud/published.ts';
import type { ParsedArguments } from '../command.ts';
import {
  EDGE_REGION,
  edgeStack,
  isMissingStack,
  noEdgeStack,
  selectDeployment,
  stackPrefix,
} from '../deployment.ts';
import { InputError } from '../input.ts';
import { bucketPlace } from '../object-place.ts';
import { readStackOutputs } from '../stack-outputs.ts';
import type { Deployed, NameSource } from './deployed.ts';

/** Clients of AWS. Tests pass clients of their own. */
export interface EdgeClients {
  cloudFormation: CloudFormationClient;
  cloudFront: CloudFrontClient;
  keyValueStore: CloudFrontKeyValueStoreClient;
  /** For buckets in any region. */
  s3: S3Client;
  /** In the home region. */
  home: CloudFormationClient;
}

/** The routers and the store of a deployment on AWS, with the credentials that the SDK finds. */
export function openAws(given: ParsedArguments): Promise<Deployed> {
  const { deployment, homeRegion } = selectDeployment(given);
  const edge = { region: EDGE_REGION };
  return openDeployment(deployment, {
    home: new CloudFormationClient({ region: homeRegion }),
    s3: new S3Client({ region: homeRegion, followRegionRedirects: true }),
    cloudFormation: new CloudFormationClient(edge),
    cloudFront: new CloudFrontClient(edge),
    keyValueStore: new CloudFrontKeyValueStoreClient(edge),
  });
}

/**
 * Finds a deployment by the name of its edge stack. It only reads: `cloudformation:DescribeStacks`, `cloudfront:GetFunction`,
 * `cloudfront:DescribeKeyValueStore` and `cloudfront-keyvaluestore:GetKey`.
 *
 * @throws NoDeploymentError
 */
export async function openDeployment(deployment: string, clients: EdgeClients): Promise<Deployed> {
  const outputs = await readOutputs(deployment, clients.cloudFormation);
  const distributionDomainName =
    outputs.find(({ OutputKey }) => OutputKey === 'DistributionDomainName')?.OutputValue ?? '';
  const [routers, arn] = [await readRouters(clients, deployment), await readStoreArn(clients, deployment)];
  const baseDomain = findBaseDomain(routers.apps);
  const signIn = routers.site === undefined ? {} : { signIn: { deployment } };
  return {
    place: { baseDomain, scheme: 'https', ...signIn },
    ...{ routers, distributionDomainName, entrance: baseDomain || distributionDomainName },
    read: (keys) => readKeys(clients, arn, keys),
    openNames: () => openNames(deployment, baseDomain, clients),
    printMend: awsMends,
  };
}

async function readOutputs(deployment: string, client: CloudFormationClient): Promise<readonly Output[]> {
  try {
    const { Stacks = [] } = await client.send(
      new DescribeStacksCommand({ StackName: edgeStack(deployment) }),
    );
    if (Stacks[0] !== undefined) return Stacks[0].Outputs ?? [];
  } catch (error) {
    if (!isMissingStack(error)) throw error;
  }
  throw noEdgeStack(deployment);
}

/** The functions and their store have fixed names (infra/edge/router-function.ts). */
async function readRouters({ cloudFront }: EdgeClients, deployment: string): Promise<Routers> {
  const apps = await readFunction(cloudFront, `${stackPrefix(deployment)}-router`);
  // Only a router that checks sessions reads this key.
  if (!apps.includes(KEYS_KEY)) return { apps };
  return { apps, site: await readFunction(cloudFront, `${stackPrefix(deployment)}-site-router`) };
}

async function readFunction(cloudFront: CloudFrontClient, name: string): Promise<string> {
  const { FunctionCode } = await cloudFront.send(new GetFunctionCommand({ Name: name, Stage: 'LIVE' }));
  return Buffer.from(FunctionCode ?? []).toString('utf8');
}

async function readStoreArn({ cloudFront }: EdgeClients, deployment: string): Promise<string> {
  const name = stackPrefix(deployment);
  const { KeyValueStore } = await cloudFront.send(new DescribeKeyValueStoreCommand({ Name: name }));
  return KeyValueStore?.ARN ?? '';
}

/** The base domain in the line of constants that the build writes before the router (build/edge.ts); `''` without one. */
export function findBaseDomain(router: string): string {
  return /^const (?:[^;]*,)?\$="([^"]+)"/m.exec(router)?.[1] ?? '';
}

async function readKeys(
  { keyValueStore }: EdgeClients,
  arn: string,
  keys: readonly Hostname[],
): Promise<ReadonlyMap<Hostname, string>> {
  const hostnames = keys.filter((key) => !key.includes(':'));
  const values = await Promise.all(hostnames.map((key) => readKey(keyValueStore, arn, key)));
  return new Map(hostnames.flatMap((key, at) => (values[at] === undefined ? [] : [[key, values[at]]])));
}

async function readKey(
  client: CloudFrontKeyValueStoreClient,
  arn: string,
  key: Hostname,
): Promise<string | undefined> {
  try {
    return (await client.send(new GetKeyCommand({ KvsARN: arn, Key: key }))).Value;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

/** Each sweep that changes something is one object of the journal, so a longer time could be thousands of reads. */
const DAYS = 1;

/**
 * The documents about names. They need `cloudformation:DescribeStacks` of the updater stack, those of `openSite`, and reading
 * the journal.
 */
async function openNames(
  deployment: string,
  baseDomain: string,
  { cloudFormation, home, s3 }: EdgeClients,
): Promise<NameSource> {
  const homeRegion = await home.config.region();
  const need = await readStackOutputs(home, { deployment, homeRegion });
  const site = await openSite(deployment, { cloudFormation, s3 });
  return {
    ...{ baseDomain, days: DAYS, journal: bucketPlace(s3, need('JournalBucketName')) },
    readLists: async () => {
      const lists = await readLists(site);
      if (lists === undefined) throw new InputError('the updater has not published a list of routes yet');
      return lists;
    },
  };
}
