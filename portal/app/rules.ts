import type { RuleSummary } from '../../core/journal/routes-file.ts';
import { quoted } from '../../core/json.ts';
import { describeState } from '../words/states.ts';

/** An instance to which a rule sends requests. */
export interface Destination {
  instance: string;
  /** `port 8080, 3 of 4 viewers`. */
  words: string;
}

/** A rule of a name, in words. */
export interface RuleWords {
  /** `/api and below`. */
  where: string;
  /** `if the method is POST`; empty without conditions. */
  conditions: string;
  /** Empty if the rule is closed. */
  to: Destination[];
  /** The state of a closed rule; empty otherwise. */
  closed: string;
  /** Further facts, one sentence each. */
  notes: string[];
}

/** Describes one rule of a name with these instances. */
export function describeRule(rule: RuleSummary, instances: readonly string[]): RuleWords {
  const { path, to, conditions = [] } = rule;
  const total = typeof to === 'string' ? 0 : to.reduce((sum, { weight }) => sum + weight, 0);
  return {
    where: describeWhere(path),
    conditions: conditions.length === 0 ? '' : `if ${conditions.map(describeCondition).join(' and ')}`,
    to:
      typeof to === 'string'
        ? []
        : to.map(({ instance, port, weight }) => ({
            instance: instances[instance] ?? '',
            words: [`port ${port}`, ...(to.length > 1 ? [describeWeight(weight, total)] : [])].join(', '),
          })),
    closed: typeof to === 'string' ? describeState(to).words.toLowerCase() : '',
    notes: describeNotes(rule),
  };
}

function describeWhere(path: string): string {
  if (path === '/') return 'Every path';
  return path.startsWith('=') ? `${path.slice(1)} exactly` : `${path} and below`;
}

function describeCondition(condition: NonNullable<RuleSummary['conditions']>[number]): string {
  if (condition.on === 'method') return `the method is ${condition.value}`;
  return `the ${condition.on} ${condition.name} is ${quoted(condition.value)}`;
}

function describeWeight(weight: number, total: number): string {
  return weight === 0 ? 'no new viewers' : `${weight} of ${total} viewers`;
}

function describeNotes({ path, strip, certName, sticky, timeout }: RuleSummary): string[] {
  return [
    ...(strip ? [`The app gets the path without ${path}.`] : []),
    ...(certName === undefined
      ? []
      : [`The edge speaks https with the app, whose certificate is for ${certName}.`]),
    ...(sticky === undefined ? [] : [`The cookie ${sticky} keeps a viewer on one instance.`]),
    ...(timeout === undefined ? [] : [`The edge waits ${timeout} s for the app.`]),
  ];
}
