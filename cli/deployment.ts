import type { Options, ParsedArguments } from './command.ts';

/** Which deployment on AWS a command is for. */
export const DEPLOYMENT: Options = {
  deployment: { value: 'ID', text: 'id of the deployment', fallback: 'main' },
  region: { value: 'REGION', text: 'its home region; default AWS_REGION, else us-east-1' },
};

/** The deployment that a command line names. */
export function selectDeployment(given: ParsedArguments): { deployment: string; homeRegion: string } {
  return {
    deployment: given.value('deployment'),
    homeRegion: given.text('region') ?? process.env['AWS_REGION'] ?? 'us-east-1',
  };
}

/** Nothing can be examined: the deployment is not there, or nobody may look. */
export class NoDeploymentError extends Error {
  override name = 'NoDeploymentError';
}

/** What the names of a deployment's stacks begin with (infra/names.ts). */
export function stackPrefix(deployment: string): string {
  return `edge-proxy-${deployment}`;
}
