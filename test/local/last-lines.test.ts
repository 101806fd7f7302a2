import { expect, test } from 'vitest';
import { lastLines } from '../../local/last-lines.ts';

test.each([
  ['', []],
  ['one\n', ['one']],
  ['1\n2\n\n3\r\n4\n5\n6\n  7', ['3', '4', '5', '6', '  7']],
  ['\u001b[31mred\u001b[0m\tand \u0007bell \u202eback\n', ['red  and bell back']],
  ['10 %\r20 %\rdone\n', ['10 %', '20 %', 'done']],
  ['x'.repeat(300), [`${'x'.repeat(199)}…`]],
])('the last lines of %j are plain text', (printed, lines) => {
  expect(lastLines(printed)).toEqual(lines);
});
