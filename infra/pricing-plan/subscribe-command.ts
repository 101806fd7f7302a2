import { EDGE_REGION } from '../settings/deployment-settings.ts';
import type { PaidTier } from './tier.ts';

/**
 * The command that subscribes resources to a plan. `IMMEDIATE` begins the billing; with `MANUAL` it only checks the resources, and the
 * billing begins with the approval. Amazon's pages disagree on the default, so the mode is always given.
 */
export function subscribeCommand(tier: PaidTier, resourceArns: readonly string[]): string {
  return [
    `aws pricing-plan-manager create-subscription --region ${EDGE_REGION}`,
    `--plan-family CloudFront --plan-tier ${tier.toUpperCase()} --approval-mode IMMEDIATE`,
    `--resource-arns ${resourceArns.join(' ')}`,
  ].join(' ');
}
