import { stackPrefix } from '../../deployment.ts';
import type { Check } from '../check.ts';
import type { Cloud, EventRule } from '../cloud.ts';
import { type Deployment, resourceIds } from '../deployment.ts';
import { type Finding, failure, ok, warning } from '../finding.ts';

interface RegionRules {
  region: string;
  /** Absent if no stack forwards the events of the region. */
  rules?: readonly { name: string; rule: EventRule | undefined }[];
}

/** Do the event rules of every region exist, are they enabled, and do those of the home region target the queue? */
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
        `${region}: no stack forwards its events, so its changes wait for the next sweep, up to a minute`,
        "deploy all stacks with the updater's settings: npx cdk deploy --all",
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
  if (!rule) return failure(`${region}: rule ${name} does not exist any more`, AGAIN);
  if (!rule.enabled)
    return failure(
      `${region}: rule ${name} is disabled, so its events are lost`,
      `aws events enable-rule --name ${name} --region ${region}`,
    );
  if (rule.targets.length === 0 || (target !== undefined && !rule.targets.includes(target)))
    return failure(
      target === undefined
        ? `${region}: rule ${name} has no target`
        : `${region}: rule ${name} does not target ${target}`,
      AGAIN,
    );
  return undefined;
}

const AGAIN = 'deploy its stack again';
