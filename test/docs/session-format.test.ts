import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { KINDS } from '../support/values/session/session-values.ts';

const PAGE = readFileSync(new URL('../../docs/inside/session-format.md', import.meta.url), 'utf8');

/** The examples, in the order of the table. */
const EXAMPLES = [...PAGE.matchAll(/^1\.(\S+)$/gm)].map(([, body = '']) => body);

test('the page on the texts of sign-in has a row and an example of each kind', () => {
  const rows = [...PAGE.matchAll(/^\| `(\w)`, (\w+) \|/gm)].map(([, letter, word]) => ({ letter, word }));
  expect(rows).toEqual(KINDS.map(({ letter, word }) => ({ letter, word })));
  expect(EXAMPLES).toHaveLength(KINDS.length);
});

test.each(KINDS)('its example of a $word is one', (kind) => {
  const body = EXAMPLES[KINDS.indexOf(kind)] ?? '';
  const value = kind.parse(body);
  expect(value).toBeDefined();
  expect(kind.print(value)).toBe(body);
});
