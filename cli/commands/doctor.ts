import type { Command, ParsedArguments, Terminal } from '../command.ts';
import { DEPLOYMENT, selectDeployment } from '../deployment.ts';
import type { Cloud } from '../doctor/cloud.ts';
import { findDeployment } from '../doctor/deployment.ts';
import { runChecks } from '../doctor/examine.ts';
import { countLevels, formatFindings } from '../doctor/finding.ts';

/** Examines a live deployment on AWS and says what to do about what it finds. */
export const doctor: Command = {
  name: 'doctor',
  summary:
    'Examine a deployment on AWS: trail, rules, queue, store, router, certificate, DNS, security groups, permissions.',
  options: { ...DEPLOYMENT, json: { text: 'print the findings as JSON' } },
  async run(given, terminal) {
    // The SDK's clients take half a second: the help of this command does not need them.
    const { awsCloud } = await import('../doctor/aws.ts');
    return diagnose(awsCloud(), given, terminal);
  },
};

/** The doctor on a given cloud. Exit code 1 when something failed; warnings alone are 0. */
export async function diagnose(cloud: Cloud, given: ParsedArguments, terminal: Terminal): Promise<number> {
  const deployment = await findDeployment(cloud, selectDeployment(given));
  const examined = await runChecks(cloud, deployment);
  const counts = countLevels(examined);
  const { id, homeRegion, baseDomain, distribution } = deployment;
  if (given.flag('json')) {
    terminal.out(
      JSON.stringify({ deployment: id, homeRegion, baseDomain, counts, checks: examined }, null, 2),
    );
  } else {
    terminal.out(`deployment ${id} at ${baseDomain || distribution.domainName}, home ${homeRegion}\n`);
    for (const line of formatFindings(examined)) terminal.out(line);
    terminal.out(`\n${counts.ok} ok, ${counts.warning} to look at, ${counts.failure} failed`);
  }
  return counts.failure > 0 ? 1 : 0;
}
