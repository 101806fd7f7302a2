import type { ViewerRequestEvent } from 'cloudfront';
import { buildEdge, buildSiteRouter } from '../../../build/edge.ts';
import type { EdgeFunction, EdgeVerdict } from '../../../local/edge/function/edge-function.ts';
import { compileEdge } from '../../../local/edge/function/engine.ts';
import { ENVIRONMENT } from '../cloud/cloud.ts';
import { BASE_DOMAIN } from '../judge/expected.ts';
import type { Edge } from './edges.ts';

/** The place where the compiled functions of this process read. A run reads before it returns. */
const place: { read: Edge['read']; now: () => number } = { read: () => undefined, now: () => 0 };

const CONSTANTS = {
  baseDomain: BASE_DOMAIN,
  scheme: 'https',
  signIn: { deployment: ENVIRONMENT.deployment },
} as const;

/** The two functions that ship with sign-in: of apps, and of the paths below `/_proxy/`. */
const BUILDS = { apps: buildEdge, site: buildSiteRouter } as const;

const compiled = new Map<keyof typeof BUILDS, EdgeFunction>();

/** Runs a built function at an edge. */
export function runRouter(
  which: keyof typeof BUILDS,
  read: Edge['read'],
  now: number,
  event: ViewerRequestEvent,
): Promise<EdgeVerdict> {
  const router =
    compiled.get(which) ??
    compileEdge(BUILDS[which](CONSTANTS), { read: (key) => place.read(key), now: () => place.now() });
  compiled.set(which, router);
  Object.assign(place, { read, now: () => now });
  return router.run(event);
}
