import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { LOG_FIELDS, parseLogLine, VIEWER_FIELD } from '../../core/traffic/access-record.ts';
import { formatLogKey, LOG_FOLDER, LOG_PATH, parseLogKey } from '../../core/traffic/log-key.ts';

const PAGE = readFileSync('docs/operate/access-logs.md', 'utf8');
const FIELDS = [...LOG_FIELDS, VIEWER_FIELD];
const TABLE = /CREATE EXTERNAL TABLE[\s\S]*?```/.exec(PAGE)?.[0] ?? '';

/** Rows of the table of fields: name and example. */
const ROWS = [...PAGE.matchAll(/^\| `([^`]+)` \| `([^`]+)` \|/gm)].map(([, name = '', example = '']) => ({
  name,
  example,
}));

test('the page lists the fields of a log in their order, with an example that the reader takes', () => {
  expect(ROWS.map(({ name }) => name)).toEqual(FIELDS);
  const line = Object.fromEntries(ROWS.map(({ name, example }) => [name, example]));
  expect(parseLogLine(JSON.stringify(line))).toMatchObject({
    app: 'shop.dev.example.com',
    host: 'shop.dev.example.com',
    status: 200,
    bytes: 1843,
    firstByte: 20,
  });
});

test('the table of Athena has a column for each field, and a mapping for each column', () => {
  const columns = [...TABLE.matchAll(/^ {2}`(\w+)` string/gm)].map(([, column]) => column);
  const mappings = [...TABLE.matchAll(/'mapping\.(\w+)' = '([^']+)'/g)].map(([, column, field]) => [
    column,
    field,
  ]);
  expect(mappings.map(([, field]) => field)).toEqual(FIELDS);
  expect(mappings.map(([column]) => column)).toEqual(columns);
});

test('the table of Athena reads the partitions that CloudFront writes', () => {
  const template = /'storage\.location\.template' = 's3:\/\/LOG-BUCKET\/([^']+)\/'/.exec(TABLE)?.[1] ?? '';
  const time = { distributionid: 'E2Q', year: '2026', month: '11', day: '30', hour: '05' };
  const folder = template.replace(/\$\{(\w+)\}/g, (_, name) => time[name as keyof typeof time]);
  const key = formatLogKey('E2Q', new Date('2026-11-30T05:10:00Z'), 'x');
  expect(key.slice(0, key.lastIndexOf('/'))).toBe(folder);
  expect(template.split('/')).toHaveLength(1 + LOG_PATH.split('/').length);
  expect(template.startsWith(`${LOG_FOLDER}/`)).toBe(true);
});

test('the examples of keys are keys of a log and of its sums', () => {
  const [log = '', sums = ''] = /## Files\n\n```\n(\S+)\n(\S+)\n```/.exec(PAGE)?.slice(1) ?? [];
  const place = parseLogKey(log);
  expect(place).toMatchObject({ hour: 5 });
  expect(sums).toBe(`traffic/${place?.day}.json`);
});
