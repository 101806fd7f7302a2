import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { TAGS } from '../../core/tags.ts';
import { TAGS_FILE, tagsPage } from '../../docs/generate.ts';

describe('docs/tags.md', () => {
  test('is what docs/generate.ts makes of core/tags.ts: run `npx tsx docs/generate.ts` after a change', () => {
    expect(readFileSync(TAGS_FILE, 'utf8')).toBe(tagsPage());
  });

  test('has a row of six cells for every tag, with its example', () => {
    const rows = tagsPage()
      .split('\n')
      .filter((line) => line.startsWith('| `proxy:') && line.split('|').length === 8);
    expect(rows).toHaveLength(Object.keys(TAGS).length);
    for (const [attribute, { example }] of Object.entries(TAGS)) {
      const row = rows.find((line) => line.startsWith(`| \`proxy:${attribute}\` |`));
      expect(row).toContain(`\`${example}\``);
    }
  });
});
