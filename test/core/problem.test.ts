import { describe, expect, test } from 'vitest';
import { limitPerInstance, tagProblem } from '../../core/problem.ts';
import { idOf, instance, routed } from '../support/values/instances.ts';

describe('a problem with a tag', () => {
  test('names the instance, the tag, its value, the reason and the remedy', () => {
    expect(
      tagProblem(
        'bad-value',
        'i-0abc',
        { key: 'proxy:port', value: '80a' },
        'expected 80, 443 or 1024–65535',
      ),
    ).toEqual({
      code: 'bad-value',
      instance: 'i-0abc',
      tag: 'proxy:port',
      found: '80a',
      remedy: 'fix the tag and the next event picks it up',
      message:
        'i-0abc: `proxy:port` is "80a", expected 80, 443 or 1024–65535; fix the tag and the next event picks it up',
    });
  });

  test('shows control characters of a key as text, and cuts a long key', () => {
    const told = (key: string) => tagProblem('bad-value', 'i', { key, value: 'x' }, 'no').message;
    expect(told('proxy:shop:hots')).toBe(
      'i: `proxy:shop:hots` is "x", no; fix the tag and the next event picks it up',
    );
    expect(told('proxy:\u001b[31m\n')).toMatch(/^i: "proxy:\\u001b\[31m\\n" is "x", no;/);
    expect(told('proxy:a`b')).toMatch(/^i: "proxy:a`b" is/);
    expect(told(`proxy:${'x'.repeat(122)}`)).toMatch(/^i: "proxy:x{73}…" is/);
  });

  test.each([
    ['reversed text', '\u202eshop', '"\\u{202e}shop"'],
    ['a control character of eight bits', '\u009b31m', '"\\u{9b}31m"'],
    ['DEL', '\u007f', '"\\u{7f}"'],
    ['a line break', 'a\u2028b', '"a\\u{2028}b"'],
    ['an invisible character', 'a\u{e0001}\u200b', '"a\\u{e0001}\\u{200b}"'],
    ['half a character', '\ud83d', '"\\ud83d"'],
  ])('shows %s in a value as text', (_, value, shown) => {
    expect(tagProblem('bad-value', 'i', { key: 't', value }, 'no').message).toContain(`is ${shown}, no`);
  });

  test('quotes a value of 80 characters whole and cuts a longer one', () => {
    const shown = (length: number) =>
      /is "(.*)", no/.exec(
        tagProblem('bad-value', 'i', { key: 't', value: 'x'.repeat(length) }, 'no').message,
      )?.[1];
    expect(shown(80)).toBe('x'.repeat(80));
    expect(shown(81)).toBe(`${'x'.repeat(79)}…`);
  });

  test('shows quotes and line breaks of a value as text', () => {
    expect(tagProblem('bad-value', 'i', { key: 't', value: 'a"\n\u001b[31m' }, 'no').message).toContain(
      '"a\\"\\n\\u001b[31m"',
    );
  });
});

describe('many problems', () => {
  const problems = (instance: string, count: number) =>
    Array.from({ length: count }, (_, at) => ({
      code: 'bad-value',
      instance,
      tag: '',
      message: `${instance} ${at}`,
    }));

  test('of one instance are cut after twenty, with the number of the others', () => {
    const told = limitPerInstance([...problems('i-1', 21), ...problems('i-2', 20)]);
    expect(told.filter(({ instance }) => instance === 'i-2')).toEqual(problems('i-2', 20));
    const ofFirst = told.filter(({ instance }) => instance === 'i-1');
    expect(ofFirst.slice(0, 20)).toEqual(problems('i-1', 20));
    expect(ofFirst.slice(20)).toEqual([
      {
        ...{ code: 'more-problems', instance: 'i-1', tag: '', remedy: 'fix these first' },
        message: 'i-1: 1 more problem is not shown; fix these first',
      },
    ]);
  });

  test('are all kept without an instance', () => {
    expect(limitPerInstance(problems('', 30))).toEqual(problems('', 30));
  });

  test('of a whole fleet are limited by the number of its instances, not of their tags', () => {
    const tags = Object.fromEntries(
      Array.from({ length: 49 }, (_, at) => [`proxy:r${at}:host`, 'a_b c_d e_f g_h i_j']),
    );
    const { problems: told } = routed([instance({ id: 1, tags }), instance({ id: 2, tags })]);
    expect(told).toHaveLength(2 * 21);
    expect(told.at(-1)?.message).toBe(`${idOf(2)}: 225 more problems are not shown; fix these first`);
  });
});
