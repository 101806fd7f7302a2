import { stackPrefix } from '../../deployment.ts';
import type { Check } from '../check.ts';
import type { Cloud, EventRule } from '../cloud.ts';
import { type Deployment, resourceIds } from '../deployment.ts';
import { type Finding, failure, ok, warning } from '../finding.ts';

interface RegionRules {
  region: string;
  /** Absent: no stack forwards the region's events. */
  rules?: readonly { name: string; rule: EventRule | undefined }[];
}

/** Are the rules of every region still there, enabled, and do those at home aim at the queue? */
export const rules: Check<readonly RegionRules[]> = {
  collect: (cloud, deployment) =>
    Promise.all(deployment.regions.map((region) => readRules(cloud, region, deployment))),
  evaluate: (regions, deployment) => regions.flatMap((region) => evaluateRegion(region, deployment)),
};

async function readRules(
  cloud: Cloud,
  region: string,
  { id: deployment, homeRegion, rules: home }: Deployment,
): Promise<RegionRules> {
  const names =
    region === homeRegion
      ? home
      : await readForwardingRules(cloud, `${stackPrefix(deployment)}-region-${region}`, region);
  if (!names) return { region };
  const found = names.map(async (name) => ({ name, rule: await cloud.rule(name, region) }));
  return { region, rules: await Promise.all(found) };
}

async function readForwardingRules(
  cloud: Cloud,
  name: string,
  region: string,
): Promise<string[] | undefined> {
  const stack = await cloud.stack(name, region);
  return stack && resourceIds(stack, 'AWS::Events::Rule');
}

function evaluateRegion(
  { region, rules: found }: RegionRules,
  { homeRegion, mapping }: Deployment,
): Finding[] {
  if (!found) {
    return [
      warning(
        `${region}: no stack forwards its events, so a sweep finds its instances, up to a minute later`,
        'deploy all stacks: npx cdk deploy --all with the settings that the updater has',
      ),
    ];
  }
  const target = region === homeRegion ? mapping.queueArn : undefined;
  const wrong = found.flatMap(({ name, rule }) => evaluateRule(name, rule, { region, target }) ?? []);
  if (wrong.length > 0) return wrong;
  return found.length === 0
    ? [failure(`${region}: the stack has no event rules`, AGAIN)]
    : [ok(`${region}: all ${found.length} rules are enabled`)];
}

function evaluateRule(
  name: string,
  rule: EventRule | undefined,
  { region, target }: { region: string; target: string | undefined },
): Finding | undefined {
  if (!rule) return failure(`${region}: rule ${name} was deleted`, AGAIN);
  if (!rule.enabled)
    return failure(
      `${region}: rule ${name} is disabled: its events are lost`,
      `aws events enable-rule --name ${name} --region ${region}`,
    );
  if (rule.targets.length === 0 || (target !== undefined && !rule.targets.includes(target)))
    return failure(`${region}: rule ${name} does not aim at ${target ?? 'anything'}`, AGAIN);
  return undefined;
}

const AGAIN = 'deploy its stack again';
