import type { Check } from './check.ts';
import type { Deployment } from './deployment.ts';
import { ok, warning } from './finding.ts';

/** Who may come? */
export const viewers: Check<Deployment> = {
  look: async (_cloud, deployment) => deployment,
  judge: ({ distribution: { webAclArn } }) => [
    webAclArn === undefined
      ? warning(
          'no web ACL: the whole internet may come, as public=true says',
          'if that is not meant, deploy with -c allowedCidrs=YOUR-NETWORKS',
        )
      : ok(`only whom web ACL ${webAclArn.split('/').at(-2) ?? webAclArn} lets in`),
  ],
};
