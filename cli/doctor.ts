import { argumentsOf, type Command, type Terminal, UsageError } from './command.ts';
import type { Cloud } from './doctor/cloud.ts';
import { findDeployment } from './doctor/deployment.ts';
import { examine } from './doctor/examine.ts';
import { printFindings, tally } from './doctor/finding.ts';

/** Examines a live deployment on AWS and says what to do about what it finds. */
export const doctor: Command = {
  name: 'doctor',
  usage: '[--owner ID] [--region HOME] [--json]',
  summary:
    'Examine a deployment on AWS: trail, rules, queue, store, router, certificate, DNS, security groups, permissions.',
  async run(args, terminal) {
    // The SDK's clients take half a second: the help of this command does not need them.
    const { awsCloud } = await import('./doctor/aws.ts');
    return diagnose(awsCloud(), args, terminal);
  },
};

/** The doctor on a given cloud. Exit code 1 when something failed; warnings alone are 0. */
export async function diagnose(cloud: Cloud, args: readonly string[], terminal: Terminal): Promise<number> {
  const given = argumentsOf(args, {
    owner: { type: 'string' },
    region: { type: 'string' },
    json: { type: 'boolean' },
  });
  if (given.names.length > 0)
    throw new UsageError(`"${given.names[0]}" is one word too many; a deployment is named by --owner`);
  const deployment = await findDeployment(cloud, {
    owner: given.text('owner') ?? 'main',
    homeRegion: given.text('region') ?? process.env['AWS_REGION'] ?? 'us-east-1',
  });
  const examined = await examine(cloud, deployment);
  const counts = tally(examined);
  const { owner, homeRegion, baseDomain, distribution } = deployment;
  if (given.flag('json')) {
    terminal.out(JSON.stringify({ owner, homeRegion, baseDomain, counts, checks: examined }, null, 2));
  } else {
    terminal.out(`deployment ${owner} at ${baseDomain || distribution.domainName}, home ${homeRegion}\n`);
    for (const line of printFindings(examined)) terminal.out(line);
    terminal.out(`\n${counts.ok} ok, ${counts.warning} to look at, ${counts.failure} failed`);
  }
  return counts.failure > 0 ? 1 : 0;
}
