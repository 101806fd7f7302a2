import { describe, expect, test } from 'vitest';
import { parseFleetEvent } from '../../../core/events/fleet-event.ts';
import { fixture, fixtureNames, HOME } from '../../support/values/event-fixtures.ts';
import { matches } from '../../support/values/event-pattern.ts';
import { templatesOf } from '../synth.ts';

type Pattern = Parameters<typeof matches>[0];

const { updater } = templatesOf({ public: 'true' });
const patterns = Object.entries(updater.findResources('AWS::Events::Rule')).flatMap(([id, rule]) => {
  const pattern = rule['Properties'].EventPattern as Pattern | undefined;
  return pattern === undefined ? [] : [{ name: id.replace(/^Rules|[0-9A-F]{8}$/g, ''), pattern }];
});

const rulesOf = (name: string) =>
  patterns.filter(({ pattern }) => matches(pattern, fixture(name) as Pattern)).map((rule) => rule.name);

/** Events that match a rule, each with its rule. */
const MATCHED: Readonly<Record<string, string>> = {
  'assign-ipv6-addresses': 'ApiCalls',
  'assign-ipv6-addresses.wrapped': 'ApiCalls',
  'associate-address': 'ApiCalls',
  'associate-address.by-interface': 'ApiCalls',
  'attach-network-interface': 'ApiCalls',
  'bid-evicted': 'SpotEvictions',
  'create-tags': 'ApiCalls',
  // Refused calls change nothing, but the journal records attempts.
  'create-tags.refused': 'ApiCalls',
  // The tagged resources are in a list that may be truncated, so a filter by them would lose some events.
  'create-tags.volume': 'ApiCalls',
  'delete-tags.all': 'ApiCalls',
  'detach-network-interface': 'ApiCalls',
  'disassociate-address': 'ApiCalls',
  'modify-network-interface-attribute': 'ApiCalls',
  'run-instances': 'ApiCalls',
  'run-instances.by-scaling-group': 'ApiCalls',
  'run-instances.dry-run': 'ApiCalls',
  'run-instances.refused': 'ApiCalls',
  'run-instances.truncated': 'ApiCalls',
  'scaling-group.launched': 'ScalingActions',
  'scaling-group.return-to-warm-pool': 'ScalingActions',
  'scaling-group.terminate-action': 'ScalingActions',
  'spot-interruption': 'SpotWarnings',
  'start-instances': 'ApiCalls',
  'state-change.masked': 'StateChanges',
  'state-change.running': 'StateChanges',
  'state-change.stopping': 'StateChanges',
  'state-change.terminated.replayed': 'StateChanges',
  'stop-instances': 'ApiCalls',
  'stop-instances.refused': 'ApiCalls',
  'tag-change': 'TagChanges',
  'terminate-instances': 'ApiCalls',
  'terminate-instances.malformed': 'ApiCalls',
  'terminate-instances.refused': 'ApiCalls',
  'unassign-ipv6-addresses': 'ApiCalls',
};

/** Hints that match no rule, because a state change reports the same and comes first. */
const TOLD_BY_STATE = [
  'fleet.launched',
  'scaling-group.launch-action',
  'scaling-group.terminated',
  'spot-fleet.terminated',
  'spot-fulfillment',
];

/** Events that EventBridge does not send in this form: schedules have no pattern, the others no envelope. */
const BY_OTHER_WAYS = ['manual', 'record.terminate-instances', 'schedule.rule', 'schedule.scheduler'];

describe('the rules as deployed', () => {
  test('are six with a pattern of at most 2,048 characters each', () => {
    expect(patterns.map(({ name }) => name)).toEqual([
      'ApiCalls',
      'StateChanges',
      'SpotWarnings',
      'ScalingActions',
      'SpotEvictions',
      'TagChanges',
    ]);
    // EventBridge User Guide, "Quotas": longer ones need a higher quota.
    for (const { pattern } of patterns) expect(JSON.stringify(pattern).length).toBeLessThanOrEqual(2048);
  });

  test.each(fixtureNames().filter((name) => name in MATCHED))('let %s through, once', (name) => {
    expect(rulesOf(name)).toEqual([MATCHED[name]]);
  });

  test.each(fixtureNames().filter((name) => !(name in MATCHED)))('keep %s out', (name) => {
    expect(rulesOf(name)).toEqual([]);
  });

  test('match every hint that no other event gives', () => {
    const lost = fixtureNames().filter(
      (name) => parseFleetEvent(fixture(name), HOME).verdict === 'hint' && rulesOf(name).length === 0,
    );
    expect(lost).toEqual([...TOLD_BY_STATE, ...BY_OTHER_WAYS].sort());
  });

  test('match our tags, set or removed, and no other tags', () => {
    const tagged = fixture('tag-change');
    const changed = (keys: string[]) => ({
      ...tagged,
      detail: { ...(tagged['detail'] as object), 'changed-tag-keys': keys, tags: {} },
    });
    const rule = patterns.find(({ name }) => name === 'TagChanges')?.pattern ?? null;
    expect(matches(rule, changed(['Name', 'proxy:api:host']) as Pattern)).toBe(true);
    expect(matches(rule, changed(['Name', 'xproxy:host']) as Pattern)).toBe(false);
  });
});
