import { buildEdge } from '../../../build/edge.ts';
import type { Check } from '../check.ts';
import { failure, ok } from '../finding.ts';

interface RouterFacts {
  /** Undefined if the router was never published. */
  live: string | undefined;
  built: string;
}

/** Is the published router equal to the one that this version builds for the deployment? */
export const router: Check<RouterFacts> = {
  collect: async (cloud, { routerName, baseDomain }) => ({
    live: await cloud.liveCode(routerName),
    built: buildEdge({ baseDomain }),
  }),
  evaluate: ({ live, built }, { routerName, distribution, distributionId }) => [
    live === undefined
      ? failure(`router ${routerName} was never published`, 'deploy the edge stack again')
      : live === built
        ? ok(`router ${routerName}: LIVE equals the build of this version (${built.length} bytes)`)
        : failure(
            `router ${routerName}: LIVE (${live.length} bytes) differs from the build of this version (${built.length} bytes)`,
            'run the doctor of the deployed version, or deploy the edge stack; if the finding persists, find the author of the change in CloudTrail (UpdateFunction, PublishFunction)',
          ),
    distribution.functions.length > 0 &&
    distribution.functions.every((each) => each.endsWith(`/${routerName}`))
      ? ok('every behaviour of the distribution runs the router')
      : failure(
          `distribution ${distributionId} runs ${distribution.functions.join(', ') || 'no function'} at viewer request`,
          'deploy the edge stack again',
        ),
  ],
};
