import type { EdgeConstants } from '../../../build/edge.ts';
import { buildRouters, compileRouters } from '../../../local/edge/function/deployed-router.ts';
import type { EdgeFunction } from '../../../local/edge/function/edge-function.ts';
import type { FunctionOptions } from '../../../local/edge/function/engine.ts';

/** Builds the routers of a deployment and compiles them. */
export function compileDeployed(
  constants: EdgeConstants,
  options: Omit<FunctionOptions, 'file'>,
): EdgeFunction {
  return compileRouters(buildRouters(constants), options);
}
