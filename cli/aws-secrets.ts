import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { NoDeploymentError, prefixOf } from './doctor/deployment.ts';
import { InputError } from './input.ts';
import type { SecretOf } from './token.ts';

/** Output of the updater stack (infra/updater-stack.ts). */
const OUTPUT = 'OriginSecretArn';

/** Clients of a region; tests put their own endpoints in. */
export interface SecretClients {
  cloudFormation: CloudFormationClient;
  secretsManager: SecretsManagerClient;
}

/** The origin secret of a deployment on AWS, with the credentials that the SDK finds. */
export const secretOnAws: SecretOf = (wanted) =>
  readSecret(wanted, {
    cloudFormation: new CloudFormationClient({ region: wanted.homeRegion }),
    secretsManager: new SecretsManagerClient({ region: wanted.homeRegion }),
  });

/**
 * One version of the secret that the deployment's stack names.
 *
 * @throws NoDeploymentError where no such stack is
 * @throws InputError where the secret has no such version
 */
export async function readSecret(
  { owner, homeRegion, stage }: Parameters<SecretOf>[0],
  { cloudFormation, secretsManager }: SecretClients,
): Promise<string> {
  const stack = `${prefixOf(owner)}-updater`;
  const arn = await outputOf(cloudFormation, stack);
  if (arn === undefined) {
    throw new NoDeploymentError(
      `there is no stack ${stack} with an output ${OUTPUT} in ${homeRegion}; say which deployment with --owner ID, where its updater runs with --region REGION, and which account with AWS_PROFILE`,
    );
  }
  try {
    const command = new GetSecretValueCommand({ SecretId: arn, VersionStage: stage });
    return (await secretsManager.send(command)).SecretString ?? '';
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
    throw new InputError(`the secret has no version ${stage}; docs/apps.md says when there is one`, {
      cause: error,
    });
  }
}

async function outputOf(client: CloudFormationClient, stack: string): Promise<string | undefined> {
  try {
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: stack }));
    return Stacks[0]?.Outputs?.find(({ OutputKey }) => OutputKey === OUTPUT)?.OutputValue;
  } catch (error) {
    // CloudFormation says it in a sentence of a general error.
    if (error instanceof Error && /does not exist/.test(error.message)) return undefined;
    throw error;
  }
}
