import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, test } from 'vitest';
import { METRICS, type MetricDefinition } from '../../../core/metrics.ts';
import { TAGS } from '../../../core/tags/tags.ts';
import { ALARMS, type AlarmDefinition } from '../../../infra/monitoring/alarm-table.ts';
import { SETTINGS } from '../../../infra/settings/schema.ts';
import { configurationPage } from '../../../tools/docs/configuration-page.ts';
import { decisionsPage, parseDecision } from '../../../tools/docs/decisions-page.ts';
import { PAGES, tagsPage } from '../../../tools/docs/generate.ts';
import { metricsPage } from '../../../tools/docs/metrics-page.ts';

describe('a generated page', () => {
  const pages = PAGES.map(({ file, page }) => ({ name: basename(file), file, page }));
  test.each(pages)(
    '$name is up to date: after a change, run `npx tsx tools/docs/generate.ts`',
    ({ file, page }) => {
      expect(readFileSync(file, 'utf8')).toBe(page());
    },
  );
});

describe('docs/use/tags.md', () => {
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

describe('docs/operate/metrics.md', () => {
  const rowsOf = (...cells: number[]) =>
    metricsPage()
      .split('\n')
      .filter((line) => line.startsWith('| `') && cells.includes(line.split('|').length - 2));

  test('has a row for every metric, its meaning a sentence', () => {
    const rows = rowsOf(5, 6);
    expect(rows.map((row) => row.split('`')[1]).sort()).toEqual(Object.keys(METRICS).sort());
    for (const row of rows) expect(row).toMatch(/\. \|$/);
  });

  test('says of each metric and alarm that basic monitoring lacks where it shows the same', () => {
    expect(rowsOf(6).map((row) => row.split('`')[1])).toEqual(
      Object.entries<MetricDefinition>(METRICS).flatMap(([name, { otherwise }]) => (otherwise ? [name] : [])),
    );
    for (const [id, { otherwise }] of Object.entries<AlarmDefinition>(ALARMS)) {
      const row = metricsPage()
        .split('\n')
        .find((line) => line.startsWith(`| [\`${id}\``));
      expect(row).toMatch(otherwise === undefined ? / \| the same \|$/ : /\. \|$/);
    }
  });
});

describe('docs/use/configuration.md', () => {
  test('has a section for every setting, with its values and an example', () => {
    const sections = configurationPage().split('\n### ').slice(1);
    expect(sections.map((section) => section.split('\n', 1)[0])).toEqual(
      SETTINGS.map(({ name }) => `\`${name}\``),
    );
    for (const [index, { expected, example }] of SETTINGS.entries()) {
      expect(sections[index]).toContain(expected);
      expect(sections[index]).toContain(example);
    }
  });
});

describe('docs/decisions/README.md', () => {
  test('links to every decision once', () => {
    const linked = [...decisionsPage().matchAll(/\]\((\d{4}-[^)]+)\)/g)].map(([, file]) => file);
    const files = readdirSync('docs/decisions').filter((file) => /^\d/.test(file));
    expect(linked.sort()).toEqual(files.sort());
  });

  test.each([
    ['no front matter', '# 1. Title\n'],
    ['an unknown area', '---\ndate: 2026-11-30\nstatus: accepted\narea: kitchen\n---\n\n# 1. Title\n'],
    ['no date', '---\nstatus: accepted\narea: store\n---\n\n# 1. Title\n'],
  ])('refuses a decision with %s', (_, text) => {
    expect(() => parseDecision('0001-title.md', text)).toThrow(/^docs\/decisions\/0001-title\.md must begin/);
  });
});
