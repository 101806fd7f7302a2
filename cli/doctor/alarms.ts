import type { Check } from './check.ts';
import type { Alarm } from './cloud.ts';
import { prefixOf } from './deployment.ts';
import { failure, ok, warning } from './finding.ts';

/** Does an alarm ring, and are all of them still there? */
export const alarms: Check<readonly { expected: readonly string[]; found: readonly Alarm[] }[]> = {
  look: (cloud, { alarms: regions }) =>
    Promise.all(
      regions.map(async ({ region, names }) => ({
        expected: names,
        found: await cloud.alarms(names, region),
      })),
    ),
  judge: (regions, { owner }) => {
    const found = regions.flatMap((each) => each.found);
    const missing = regions
      .flatMap((each) => each.expected)
      .filter((name) => !found.some((alarm) => alarm.name === name));
    const ringing = found.filter(({ state }) => state === 'ALARM');
    const wrong = [
      ...ringing.map(({ name, reason }) =>
        failure(`${name} rings: ${reason}`, `docs/runbook.md#${name.slice(prefixOf(owner).length + 1)}`),
      ),
      ...missing.map((name) => warning(`alarm ${name} was deleted`, 'deploy its stack again')),
    ];
    if (wrong.length > 0) return wrong;
    return found.length > 0
      ? [ok(`none of ${found.length} alarms rings`)]
      : [warning('the stacks have no alarms', 'deploy them again, with a version that has')];
  },
};
