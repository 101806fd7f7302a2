import { describe, expect, test } from 'vitest';
import { tagProblem } from '../../core/problem.ts';

describe('a problem with a tag', () => {
  test('says which instance, which tag, what its value is, why it is wrong and how to mend it', () => {
    expect(tagProblem('i-0abc', 'proxy:port', '80a', 'expected 80, 443 or 1024–65535')).toEqual({
      instance: 'i-0abc',
      tag: 'proxy:port',
      message:
        'i-0abc: `proxy:port` is "80a", expected 80, 443 or 1024–65535; fix the tag and the next event picks it up',
    });
  });

  test('quotes a value of 80 characters whole and cuts a longer one', () => {
    const shown = (length: number) =>
      /is "(.*)", no/.exec(tagProblem('i', 't', 'x'.repeat(length), 'no').message)?.[1];
    expect(shown(80)).toBe('x'.repeat(80));
    expect(shown(81)).toBe(`${'x'.repeat(77)}…`);
  });

  test('shows quotes and line breaks of a value as text', () => {
    expect(tagProblem('i', 't', 'a"\n\u001b[31m', 'no').message).toContain('"a\\"\\n\\u001b[31m"');
  });
});
