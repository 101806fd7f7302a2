import { type CfnElement, Stack, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * Findings of cdk-nag's AwsSolutions that are meant to be, each with its reason in one line. They hold for the construct
 * and what is in it; in somebody else's app that runs cdk-nag as well.
 *
 * @example accept(bucket, { S1: 'only the updater writes here' })
 */
export function acceptFindings(scope: IConstruct, findings: Readonly<Record<string, string>>): void {
  const rules = Object.entries(findings).map(([finding, reason]) => ({
    id: `AwsSolutions-${finding}`,
    reason,
  }));
  Validations.of(scope).acknowledge(...rules);
}

/** How findings name a resource: the id of the L1 inside of it. */
export function logicalIdOf(resource: IConstruct): string {
  return Stack.of(resource).getLogicalId(resource.node.defaultChild as CfnElement);
}
