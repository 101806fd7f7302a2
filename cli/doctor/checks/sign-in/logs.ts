import type { Check } from '../../check.ts';
import { advice, ok } from '../../finding.ts';

interface LogFacts {
  group: string;
  regions: readonly string[];
}

/** Where does the function log? Lambda makes a log group in each region of a viewer, and no such group ends by itself. */
export const logs: Check<LogFacts> = {
  async collect(cloud, { signIn }) {
    const group = `/aws/lambda/us-east-1.${signIn?.functionName}`;
    return { group, regions: signIn?.functionName === undefined ? [] : await cloud.loggingRegions(group) };
  },
  evaluate: ({ group, regions }) => [
    regions.length === 0
      ? ok('the function has written no logs within two weeks')
      : advice(
          `the function logs in ${regions.join(', ')}; Lambda makes these log groups without an end`,
          `for region in ${regions.join(' ')}; do aws logs put-retention-policy --region $region --log-group-name ${group} --retention-in-days 30; done`,
        ),
  ],
};
