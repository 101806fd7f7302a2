import type { Check } from './check.ts';
import type { EventRule } from './cloud.ts';
import { failure, ok } from './finding.ts';

type RuleFacts = readonly { name: string; rule: EventRule | undefined }[];

/** Are the rules of the stack still there, enabled, and aimed at the queue? */
export const rules: Check<RuleFacts> = {
  look: (cloud, { rules: names, homeRegion }) =>
    Promise.all(names.map(async (name) => ({ name, rule: await cloud.rule(name, homeRegion) }))),
  judge: (facts, { homeRegion, mapping }) => {
    const wrong = facts.flatMap(({ name, rule }) => {
      if (!rule) return [failure(`rule ${name} was deleted`, 'deploy the updater stack again')];
      if (!rule.enabled)
        return [
          failure(
            `rule ${name} is disabled: its events are lost`,
            `aws events enable-rule --name ${name} --region ${homeRegion}`,
          ),
        ];
      if (!rule.targets.includes(mapping.queueArn))
        return [
          failure(`rule ${name} does not aim at ${mapping.queueArn}`, 'deploy the updater stack again'),
        ];
      return [];
    });
    if (facts.length === 0)
      return [failure('the updater stack has no event rules', 'deploy the updater stack again')];
    return wrong.length > 0 ? wrong : [ok(`all ${facts.length} rules are enabled`)];
  },
};
