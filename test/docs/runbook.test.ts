import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ALARMS, type AlarmDefinition } from '../../infra/monitoring/alarm-table.ts';

const [, ...sections] = readFileSync('docs/operate/runbook.md', 'utf8').split(/^## /m);
const byName = new Map(sections.map((text) => [text.slice(0, text.indexOf('\n')), text]));

describe('the runbook', () => {
  test('has a section for each alarm, in the order of their table, and no other', () => {
    expect([...byName.keys()]).toEqual(Object.keys(ALARMS));
  });

  test.each([...byName])('says symptom, check, remedy and a command: %s', (_, text) => {
    expect([...text.matchAll(/^- \*\*(\w+)\.\*\* \S/gm)].map(([, word]) => word)).toEqual([
      'Symptom',
      'Check',
      'Remedy',
    ]);
    expect(text).toMatch(
      /^```sh\n(?:aws|FUNCTION|npx|log|router_log|entries|reconcile|curl)\b[\s\S]+?^```$/m,
    );
  });

  test('marks the alarms that only full monitoring has', () => {
    const marked = [...byName].filter(([, text]) => text.includes('\n\n*Only with [`monitoring=full`]'));
    const full = Object.entries<AlarmDefinition>(ALARMS).filter(
      ([, { otherwise }]) => otherwise !== undefined,
    );
    expect(marked.map(([name]) => name)).toEqual(full.map(([id]) => id));
  });

  test('links to existing sections', () => {
    const links = sections.flatMap((text) => [...text.matchAll(/\]\(#([\w-]+)\)/g)]).map(([, name]) => name);
    expect(links.filter((name) => !byName.has(name ?? ''))).toEqual([]);
  });
});
