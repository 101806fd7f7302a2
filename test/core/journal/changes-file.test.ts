import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  applyToList,
  buildChangesFile,
  countChanges,
  parseChangesFile,
} from '../../../core/journal/changes-file.ts';
import {
  buildRoutesFile,
  type Detail,
  type Listed,
  type RoutesFile,
} from '../../../core/journal/routes-file.ts';
import { Fault } from '../../../core/schema.ts';
import {
  appName,
  asleepOn,
  changedList,
  listOf,
  listOfApps,
  problemOf,
  summaryOf,
  withInstances,
  withMarks,
} from '../../support/stands/lists.ts';
import { anyEntry } from '../../support/values/arbitraries.ts';
import { mutated } from '../../support/values/mutations.ts';

const [BEFORE, AFTER] = ['2026-11-30T10:00:00.000Z', '2026-11-30T10:00:05.000Z'];
const FACTS = { deployment: 'main', baseDomain: 'dev.example.com' };

const wholeOf = (list: Listed, updatedAt: string, detail: Detail = 'full') =>
  buildRoutesFile({ ...FACTS, detail, updatedAt }, list);
const changesOf = (before: Listed, after: Listed, detail: Detail = 'full') =>
  buildChangesFile(
    { ...before, updatedAt: BEFORE },
    { ...after, updatedAt: AFTER },
    {
      hostnames: new Set([...before.entries.keys(), ...after.entries.keys()]),
      instances: new Set([...before.instances.keys(), ...after.instances.keys()]),
    },
    detail,
  );
const unordered = ({ problems, ...file }: RoutesFile) => ({
  ...file,
  problems: problems.map((each) => JSON.stringify(each)).sort(),
});

/** Entries of any kind, some of them on known instances. */
const entry = fc.oneof(anyEntry, fc.nat({ max: 4 }).map(asleepOn));
const mark = fc.record(
  {
    since: fc.constantFrom(BEFORE, AFTER),
    cause: fc.constant({ kind: 'RunInstances', at: BEFORE, by: 'Developer/alice' }),
  },
  { requiredKeys: [] },
);
const list: fc.Arbitrary<Listed> = fc
  .record({
    entries: fc.array(fc.tuple(fc.nat({ max: 6 }).map(appName), entry)),
    problems: fc.array(fc.nat({ max: 3 }).map(problemOf)),
    instances: fc.array(fc.tuple(fc.nat({ max: 4 }), fc.constantFrom(undefined, 't4g.small', 't4g.large'))),
    marks: fc.array(fc.tuple(fc.nat({ max: 6 }).map(appName), mark)),
  })
  .map(({ entries, problems, instances, marks }) =>
    listOf(
      new Map(entries),
      problems,
      instances.map(([n, type]) => summaryOf(n, type)),
      new Map(marks),
    ),
  );

describe('the file of changes', () => {
  test.each(['full', 'names'] as const)(
    'makes the later list of the earlier one, for any two lists with the detail "%s"',
    (detail) => {
      fc.assert(
        fc.property(list, list, (before, later) => {
          // Facts about instances are replaced, and never forgotten.
          const after = withInstances({ ...later, instances: before.instances }, ...later.instances.values());
          const changes = parseChangesFile(JSON.stringify(changesOf(before, after, detail)));
          if (changes instanceof Fault) throw new Error(`${changes}`);
          expect(unordered(applyToList(wholeOf(before, BEFORE, detail), changes))).toEqual(
            unordered(wholeOf(after, AFTER, detail)),
          );
        }),
      );
    },
  );

  test('has instances that changed, and those of new routes although they did not', () => {
    const before = withInstances(listOfApps(3), summaryOf(7));
    const after = withInstances(
      changedList(before, new Map([[appName(0), asleepOn(7)]])),
      summaryOf(1, 't4g.large'),
    );
    expect(changesOf(before, after).instances).toEqual([summaryOf(1, 't4g.large'), summaryOf(7)]);
  });

  test('has a route whose cause became known later', () => {
    const before = listOfApps(3);
    const cause = { kind: 'RunInstances', at: BEFORE, by: 'Developer/alice' };
    const after = withMarks(before, new Map([[appName(1), { since: BEFORE, cause }]]));
    expect(changesOf(before, after).routes).toMatchObject([{ hostname: appName(1), since: BEFORE, cause }]);
  });

  test('with the detail "names" has hostnames and states alone', () => {
    const after = { ...withInstances(listOfApps(3), summaryOf(1, 't4g.large')), problems: [problemOf(1)] };
    const changes = changesOf(listOfApps(0), after, 'names');
    expect(changes).toMatchObject({ instances: [], problems: { removed: [], added: [] } });
    expect(JSON.stringify(changes)).not.toContain('i-0');
  });

  test('is empty for an equal list, whatever the order of its problems', () => {
    fc.assert(
      fc.property(list, (each) => {
        const changes = changesOf(each, { ...each, problems: [...each.problems].reverse() });
        expect(countChanges(changes)).toBe(0);
      }),
    );
  });

  test('has only entries that look different to people', () => {
    const before = listOfApps(3);
    const after = {
      ...before,
      entries: before.entries.with(
        new Map([
          [appName(0), { ...asleepOn(0), sequence: 9 }],
          [appName(1), asleepOn(7)],
          [appName(5), asleepOn(5)],
        ]),
        [appName(2)],
      ),
      problems: [problemOf(1)],
    };
    const changes = changesOf(before, after);
    expect(changes.routes.map(({ hostname }) => hostname)).toEqual([appName(1), appName(5)]);
    expect(changes).toMatchObject({ follows: BEFORE, updatedAt: AFTER, gone: [appName(2)] });
    expect(changes.problems).toEqual({ removed: [], added: [problemOf(1)] });
    // The instance of the problem is in the changes, too.
    expect(countChanges(changes)).toBe(5);
  });

  test('changes no list that it does not follow', () => {
    const other = wholeOf(listOfApps(3), AFTER);
    expect(applyToList(other, changesOf(listOfApps(3), listOfApps(0)))).toBe(other);
  });

  test('that was mutated is refused or read, and never throws', () => {
    const whole = changesOf(listOfApps(2, [problemOf(1)]), { ...listOfApps(1), problems: [problemOf(2)] });
    fc.assert(
      fc.property(mutated(JSON.stringify(whole)), (text) => {
        const file = parseChangesFile(text);
        if (!(file instanceof Fault)) expect(parseChangesFile(JSON.stringify(file))).toEqual(file);
      }),
    );
  });
});
