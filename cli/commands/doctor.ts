import type { Command, ParsedArguments, Terminal } from '../command.ts';
import { DEPLOYMENT, selectDeployment } from '../deployment.ts';
import type { Cloud } from '../doctor/cloud.ts';
import { findDeployment } from '../doctor/deployment.ts';
import { runChecks } from '../doctor/examine.ts';
import { countLevels, formatFindings } from '../doctor/finding.ts';

/** Checks a live deployment on AWS and suggests remedies. */
export const doctor: Command = {
  name: 'doctor',
  summary:
    'Check a deployment on AWS and suggest remedies: trail, rules, queue, store, router, certificate, DNS, addresses, security groups, permissions, sign-in.',
  options: { ...DEPLOYMENT, json: { text: 'print the findings as JSON' } },
  async run(given, terminal) {
    // Loading the SDK takes half a second, and the help does not need it.
    const { awsCloud } = await import('../doctor/aws.ts');
    return diagnose(awsCloud(), given, terminal);
  },
};

/** Runs the doctor on a cloud. Exit code 1 means a failure; warnings alone give 0. */
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
    terminal.out(`deployment ${id} at ${baseDomain || distribution.domainName}, home region ${homeRegion}\n`);
    for (const line of formatFindings(examined)) terminal.out(line);
    terminal.out(`\n${counts.ok} ok, ${counts.warning} warnings, ${counts.failure} failures`);
  }
  return counts.failure > 0 ? 1 : 0;
}
