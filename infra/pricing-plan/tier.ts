/** The flat-rate plans of CloudFront that a deployment can be made for. */
export const PAID_TIERS = ['pro', 'business'] as const;

/** A plan that the setting `plan` takes. */
export type PaidTier = (typeof PAID_TIERS)[number];

/** A column of the table in tier-limits.ts. Premium refuses nothing of ours that Business accepts. */
export type Tier = 'free' | PaidTier;
