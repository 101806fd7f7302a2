import { describe, expect, test } from 'vitest';
import { WILDCARDS, type Wildcard } from '../../../infra/wildcards.ts';
import { listOf, type Statement, statementsIn, textOf } from '../statements.ts';
import { allTemplates, EVERYTHING } from '../synth.ts';

const allowed = allTemplates(EVERYTHING)
  .flatMap(statementsIn)
  .filter(({ Effect }) => Effect === 'Allow');

/** The permissions of a statement on resources with wildcards. */
function wildcardsOf({ Action, Resource }: Statement): { action: string; resource: string }[] {
  const resources = listOf(Resource)
    .map(textOf)
    .filter((resource) => resource.includes('*'));
  return resources.flatMap((resource) => listOf(Action).map((action) => ({ action, resource })));
}

const used = allowed.flatMap(wildcardsOf);

/** The path of a bucket's objects. Everything before it names one whole bucket. */
function pathOf(resource: string): string {
  return resource
    .slice(Math.max(0, resource.indexOf('/')))
    .replace(/\/(?:\d{12}|<…>)\//, '/ACCOUNT/')
    .replace(/edge-proxy-team-a-concierge-<…>/, 'CONCIERGE');
}

function explains({ actions, resource }: Wildcard, one: (typeof used)[number]): boolean {
  return pathOf(one.resource) === resource && actions.includes(one.action);
}

describe('every statement of every stack', () => {
  test('is found', () => {
    expect(allowed.length).toBeGreaterThan(60);
  });

  test('names its actions', () => {
    expect(allowed.filter(({ Action }) => listOf(Action).some((action) => action.includes('*')))).toEqual([]);
  });

  test('names its resources, or has a reason in the table', () => {
    const table: readonly Wildcard[] = Object.values(WILDCARDS);
    expect(used.filter((one) => !table.some((entry) => explains(entry, one)))).toEqual([]);
  });

  test('has no wildcard principal except AWS services under a condition', () => {
    const open = allowed.filter(
      ({ Principal }) => Principal === '*' || JSON.stringify(Principal) === '{"AWS":"*"}',
    );
    expect(open).toEqual([]);
    // Lambda assumes the roles of functions only for functions of its own account; iam:PassRole ensures that.
    const services = allowed.filter(({ Principal }) => {
      const text = JSON.stringify(Principal ?? '');
      return (
        text.includes('Service') &&
        !/^{"Service":(?:"lambda|\["(?:edge)?lambda\.amazonaws\.com","(?:edge)?lambda)\.amazonaws\.com"\]?}$/.test(
          text,
        )
      );
    });
    expect(services.filter(({ Condition }) => Condition === undefined)).toEqual([]);
  });
});

test.each(Object.entries(WILDCARDS))('every part of the reason for %s is needed', (_, entry) => {
  for (const action of entry.actions) {
    expect(used.some((one) => one.action === action && explains(entry, one))).toBe(true);
  }
});
