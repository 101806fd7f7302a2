import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const PAGE = readFileSync(new URL('../../docs/inside/failure-cases.md', import.meta.url), 'utf8');
const FOLDER = new URL('../updater/failure-cases/', import.meta.url);

/** Case → names of its tests, as they stand in the sources. */
function tested(): Map<string, Set<string>> {
  const names = new Map<string, Set<string>>();
  for (const file of readdirSync(FOLDER)) {
    const source = readFileSync(new URL(file, FOLDER), 'utf8');
    for (const [, name = '', id = ''] of source.matchAll(/'((F\d+): [^'\n]+)'/g)) {
      names.set(id, (names.get(id) ?? new Set()).add(name));
    }
  }
  return names;
}

/** Case → names of tests, as the page has them. */
function documented(): Map<string, Set<string>> {
  const rows = [...PAGE.matchAll(/^\| (F\d+) \|.*\| (.*) \|$/gm)];
  return new Map(rows.map(([, id = '', names = '']) => [id, new Set(names.split('<br>'))]));
}

describe('docs/inside/failure-cases.md', () => {
  test('lists all sixty cases in their order', () => {
    expect([...documented().keys()]).toEqual(Array.from({ length: 60 }, (_, n) => `F${n + 1}`));
  });

  test('names the tests of each case, and no other', () => {
    const tests = tested();
    expect(new Map([...documented()].map(([id, names]) => [id, [...names].sort()]))).toEqual(
      new Map([...documented().keys()].map((id) => [id, [...(tests.get(id) ?? [])].sort()])),
    );
  });
});
