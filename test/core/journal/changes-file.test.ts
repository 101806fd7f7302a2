import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  applyToList,
  buildChangesFile,
  countChanges,
  type Listed,
  parseChangesFile,
} from '../../../core/journal/changes-file.ts';
import { buildRoutesFile, type RoutesFile } from '../../../core/journal/routes-file.ts';
import { LayeredMap } from '../../../core/layered-map.ts';
import { Fault } from '../../../core/schema.ts';
import { appName, asleepOn, listOfApps, problemOf } from '../../support/stands/lists.ts';
import { anyEntry } from '../../support/values/arbitraries.ts';
import { mutated } from '../../support/values/mutations.ts';

const [BEFORE, AFTER] = ['2026-11-30T10:00:00.000Z', '2026-11-30T10:00:05.000Z'];
const FACTS = { deployment: 'main', baseDomain: 'dev.example.com' };

const wholeOf = ({ entries, problems }: Listed, updatedAt: string) =>
  buildRoutesFile({ ...FACTS, updatedAt }, entries, problems);
const changesOf = (before: Listed, after: Listed) =>
  buildChangesFile(
    { ...before, updatedAt: BEFORE },
    { ...after, updatedAt: AFTER },
    new Set([...before.entries.keys(), ...after.entries.keys()]),
  );
const unordered = ({ problems, ...file }: RoutesFile) => ({
  ...file,
  problems: problems.map((each) => JSON.stringify(each)).sort(),
});

const list: fc.Arbitrary<Listed> = fc.record({
  entries: fc
    .array(fc.tuple(fc.nat({ max: 6 }).map(appName), anyEntry))
    .map((pairs) => LayeredMap.from(new Map(pairs))),
  problems: fc.array(fc.nat({ max: 3 }).map(problemOf)),
});

describe('the file of changes', () => {
  test('makes the later list of the earlier one, for any two lists', () => {
    fc.assert(
      fc.property(list, list, (before, after) => {
        const changes = parseChangesFile(JSON.stringify(changesOf(before, after)));
        if (changes instanceof Fault) throw new Error(`${changes}`);
        expect(unordered(applyToList(wholeOf(before, BEFORE), changes))).toEqual(
          unordered(wholeOf(after, AFTER)),
        );
      }),
    );
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
    expect(countChanges(changes)).toBe(4);
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
