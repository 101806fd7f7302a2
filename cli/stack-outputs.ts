import { type CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { isMissingStack, NoDeploymentError, stackPrefix } from './deployment.ts';

/**
 * Reads the outputs of a deployment's updater stack (infra/updater/updater-stack.ts). The result returns the value of one.
 *
 * @throws NoDeploymentError, as the result does, if there is no such stack or output
 */
export async function readStackOutputs(
  client: CloudFormationClient,
  { deployment, homeRegion }: { deployment: string; homeRegion: string },
): Promise<(output: string) => string> {
  const stack = `${stackPrefix(deployment)}-updater`;
  const outputs = await readOutputs(client, stack);
  return (output) => {
    const value = outputs.get(output);
    if (value !== undefined) return value;
    throw new NoDeploymentError(
      `no stack ${stack} with an output ${output} found in ${homeRegion}; select the deployment with --deployment ID, its home region with --region REGION, and the account with AWS_PROFILE`,
    );
  };
}

async function readOutputs(client: CloudFormationClient, stack: string): Promise<Map<string, string>> {
  try {
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: stack }));
    const outputs = Stacks[0]?.Outputs ?? [];
    return new Map(outputs.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]));
  } catch (error) {
    if (isMissingStack(error)) return new Map();
    throw error;
  }
}
