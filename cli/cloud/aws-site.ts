import { type CloudFormationClient, paginateListStackResources } from '@aws-sdk/client-cloudformation';
import { GetObjectCommand, NoSuchKey, type S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { SITE_FOLDER } from '../../core/journal/site-documents.ts';
import { edgeStack, isMissingStack, NoDeploymentError, noEdgeStack } from '../deployment.ts';
import { InputError, unpackGzip } from '../input.ts';
import type { PublishedDocuments } from './published.ts';

/** Clients of AWS. Tests pass clients of their own. */
export interface SiteClients {
  /** In the region of the edge stack. */
  cloudFormation: CloudFormationClient;
  s3: S3Client;
}

/**
 * Opens the documents that a deployment's updater publishes for the portal. It needs `cloudformation:ListStackResources` of the edge
 * stack, and `s3:ListBucket` and `s3:GetObject` in the site bucket.
 *
 * @throws NoDeploymentError
 */
export async function openSite(
  deployment: string,
  { cloudFormation, s3 }: SiteClients,
): Promise<PublishedDocuments> {
  const bucket = await findSiteBucket(cloudFormation, deployment);
  return {
    where: `of s3://${bucket}`,
    remedy: 'use the version of the deployment',
    read: (name) => readObject(s3, bucket, `${SITE_FOLDER}/${name}`),
  };
}

/** The bucket of the construct `Site` (infra/edge/site.ts). */
async function findSiteBucket(client: CloudFormationClient, deployment: string): Promise<string> {
  const stack = edgeStack(deployment);
  try {
    for await (const page of paginateListStackResources({ client }, { StackName: stack })) {
      for (const { LogicalResourceId, ResourceType, PhysicalResourceId } of page.StackResourceSummaries ?? [])
        if (ResourceType === 'AWS::S3::Bucket' && LogicalResourceId?.startsWith('Site') && PhysicalResourceId)
          return PhysicalResourceId;
    }
  } catch (error) {
    throw isMissingStack(error) ? noEdgeStack(deployment) : error;
  }
  throw new NoDeploymentError(`stack ${stack} has no site bucket; deploy it again`);
}

/** Undefined for an object that is not there. */
async function readObject(client: S3Client, Bucket: string, Key: string): Promise<string | undefined> {
  const name = `s3://${Bucket}/${Key}`;
  try {
    const { Body, ContentEncoding } = await client.send(new GetObjectCommand({ Bucket, Key }));
    if (ContentEncoding !== 'gzip') return await Body?.transformToString();
    const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array();
    return unpackGzip(bytes, name, 'the deployment writes it again with its next change').toString();
  } catch (error) {
    if (error instanceof NoSuchKey) return undefined;
    if (!(error instanceof S3ServiceException && error.$metadata.httpStatusCode === 403)) throw error;
    throw new InputError(
      `cannot read ${name}: ${error.name}: ${error.message}; docs/operate/permissions.md lists the permissions`,
      { cause: error },
    );
  }
}
