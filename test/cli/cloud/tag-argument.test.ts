import { describe, expect, test } from 'vitest';
import { completeKey, describeOthers, findKey, parseTag } from '../../../cli/cloud/tag-argument.ts';
import { TAGS } from '../../../core/tags/tags.ts';

describe('a tag of the command line', () => {
  test.each(Object.keys(TAGS))('is one of the proxy, with the prefix or without it: %s', (attribute) => {
    for (const key of [attribute, `api:${attribute}`]) {
      expect(completeKey(key)).toBe(`proxy:${key}`);
      expect(completeKey(`proxy:${key}`)).toBe(`proxy:${key}`);
    }
  });

  test.each(['owner', 'Owner', 'team', 'Name', 'Host', 'constructor', 'aws:autoscaling:groupName'])(
    'stays as it is if the proxy does not know it: %s',
    (key) => {
      expect(completeKey(key)).toBe(key);
    },
  );

  test('with the prefix stays as it is, so that a problem can be tried', () => {
    expect(parseTag('proxy:prot=80')).toEqual({ Key: 'proxy:prot', Value: '80' });
  });

  test('may have any value', () => {
    expect(parseTag('match=query:a=b')).toEqual({ Key: 'proxy:match', Value: 'query:a=b' });
    expect(parseTag('owner=')).toEqual({ Key: 'owner', Value: '' });
  });

  test.each([
    ['owner', ''],
    ['team', ''],
    ['Name', ''],
    ['prot', '; did you mean port?'],
    ['Host', '; did you mean host?'],
    ['api:prot', '; did you mean api:port?'],
    ['idleafter', '; did you mean idle-after?'],
  ])('that the proxy does not know has a note: %s', (Key, hint) => {
    expect(describeOthers([{ Key, Value: 'x' }])).toEqual([
      `  note: "${Key}" is not a tag of the proxy, so it is set without "proxy:"${hint}`,
    ]);
  });

  test('of the proxy has no note', () => {
    expect(describeOthers([parseTag('port=80'), parseTag('proxy:prot=80')])).toEqual([]);
  });
});

describe('a key to remove', () => {
  const has = (...keys: string[]) => [{ tags: new Map(keys.map((key) => [key, 'x'])) }];

  test.each([
    ['port', has('proxy:port', 'port'), 'proxy:port'],
    ['port', has('port'), 'port'],
    ['owner', has('owner', 'proxy:owner'), 'owner'],
    ['owner', has('proxy:owner'), 'proxy:owner'],
    ['proxy:owner', has('owner', 'proxy:owner'), 'proxy:owner'],
    ['port', has(), 'proxy:port'],
    ['owner', has(), 'owner'],
  ])('is the one that the instance has: %s', (key, instances, found) => {
    expect(findKey(key, instances)).toBe(found);
  });
});
