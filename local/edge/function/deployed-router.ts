import { buildEdge, buildSiteRouter, type EdgeConstants } from '../../../build/edge.ts';
import { matchBehaviour } from '../../../core/explain/site/behaviour.ts';
import type { EdgeFunction } from './edge-function.ts';
import { compileEdge, type FunctionOptions } from './engine.ts';

/** Where the build of a clone writes the routers. */
const FILES = { apps: 'dist/edge/router.js', site: 'dist/edge/site-router.js' };

/** The code of the routers of a deployment. */
export interface Routers {
  apps: string;
  /** With sign-in: the code for the behaviours below `/_proxy/`. */
  site?: string;
}

/** Builds the routers of a deployment. */
export function buildRouters(constants: EdgeConstants): Routers {
  const { signIn } = constants;
  return {
    apps: buildEdge(constants),
    ...(signIn ? { site: buildSiteRouter({ ...constants, signIn }) } : {}),
  };
}

/**
 * The routers of a deployment as the distribution runs them. With sign-in there are two, and each request runs the one of its
 * behaviour.
 */
export function compileRouters(
  { apps: code, site: siteCode }: Routers,
  options: Omit<FunctionOptions, 'file'>,
): EdgeFunction {
  const apps = compileEdge(code, { ...options, file: FILES.apps });
  if (siteCode === undefined) return apps;
  const site = compileEdge(siteCode, { ...options, file: FILES.site });
  return {
    // No function is the right one for a path whose behaviour is undocumented. The site router refuses it.
    run: (event) => (matchBehaviour(event.request.uri) === 'apps' ? apps : site).run(event),
  };
}
