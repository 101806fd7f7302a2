import { type Entry, isServing, type ServingEntry } from './entry.ts';
import type { Backend, ClosedState, Rule } from './rule.ts';

/**
 * Removes the addresses of leaving members from an entry. A rule keeps its path, and closes if no instance is left to serve it.
 * An entry without addresses does not change, because its members only hold the hostname.
 *
 * @param state of a rule that closes, and of the entry if all of them do
 */
export function withoutMembers(
  entry: Entry,
  leaving: ReadonlySet<string>,
  state: ClosedState = 'asleep',
): Entry {
  if (!isServing(entry) || !entry.instances.some(({ id }) => leaving.has(id))) return entry;
  const targets = entry.instances.filter(({ id }) => !leaving.has(id));
  const index = new Map(targets.map(({ id }, at) => [id, at]));
  const rules = entry.rules.map((rule) => ruleOf(rule, entry, index, state));
  if (rules.some((rule) => typeof rule.to !== 'string')) return { ...entry, instances: targets, rules };
  return closed(entry, state);
}

/** The same hostname without addresses: its members keep it. */
export const asleep = (entry: Entry): Entry => closed(entry, 'asleep');

function closed({ access, deployment, sequence, expiresAt, instances }: Entry, state: ClosedState): Entry {
  const members = instances.map(({ id, launchedAt }) => ({ id, launchedAt }));
  const expiry = expiresAt === undefined ? {} : { expiresAt };
  return { access, deployment, sequence, ...expiry, state, instances: members };
}

function ruleOf(
  rule: Rule,
  entry: ServingEntry,
  index: ReadonlyMap<string, number>,
  state: ClosedState,
): Rule {
  if (typeof rule.to === 'string') return rule;
  const backends = rule.to.flatMap((backend): Backend[] => {
    const instance = index.get(entry.instances[backend.instance]?.id ?? '');
    return instance === undefined ? [] : [{ ...backend, instance }];
  });
  return { ...rule, to: backends.length > 0 ? backends : state };
}
