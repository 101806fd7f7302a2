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

/** The names of notices in a source: keys of an object, with or without quotes. */
function noticesIn(file: string, pattern: RegExp): string[] {
  return [...readFileSync(file, 'utf8').matchAll(pattern)].map(([, name = '']) => name);
}

test('the page has each notice of sign-in', () => {
  const [, notices = ''] = /^## Sign-in\n([\s\S]*?)^## /m.exec(PAGE) ?? [];
  const concierge = noticesIn('edge/concierge/answers/notice.ts', /^ {2}'?([a-z -]+)'?: \{/gm);
  expect(concierge.length).toBeGreaterThan(15);
  const router = ['not signed in', 'other site', 'fault', 'unreadable'];
  const missing = [...concierge, ...router].filter((name) => !notices.includes(`\`${name}\``));
  expect(missing).toEqual([]);
});
