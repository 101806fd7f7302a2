import { stackPrefix } from '../../deployment.ts';
import type { Check } from '../check.ts';
import type { Alarm, Cloud } from '../cloud.ts';
import { type Deployment, resourceIds } from '../deployment.ts';
import { failure, ok, warning } from '../finding.ts';

interface RegionAlarms {
  region: string;
  expected: readonly string[];
  found: readonly Alarm[];
}

/** Is an alarm active, and do all alarms still exist in every region? */
export const alarms: Check<readonly RegionAlarms[]> = {
  collect: async (cloud, deployment) => {
    const further = await Promise.all(
      furtherRegions(deployment).map((region) => readAlarmNames(cloud, region, deployment)),
    );
    const places = [...deployment.alarms, ...further].filter(({ names }) => names.length > 0);
    return Promise.all(
      places.map(async ({ region, names }) => ({
        region,
        expected: names,
        found: await cloud.alarms(names, region),
      })),
    );
  },
  evaluate: (regions, { id: deployment }) => {
    const wrong = regions.flatMap(({ region, expected, found }) => [
      ...found
        .filter(({ state }) => state === 'ALARM')
        .map(({ name, reason }) =>
          failure(
            `${name} is in ALARM in ${region}: ${reason}`,
            `see docs/operate/runbook.md#${name.slice(stackPrefix(deployment).length + 1)}`,
          ),
        ),
      ...expected
        .filter((name) => !found.some((alarm) => alarm.name === name))
        .map((name) =>
          warning(`alarm ${name} in ${region} does not exist any more`, 'deploy its stack again'),
        ),
    ]);
    if (wrong.length > 0) return wrong;
    const count = regions.reduce((sum, { found }) => sum + found.length, 0);
    return count > 0
      ? [ok(`none of the ${count} alarms is active`)]
      : [warning('the stacks have no alarms', 'deploy them again with a version that creates alarms')];
  },
};

function furtherRegions({ regions, homeRegion }: Deployment): string[] {
  return regions.filter((region) => region !== homeRegion);
}

async function readAlarmNames(cloud: Cloud, region: string, { id: deployment }: Deployment) {
  const stack = await cloud.stack(`${stackPrefix(deployment)}-region-${region}`, region);
  return { region, names: stack ? resourceIds(stack, 'AWS::CloudWatch::Alarm') : [] };
}
