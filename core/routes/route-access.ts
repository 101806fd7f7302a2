/** The access of a hostname that several routes share. */
import { type Access, commonAccess, isGated, isSameAccess } from '../entry/access.ts';
import { makeProblem, type Problem } from '../problem.ts';
import type { Settings } from '../settings/settings.ts';
import type { Hostname } from '../wire/brands.ts';
import type { RouteSpec } from './route-spec.ts';

/**
 * The access that all routes of a hostname have in common, and a problem for each instance that differs from the first one. Routes
 * of stopped instances count too, so the access does not change when an instance stops.
 */
export function joinAccess(
  hostname: Hostname,
  specs: readonly [RouteSpec, ...RouteSpec[]],
): { access: Access; problems: Problem[] } {
  const [first] = specs;
  const differing = specs.filter(({ access }) => !isSameAccess(access, first.access));
  const problems = differing.map(({ instance: { id } }) =>
    makeProblem({
      ...{ code: 'access-differs', instance: id, hostnames: [hostname], found: first.instance.id },
      what: `\`proxy:access\` of ${id} and ${first.instance.id} differ, so only people whom both admit may open ${hostname}`,
      remedy: 'make the tags equal',
    }),
  );
  return { access: specs.map(({ access }) => access).reduce(commonAccess), problems };
}

/** The access of a hostname that instances with wrong tags keep. A hostname that was open is not open while it is closed. */
export function keepAccess(stored: Access | undefined, { signIn }: Pick<Settings, 'signIn'>): Access {
  if (signIn === undefined) return 'public';
  return stored !== undefined && isGated(stored) ? stored : { since: 0 };
}
