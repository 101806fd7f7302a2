import type { Check } from '../check.ts';
import type { Trail } from '../cloud.ts';
import { type Finding, ok, warning } from '../finding.ts';

/** The trails that each region of the fleet has. */
export type TrailFacts = readonly { region: string; trails: readonly Trail[] }[];

/**
 * Does a trail report API calls? Without one EventBridge never hears of them; state and tag changes need none, so
 * routes follow all the same, and only who did it stays unknown.
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
    logging ? `${name} leaves out write calls of management events` : `${name} does not log`,
  );
  return warning(
    `${region}: no trail reports API calls${why.length === 0 ? '' : ` (${why.join(', ')})`}: routes follow by state changes, but the journal will not say who did it`,
    here.length === 0
      ? 'deploy with -c createTrail=true, or have a multi-region trail of management events made'
      : `aws cloudtrail start-logging --name ${here[0]?.name}, and let its event selectors include write management events`,
  );
}
