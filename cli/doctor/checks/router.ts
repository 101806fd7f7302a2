import { buildEdge, buildHeaders, buildSiteRouter } from '../../../build/edge.ts';
import type { Check } from '../check.ts';
import type { Cloud } from '../cloud.ts';
import { type Finding, failure, ok } from '../finding.ts';

/** One published function, and the code that this version builds for the deployment. */
interface FunctionFacts {
  /** Undefined if it was never published. */
  live: string | undefined;
  built: string;
}

interface RouterFacts {
  router: FunctionFacts;
  /** Undefined if the stack has no such function. */
  siteRouter: FunctionFacts | undefined;
  /** Undefined if the stack has no such function. */
  headers: FunctionFacts | undefined;
}

/** Are the published functions equal to those that this version builds, and does the distribution run them? */
export const router: Check<RouterFacts> = {
  collect: async (cloud, { id, routerName, siteRouterName, headersName, baseDomain, signIn }) => {
    const own = { deployment: id };
    const constants = { baseDomain, ...(signIn ? { signIn: own } : {}) };
    const router = await readFunction(cloud, routerName, buildEdge(constants));
    // The router of a public deployment tells less on its notices. No fact of the stacks tells which one it has.
    const discreet = signIn ? router.built : buildEdge({ ...constants, detail: 'names' });
    return {
      router: router.live === discreet ? { ...router, built: discreet } : router,
      siteRouter:
        siteRouterName === undefined
          ? undefined
          : await readFunction(cloud, siteRouterName, buildSiteRouter({ baseDomain, signIn: own })),
      headers: headersName === undefined ? undefined : await readFunction(cloud, headersName, buildHeaders()),
    };
  },
  evaluate: (
    { router, siteRouter, headers },
    { routerName, siteRouterName = routerName, headersName = '', distribution, distributionId },
  ) => [
    compare(`router ${routerName}`, router),
    ...(siteRouter === undefined ? [] : [compare(`router ${siteRouterName}`, siteRouter)]),
    runsEverywhere(distribution.functions, routerName) &&
    runsEverywhere(distribution.siteFunctions, siteRouterName)
      ? ok('every behaviour of the distribution runs its router')
      : failure(
          `distribution ${distributionId} runs ${distribution.functions.join(', ') || 'no function'} at viewer request for apps, and ${distribution.siteFunctions.join(', ') || 'no function'} below /_proxy/`,
          'deploy the edge stack again',
        ),
    ...(headers === undefined ? [] : [compare(`function ${headersName}`, headers)]),
    runsEverywhere(distribution.responseFunctions, headersName)
      ? ok('our own pages get their headers')
      : failure(
          `distribution ${distributionId} runs ${distribution.responseFunctions.join(', ') || 'no function'} at viewer response, so other sites can show our own pages in a frame`,
          'deploy the edge stack again',
        ),
  ],
};

async function readFunction(cloud: Cloud, name: string, built: string): Promise<FunctionFacts> {
  return { live: await cloud.liveCode(name), built };
}

function compare(which: string, { live, built }: FunctionFacts): Finding {
  if (live === undefined) return failure(`${which} was never published`, 'deploy the edge stack again');
  if (live === built) return ok(`${which}: LIVE equals the build of this version (${built.length} bytes)`);
  return failure(
    `${which}: LIVE (${live.length} bytes) differs from the build of this version (${built.length} bytes)`,
    'run the doctor of the deployed version, or deploy the edge stack; if the finding persists, find the author of the change in CloudTrail (UpdateFunction, PublishFunction)',
  );
}

function runsEverywhere(functions: readonly string[], name: string): boolean {
  return functions.length > 0 && functions.every((each) => each.endsWith(`/${name}`));
}
