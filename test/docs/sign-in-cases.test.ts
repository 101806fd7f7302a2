import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const PAGE = readFileSync(new URL('../../docs/inside/sign-in-cases.md', import.meta.url), 'utf8');
const FOLDER = new URL('../e2e/sign-in/', import.meta.url);
const ALL = Array.from({ length: 18 }, (_, n) => `S${n + 1}`);

/** The cases that tests name, in the order of the page. */
function findTestedCases(): string[] {
  const sources = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(new URL(file, FOLDER), 'utf8'));
  const cases = sources.flatMap((source) => [...source.matchAll(/['"](S\d+): /g)].map(([, id = '']) => id));
  return [...new Set(cases)].sort((a, b) => Number(a.slice(1)) - Number(b.slice(1)));
}

describe('docs/inside/sign-in-cases.md', () => {
  test('lists all cases in their order', () => {
    expect([...PAGE.matchAll(/^\| (S\d+) \|/gm)].map(([, id]) => id)).toEqual(ALL);
  });

  test('lists the cases that have tests, and no other', () => {
    expect(findTestedCases()).toEqual(ALL);
  });
});
