import { PAID_TIERS, type PaidTier } from '../pricing-plan/tier.ts';
import type { Setting } from './setting.ts';

/** The plan of CloudFront that the distribution must fit. */
export const PLAN: Setting<PaidTier> = {
  name: 'plan',
  meaning:
    'Flat-rate plan of CloudFront that the distribution must fit: it gets a web ACL even with `public=true`, and the synth stops at a configuration that the plan refuses. The deployment does not subscribe to the plan; the output `PlanCommand` is [the command that does](../operate/deploy.md#a-flat-rate-plan).',
  usual: 'none: AWS bills by use',
  expected: 'pro or business',
  example: 'pro',
  parse: (text) => PAID_TIERS.find((tier) => tier === text),
  fault: describePlanFault,
};

function describePlanFault(text: string): string | undefined {
  if (text === 'free')
    return 'that plan has no KeyValueStore, as far as is known, and without one the router knows no app';
  if (text === 'premium')
    return 'deploy with business, and raise the plan by hand: it refuses nothing of ours';
  return undefined;
}
