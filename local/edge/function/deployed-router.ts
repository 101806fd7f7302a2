import { buildEdge, buildSiteRouter, type EdgeConstants } from '../../../build/edge.ts';
import { matchBehaviour } from './behaviour.ts';
import type { EdgeFunction } from './edge-function.ts';
import { compileEdge, type FunctionOptions } from './engine.ts';

/** Where the build of a clone writes the routers. */
const FILES = { apps: 'dist/edge/router.js', site: 'dist/edge/site-router.js' };

/**
 * The routers of a deployment as the distribution runs them. With sign-in there are two, and each request runs the one of its
 * behaviour.
 */
export function compileDeployed(
  constants: EdgeConstants,
  options: Omit<FunctionOptions, 'file'>,
): EdgeFunction {
  const apps = compileEdge(buildEdge(constants), { ...options, file: FILES.apps });
  const { signIn } = constants;
  if (signIn === undefined) return apps;
  const site = compileEdge(buildSiteRouter({ ...constants, signIn }), { ...options, file: FILES.site });
  return {
    // No function is the right one for a path whose behaviour is undocumented. The site router refuses it.
    run: (event) => (matchBehaviour(event.request.uri) === 'apps' ? apps : site).run(event),
  };
}
