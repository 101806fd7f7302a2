import type { Options, ParsedArguments } from './command.ts';

/** The options that select a deployment on AWS. */
export const DEPLOYMENT: Options = {
  deployment: { value: 'ID', text: 'id of the deployment', fallback: 'main' },
  region: { value: 'REGION', text: 'its home region; default AWS_REGION, else us-east-1' },
};

/** The deployment that a command line selects. */
export function selectDeployment(given: ParsedArguments): { deployment: string; homeRegion: string } {
  return {
    deployment: given.value('deployment'),
    homeRegion: given.text('region') ?? process.env['AWS_REGION'] ?? 'us-east-1',
  };
}

/** Thrown when a deployment does not exist or is incomplete. */
export class NoDeploymentError extends Error {
  override name = 'NoDeploymentError';
}

/** The region of edge stacks: CloudFront, its functions and their stores are there. */
export const EDGE_REGION = 'us-east-1';

/** The name of a deployment's edge stack. */
export function edgeStack(deployment: string): string {
  return `${stackPrefix(deployment)}-edge`;
}

/** The error for a deployment without an edge stack. */
export function noEdgeStack(deployment: string): NoDeploymentError {
  return new NoDeploymentError(
    `no stack ${edgeStack(deployment)} found in ${EDGE_REGION} in this account; select the deployment with --deployment ID and the account with AWS_PROFILE`,
  );
}

/** CloudFormation reports a missing stack as a general error; only its message says so. */
export function isMissingStack(error: unknown): boolean {
  return error instanceof Error && /does not exist/.test(error.message);
}

/** The common beginning of a deployment's stack names (infra/names.ts). */
export function stackPrefix(deployment: string): string {
  return `edge-proxy-${deployment}`;
}
