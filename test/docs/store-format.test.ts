import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { decodeEntry } from '../../core/entry/entry.ts';
import { decodeTombstone } from '../../core/entry/tombstone.ts';

const PAGE = readFileSync(new URL('../../docs/inside/store-format.md', import.meta.url), 'utf8');

/** A value and the sentence above it. A long value has two lines, broken before its instances. */
const EXAMPLES = [...PAGE.matchAll(/^Key (\d+) bytes, value (\d+) bytes.*\n\n```\n(\S+)\n([^`]*)\n```/gm)];

test('the page on the format has an example of each form', () => {
  expect(EXAMPLES).toHaveLength(11);
});

test.each(EXAMPLES.map(([, ...parts]) => parts))(
  'its example of %s + %s bytes has the described meaning',
  (...parts) => {
    const [keyBytes, valueBytes, key, lines] = parts as [string, string, string, string];
    const value = lines.replace('\n', '');
    expect(decodeEntry(value) ?? decodeTombstone(value)).toBeDefined();
    expect([key.length, value.length]).toEqual([Number(keyBytes), Number(valueBytes)]);
  },
);
