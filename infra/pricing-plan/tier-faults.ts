import { CfnResource, Stack } from 'aws-cdk-lib';
import type { Resources } from './edge-resources.ts';
import type { Tier } from './tier.ts';
import { TIER_LIMITS } from './tier-limits.ts';

/** The reasons why a plan would refuse the distribution of a template: tier, configuration, resource, remedy, source. */
export function tierFaults(resources: Resources, tier: Tier): string[] {
  return TIER_LIMITS.filter(({ refusedBy }) => refusedBy.includes(tier)).flatMap(
    ({ what, remedy, source, find }) =>
      find(resources).map(
        (place) =>
          `CloudFront's plan "${tier}" refuses the distribution: ${place} has ${what}; ${remedy} (${source})`,
      ),
  );
}

/** Stops the synth if a plan would refuse the stack's distribution, also for configuration that the app added itself. */
export function enforceTier(stack: Stack, tier: Tier): void {
  stack.node.addValidation({ validate: () => tierFaults(resourcesIn(stack), tier) });
}

/** The stack's resources as its template will have them, overrides included. */
function resourcesIn(stack: Stack): Resources {
  const all = stack.node
    .findAll()
    .filter(CfnResource.isCfnResource)
    .filter((each) => Stack.of(each) === stack);
  return Object.assign({}, ...all.map((each) => stack.resolve(each._toCloudFormation()).Resources));
}
