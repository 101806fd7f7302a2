import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const PAGE = readFileSync('docs/operate/sign-in.md', 'utf8');
const [, THREATS = ''] = /^## Threats\n([\s\S]*?)^## /m.exec(PAGE) ?? [];
const ROWS = THREATS.split('\n').filter((line) => line.startsWith('| ') && !/^\| (?:attack|---)/.test(line));

/** A row names a test: `[name](../../test/file.ts)`. */
const TESTS = ROWS.flatMap((row) => [...row.matchAll(/\[([^\]]+)\]\((\.\.\/\.\.\/test\/[^)]+)\)/g)]);

test('each threat to sign-in names one test', () => {
  expect(ROWS.length).toBeGreaterThan(20);
  expect(TESTS).toHaveLength(ROWS.length);
});

test.each(TESTS.map(([, name = '', path = '']) => [name, path]))(
  'the test that a threat names exists: %s',
  (name, path) => {
    expect(readFileSync(join('docs/operate', path), 'utf8')).toContain(name);
  },
);
