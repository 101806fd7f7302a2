import type { Check } from '../check.ts';
import type { Trail } from '../cloud.ts';
import { type Finding, ok, warning } from '../finding.ts';

/** The trails of each region of the fleet. */
export type TrailFacts = readonly { region: string; trails: readonly Trail[] }[];

/**
 * Does a trail report API calls? EventBridge receives them only through a trail. State and tag changes need none, so routes
 * still follow, but the journal does not name the caller.
 */
export const trail: Check<TrailFacts> = {
  collect: (cloud, { regions }) =>
    Promise.all(regions.map(async (region) => ({ region, trails: await cloud.trails(region) }))),
  evaluate: (facts) => facts.map(evaluateTrails),
};

function evaluateTrails({ region, trails }: TrailFacts[number]): Finding {
  const here = trails.filter((each) => each.multiRegion || each.homeRegion === region);
  const good = here.find((each) => each.logging && each.managementWrites);
  if (good) return ok(`${region}: trail ${good.name} logs write calls`);
  const why = here.map(({ name, logging }) =>
    logging ? `${name} excludes write calls of management events` : `${name} is not logging`,
  );
  return warning(
    `${region}: no trail reports API calls${why.length === 0 ? '' : ` (${why.join(', ')})`}: routes follow state changes, but the journal does not name the callers`,
    here.length === 0
      ? 'deploy with -c createTrail=true, or create a multi-region trail for management events'
      : `run aws cloudtrail start-logging --name ${here[0]?.name} and include write management events in its event selectors`,
  );
}
