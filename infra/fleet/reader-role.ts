import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { acceptFindings } from '../accept.ts';
import { readerRoleName, updaterRoleName } from '../names.ts';
import { WILDCARDS } from '../wildcards.ts';

/** Props of {@link ReaderRole}. */
export interface ReaderRoleProps {
  deployment: string;
  homeAccount: string;
  /** Regions whose instances may be listed. */
  regions: readonly string[];
}

/** ARN of that role in an account. */
export function readerRoleArn(deployment: string, account: string): string {
  return `arn:aws:iam::${account}:role/${readerRoleName(deployment)}`;
}

/**
 * The role that the updater assumes in another account to list the instances of the deployment's regions. Its trust names
 * the updater's role in a condition, so that neither role must exist before the other. An external id is not needed: no third
 * party assumes roles for us.
 */
export class ReaderRole extends iam.Role {
  constructor(scope: Construct, id: string, { deployment, homeAccount, regions }: ReaderRoleProps) {
    const updater = `arn:aws:iam::${homeAccount}:role/${updaterRoleName(deployment)}`;
    super(scope, id, {
      roleName: readerRoleName(deployment),
      description: `dynamic-edge-proxy ${deployment}: lists instances for the updater in ${homeAccount}`,
      assumedBy: new iam.PrincipalWithConditions(new iam.AccountPrincipal(homeAccount), {
        ArnEquals: { 'aws:PrincipalArn': updater },
      }),
    });
    this.addToPolicy(listInstancesStatement(regions));
    acceptFindings(this, { 'IAM5[Resource::*]': WILDCARDS.instances.why });
  }
}

/** Allows listing the instances of these regions; EC2 supports no narrower resource. */
export function listInstancesStatement(regions: readonly string[]): iam.PolicyStatement {
  return new iam.PolicyStatement({
    actions: [...WILDCARDS.instances.actions],
    resources: [WILDCARDS.instances.resource],
    conditions: { StringEquals: { 'aws:RequestedRegion': [...regions] } },
  });
}
