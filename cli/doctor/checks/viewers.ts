import type { Check } from '../check.ts';
import type { Deployment } from '../deployment.ts';
import { type Finding, failure, ok, warning } from '../finding.ts';

const OPEN = 'if that is not intended, deploy with -c allowedCidrs=YOUR-NETWORKS';

/** Does the distribution admit exactly the viewers that the deployment's settings name? */
export const viewers: Check<Deployment> = {
  collect: async (_cloud, deployment) => deployment,
  evaluate: (deployment) => [evaluateGate(deployment)],
};

function evaluateGate(deployment: Deployment): Finding {
  const { gateId, gateIsOpen, distributionId, signIn } = deployment;
  const { webAclArn } = deployment.distribution;
  const name = webAclArn?.split('/').at(-2) ?? webAclArn;
  if (gateId !== undefined && webAclArn === undefined) {
    return failure(
      `distribution ${distributionId} has lost its web ACL, so ${signIn ? 'addresses and rates are not limited' : 'the whole internet has access'}`,
      'deploy the edge stack again; CloudTrail shows who removed it (UpdateDistribution)',
    );
  }
  if (webAclArn === undefined) {
    return warning('there is no web ACL, so the whole internet has access, as public=true allows', OPEN);
  }
  if (gateId !== undefined && !webAclArn.endsWith(`/${gateId}`)) {
    return warning(
      `the distribution uses web ACL ${name}, which is not the deployment's own`,
      "check whom it admits, or deploy the edge stack again; AWS Firewall Manager may have attached a company's web ACL",
    );
  }
  if (gateIsOpen && signIn)
    return ok(`viewers from every network may sign in; web ACL ${name} limits their rate`);
  if (gateIsOpen) {
    return warning(
      `web ACL ${name} has no networks, so the whole internet has access, as public=true with a plan allows`,
      OPEN,
    );
  }
  return ok(`web ACL ${name} limits who has access`);
}
