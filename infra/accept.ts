import { CfnElement, Reference, Stack, Tokenization, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * Accepts findings of cdk-nag's AwsSolutions, each with its reason in one line, for a construct and all that is in it. A user's
 * app that runs cdk-nag accepts them too.
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

/** The id by which findings name a resource: that of the L1 inside of it. */
export function logicalIdOf(resource: IConstruct): string {
  return Stack.of(resource).getLogicalId(resource.node.defaultChild as CfnElement);
}

/** The id by which findings name a resource of another stack. `''` for a name that is no reference. */
export function logicalIdBehind(name: string): string {
  const token = Tokenization.reverse(name);
  if (!Reference.isReference(token) || !CfnElement.isCfnElement(token.target)) return '';
  return Stack.of(token.target).getLogicalId(token.target);
}
