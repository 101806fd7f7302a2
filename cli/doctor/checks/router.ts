import { buildEdge } from '../../../build/edge.ts';
import type { Check } from '../check.ts';
import { failure, ok } from '../finding.ts';

interface RouterFacts {
  /** Undefined: never published. */
  live: string | undefined;
  built: string;
}

/** Is what runs at the edges what this version of the project builds for the deployment's settings? */
export const router: Check<RouterFacts> = {
  collect: async (cloud, { routerName, baseDomain }) => ({
    live: await cloud.liveCode(routerName),
    built: buildEdge({ baseDomain }),
  }),
  evaluate: ({ live, built }, { routerName, distribution, distributionId }) => [
    live === undefined
      ? failure(`router ${routerName} was never published`, 'deploy the edge stack again')
      : live === built
        ? ok(`router ${routerName}: LIVE is what this version builds (${built.length} bytes)`)
        : failure(
            `router ${routerName}: LIVE has ${live.length} bytes and is not what this version builds (${built.length} bytes)`,
            'run the doctor of the version that was deployed, or deploy the edge stack; if neither explains it, somebody else changed the function: CloudTrail says who (UpdateFunction, PublishFunction)',
          ),
    distribution.functions.length > 0 &&
    distribution.functions.every((each) => each.endsWith(`/${routerName}`))
      ? ok('every behaviour of the distribution runs it')
      : failure(
          `distribution ${distributionId} runs ${distribution.functions.join(', ') || 'no function'} at viewer request`,
          'deploy the edge stack again',
        ),
  ],
};
