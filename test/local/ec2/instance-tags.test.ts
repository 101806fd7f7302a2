import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { changedKeys, withoutTags, withTags } from '../../../local/ec2/instance-tags.ts';

/** Up to four tags. One key is that of a prototype, which breaks plain objects. */
const tags = fc
  .uniqueArray(
    fc.tuple(fc.constantFrom<string>('a', 'b', '__proto__', 'proxy:host'), fc.constantFrom('', '1', '2')),
    {
      selector: ([key]) => key,
    },
  )
  .map((entries) => new Map(entries));

const someTags = tags.filter(({ size }) => size > 0);

const listOf = (map: ReadonlyMap<string, string>) => [...map].map(([key, value]) => ({ key, value }));

describe('tags', () => {
  test('are added and deleted without an effect on others', () => {
    fc.assert(
      fc.property(tags, someTags, (before, change) => {
        const added = withTags(before, listOf(change));
        expect(added).toEqual(new Map([...before, ...change]));
        const kept = [...before].filter(([key]) => !change.has(key));
        expect(withoutTags(added, listOf(change))).toEqual(new Map(kept));
      }),
    );
  });

  test('differ in exactly the changed keys', () => {
    fc.assert(
      fc.property(tags, tags, (before, after) => {
        const keys = ['__proto__', 'a', 'b', 'proxy:host'];
        expect(changedKeys(before, after)).toEqual(keys.filter((key) => before.get(key) !== after.get(key)));
      }),
    );
  });
});

test('deleting without a name keeps only the tags of AWS', () => {
  const before = new Map([
    ['aws:ec2:fleet-id', 'fleet-1'],
    ['a', '1'],
  ]);
  expect([...withoutTags(before, []).keys()]).toEqual(['aws:ec2:fleet-id']);
});

test.each([
  ["with AWS's own prefix", { key: 'aws:own', value: '' }],
  ['without a key', { key: '', value: '' }],
  ['with a key of 129 characters', { key: 'k'.repeat(129), value: '' }],
  ['with a value of 257 characters', { key: 'k', value: 'v'.repeat(257) }],
  ['with a control character', { key: 'k', value: 'a\u0000b' }],
])('a tag %s is refused', (_, tag) => {
  expect(() => withTags(new Map(), [tag])).toThrow(
    expect.objectContaining({ code: 'InvalidParameterValue' }),
  );
});

test('a 51st tag is refused', () => {
  const fifty = Array.from({ length: 50 }, (_, index) => ({ key: `k${index}`, value: '' }));
  const full = withTags(new Map(), fifty);
  expect(withTags(full, [{ key: 'k1', value: 'new' }]).size).toBe(50);
  expect(() => withTags(full, [{ key: 'one more', value: '' }])).toThrow(
    expect.objectContaining({ code: 'TagLimitExceeded' }),
  );
});
