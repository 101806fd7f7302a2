import { afterEach, expect, test, vi } from 'vitest';
import { runCommand } from '../../cli/main.ts';
import { showable } from '../../cli/show.ts';

afterEach(() => vi.restoreAllMocks());

test.each([
  ['\u001b]0;title\u0007', '\\u001b]0;title\\u0007'],
  ['\u001b[2J', '\\u001b[2J'],
  ['\u009b31m', '\\u009b31m'],
  ['owner \u202eecila', 'owner \\u202eecila'],
  ['a\rb\u2028c', 'a\\u000db\\u2028c'],
  [
    'two\n\tlines, \u001b[1mbold\u001b[22m, 日本語, 👩‍💻',
    'two\n\tlines, \u001b[1mbold\u001b[22m, 日本語, 👩‍💻',
  ],
])('a terminal gets %j as %j', (text, shown) => {
  expect(showable(text)).toBe(shown);
});

test('a document of JSON means the same in a terminal', () => {
  const value = { owner: '\u202eecila\u009b', lines: 'a\nb' };
  expect(JSON.parse(showable(JSON.stringify(value, null, 2)))).toEqual(value);
});

test('every command writes such a text', async () => {
  const log = vi.spyOn(console, 'log').mockImplementation(() => {});
  const error = vi.spyOn(console, 'error').mockImplementation(() => {});
  const command = {
    ...{ name: 'any', summary: '', options: {} },
    run: async (_given: unknown, { out, err }: { out(line: string): void; err(line: string): void }) => {
      out('\u202e');
      err('\u009b');
      return 0;
    },
  };
  await runCommand(command, []);
  expect([log.mock.calls, error.mock.calls]).toEqual([[['\\u202e']], [['\\u009b']]]);
});
