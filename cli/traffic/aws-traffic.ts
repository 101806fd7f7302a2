import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { NoDeploymentError, stackPrefix } from '../deployment.ts';

/** The region of edge stacks. */
const EDGE_REGION = 'us-east-1';

/** Output of the edge stack (infra/edge/edge-stack.ts). */
const OUTPUT = 'AccessLogBucketName';

/**
 * The name of a deployment's log bucket.
 *
 * @throws NoDeploymentError if there is no stack, or no log
 */
export async function findLogBucket(
  deployment: string,
  client = new CloudFormationClient({ region: EDGE_REGION }),
): Promise<string> {
  const stack = `${stackPrefix(deployment)}-edge`;
  const outputs = await readOutputs(client, stack);
  const bucket = outputs?.find(({ OutputKey }) => OutputKey === OUTPUT)?.OutputValue;
  if (bucket !== undefined) return bucket;
  throw new NoDeploymentError(
    outputs === undefined
      ? `no stack ${stack} found in ${EDGE_REGION} in this account; select the deployment with --deployment ID and the account with AWS_PROFILE`
      : `${stack} has no access logs: it was deployed with accessLogs=off, or by an earlier release; deploy it with accessLogs=s3`,
  );
}

/** Undefined for a stack that does not exist, which CloudFormation reports as a general error. */
async function readOutputs(client: CloudFormationClient, stack: string) {
  try {
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: stack }));
    return Stacks[0]?.Outputs ?? [];
  } catch (error) {
    if (error instanceof Error && /does not exist/.test(error.message)) return undefined;
    throw error;
  }
}
