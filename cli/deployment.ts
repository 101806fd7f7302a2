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

/** The common beginning of a deployment's stack names (infra/names.ts). */
export function stackPrefix(deployment: string): string {
  return `edge-proxy-${deployment}`;
}
