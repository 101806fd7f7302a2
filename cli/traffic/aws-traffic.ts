import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { EDGE_REGION, edgeStack, isMissingStack, NoDeploymentError, noEdgeStack } from '../deployment.ts';

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
  const stack = edgeStack(deployment);
  const outputs = await readOutputs(client, stack);
  const bucket = outputs?.find(({ OutputKey }) => OutputKey === OUTPUT)?.OutputValue;
  if (bucket !== undefined) return bucket;
  if (outputs === undefined) throw noEdgeStack(deployment);
  throw new NoDeploymentError(
    `${stack} has no access logs: it was deployed with accessLogs=off, or by an earlier release; deploy it with accessLogs=s3`,
  );
}

/** Undefined for a stack that does not exist. */
async function readOutputs(client: CloudFormationClient, stack: string) {
  try {
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: stack }));
    return Stacks[0]?.Outputs ?? [];
  } catch (error) {
    if (isMissingStack(error)) return undefined;
    throw error;
  }
}
