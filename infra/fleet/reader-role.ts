import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { acceptFindings } from '../accept.ts';
import { readerRoleName, updaterRoleName } from '../names.ts';
import { WILDCARDS } from '../wildcards.ts';

/** Props of {@link ReaderRole}. */
export interface ReaderRoleProps {
  deployment: string;
  homeAccount: string;
  /** Whose instances may be listed. */
  regions: readonly string[];
}

/** ARN of that role in an account. */
export function readerRoleArn(deployment: string, account: string): string {
  return `arn:aws:iam::${account}:role/${readerRoleName(deployment)}`;
}

/**
 * What the updater takes on in another account: it may list the instances of our regions. Only the role of this
 * deployment's updater gets it, said as a condition, so that neither has to exist before the other. That names one
 * role of one account: there is no third party whom an external id would have to tell apart.
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

/** Lists the instances of our regions; EC2 takes no narrower resource. */
export function listInstancesStatement(regions: readonly string[]): iam.PolicyStatement {
  return new iam.PolicyStatement({
    actions: [...WILDCARDS.instances.actions],
    resources: [WILDCARDS.instances.resource],
    conditions: { StringEquals: { 'aws:RequestedRegion': [...regions] } },
  });
}
