import type { Check } from '../check.ts';
import type { Deployment } from '../deployment.ts';
import { type Finding, failure, ok, warning } from '../finding.ts';

/** Does the distribution let in whom the deployment said, and nobody else? */
export const viewers: Check<Deployment> = {
  collect: async (_cloud, deployment) => deployment,
  evaluate: (deployment) => [evaluateGate(deployment)],
};

function evaluateGate({ gateId, distribution: { webAclArn }, distributionId }: Deployment): Finding {
  const name = webAclArn?.split('/').at(-2) ?? webAclArn;
  if (gateId !== undefined && webAclArn === undefined) {
    return failure(
      `distribution ${distributionId} has lost its web ACL: the whole internet may come`,
      'deploy the edge stack again; CloudTrail says who took it away (UpdateDistribution)',
    );
  }
  if (webAclArn === undefined) {
    return warning(
      'no web ACL: the whole internet may come, as public=true says',
      'if that is not meant, deploy with -c allowedCidrs=YOUR-NETWORKS',
    );
  }
  if (gateId !== undefined && !webAclArn.endsWith(`/${gateId}`)) {
    return warning(
      `web ACL ${name} stands before the distribution, which is not the deployment's own`,
      "see whom it lets in, or deploy the edge stack again; AWS Firewall Manager puts a company's own there",
    );
  }
  return ok(`only whom web ACL ${name} lets in`);
}
