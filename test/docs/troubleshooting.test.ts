import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const PAGE = readFileSync('docs/use/troubleshooting.md', 'utf8');
const [, LOCAL = ''] = /^## The local cloud\n([\s\S]*?)^## /m.exec(PAGE) ?? [];

/** Messages of the table, cut at the dots that represent a value. */
const MESSAGES = [...LOCAL.matchAll(/^\| `([^`]+)` \|/gm)].map(([, text = '']) =>
  text
    .split('…')
    .map((part) => part.trim())
    .filter((part) => part !== ''),
);

const SOURCES = ['cli', 'local']
  .flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) => `${folder}/${file}`),
  )
  .filter((file) => file.endsWith('.ts') && !file.includes('node_modules'))
  .map((file) => readFileSync(file, 'utf8'));

test('the page on trouble quotes six messages of the local cloud', () => {
  expect(MESSAGES).toHaveLength(6);
});

test.each(MESSAGES)('the code has the message that the page quotes: %s', (...parts) => {
  expect(SOURCES.some((source) => parts.every((part) => source.includes(part)))).toBe(true);
});
