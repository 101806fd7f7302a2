import { Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { IConstruct } from 'constructs';
import { describe, expect, test } from 'vitest';
import { builtParts, EVERYTHING, OWN_DOMAIN, SIGNED_IN, stacksOf } from './synth.ts';

process.env['CDK_VALIDATION'] = 'false';

/** Findings that are not accepted, with their resources. */
function findingsOf(context: Readonly<Record<string, unknown>>): string[] {
  using built = builtParts();
  const { app } = stacksOf(context, built);
  const { violations } = new AwsSolutionsChecks(app).validateScope(app);
  return violations.flatMap(({ ruleName, violatingResources }) =>
    (violatingResources ?? []).map(({ constructPath }) => `${ruleName} ${constructPath}`),
  );
}

/** Every accepted finding and its reason. */
function acceptedIn(scope: IConstruct): [id: string, reason: unknown][] {
  return scope.node
    .findAll()
    .flatMap((construct) =>
      construct.node.metadata
        .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
        .flatMap(({ data }) => Object.entries<unknown>(data)),
    );
}

describe("cdk-nag's AwsSolutions", () => {
  test.each([
    ['the bare domain', { public: 'true' }],
    ['a public deployment with a plan', { public: 'true', plan: 'pro' }],
    ['a domain of its own', { ...OWN_DOMAIN, allowedCidrs: '203.0.113.0/24' }],
    ['all options', EVERYTHING],
    ['sign-in from every network', SIGNED_IN],
    ['a deployment without access logs', { public: 'true', accessLogs: 'off' }],
  ])('find nothing in %s that was not accepted', (_, context) => {
    expect(findingsOf(context)).toEqual([]);
  });

  test('are accepted with a reason of one line each', () => {
    using built = builtParts();
    const accepted = acceptedIn(stacksOf(EVERYTHING, built).app);
    expect(accepted.length).toBeGreaterThan(10);
    for (const [, reason] of accepted) expect(reason).toMatch(/^[^\n]{10,140}$/);
  });
});
