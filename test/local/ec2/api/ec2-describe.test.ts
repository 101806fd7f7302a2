import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type DescribeRequest, describePage } from '../../../../local/ec2/api/ec2-describe.ts';
import { createInstances } from '../../../../local/ec2/launch.ts';
import type { LocalInstance } from '../../../../local/ec2/local-instance.ts';

/** This many pending instances without tags. */
function instances(count: number): LocalInstance[] {
  return createInstances({ imageId: 'ami-external', minCount: count, maxCount: count }, 0, 0);
}

/** One instance with these tags. */
function tagged(tags: Record<string, string>): LocalInstance[] {
  return instances(1).map((instance) => ({ ...instance, tags: new Map(Object.entries(tags)) }));
}

const ALL: DescribeRequest = { instanceIds: [], filters: [], maxResults: undefined, nextToken: undefined };

const filtered = (listed: LocalInstance[], name: string, ...values: string[]) =>
  describePage(listed, { ...ALL, filters: [{ name, values }] }).instances.length;

/** Texts with special characters of regular expressions. */
const hostile = fc.string({ unit: fc.constantFrom(...'aA.*?\\[](){}|^$+-/\n é👋'), maxLength: 12 });

/** Ids of all pages in order. */
function pagedIds(listed: LocalInstance[], maxResults: number): string[][] {
  const pages: string[][] = [];
  let nextToken: string | undefined;
  do {
    const page = describePage(listed, { ...ALL, maxResults, nextToken });
    pages.push(page.instances.map(({ id }) => id));
    nextToken = page.nextToken;
  } while (nextToken !== undefined && pages.length <= listed.length);
  return pages;
}

describe('filters', () => {
  test.each([
    ['tag-key', 'proxy:*', true],
    ['tag-key', 'proxy:h?st', true],
    ['tag-key', 'proxy', false],
    ['tag:proxy:host', 'shop', true],
    ['tag:proxy:host', 'sh*', true],
    ['tag:proxy:host', 'SHOP', false],
    ['tag:absent', '*', false],
    ['tag:pattern', 'a\\*b', true],
    ['tag:pattern', 'a.b', false],
    ['instance-state-name', 'pending', true],
    ['instance-state-name', 'running', false],
  ])('the filter %s = %s matches a tagged instance: %s', (name, value, matches) => {
    const listed = tagged({ 'proxy:host': 'shop', pattern: 'a*b' });
    expect(filtered(listed, name, value) === 1).toBe(matches);
  });

  test('a filter matches any of its values, and all filters must match', () => {
    const listed = tagged({ a: '1' });
    expect(filtered(listed, 'tag:a', '0', '1')).toBe(1);
    const filters = [
      { name: 'tag:a', values: ['1'] },
      { name: 'tag-key', values: ['b'] },
    ];
    expect(describePage(listed, { ...ALL, filters }).instances).toEqual([]);
  });

  test('a filter without wildcards matches exactly its own text', () => {
    fc.assert(
      fc.property(hostile, hostile, (text, other) => {
        const literal = text.replaceAll(/[*?\\]/g, '\\$&');
        expect(filtered(tagged({ k: text }), 'tag:k', literal)).toBe(1);
        expect(filtered(tagged({ k: other }), 'tag:k', literal)).toBe(other === text ? 1 : 0);
      }),
    );
  });

  test('a filter by ids ignores unknown ones', () => {
    const listed = instances(2);
    expect(filtered(listed, 'instance-id', listed[0]?.id ?? '', 'i-0123456789abcdef0')).toBe(1);
  });

  test('a filter with an unknown name or more than 200 values is refused', () => {
    expect(() => filtered([], 'colour', 'red')).toThrow("The filter 'colour' is invalid");
    const many = Array.from({ length: 201 }, (_, index) => String(index));
    expect(() => filtered([], 'instance-id', ...many)).toThrow(/specified on a single call is 200/);
  });
});

describe('paging', () => {
  test('returns every instance once for any page size', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 5, max: 20 }), (count, size) => {
        const listed = instances(count);
        const pages = pagedIds(listed, size);
        expect(pages.flat()).toEqual(listed.map(({ id }) => id));
        expect(pages.length).toBe(Math.ceil(count / size));
      }),
    );
  });

  test('continues after the last instance of a page was removed', () => {
    const listed = instances(12);
    const first = describePage(listed, { ...ALL, maxResults: 5 });
    const left = listed.filter((_, index) => index !== 4);
    const second = describePage(left, { ...ALL, maxResults: 5, nextToken: first.nextToken });
    expect(second.instances).toEqual(listed.slice(5, 10));
  });

  test.each([
    [{ maxResults: 4 }, 'InvalidParameterValue'],
    [{ maxResults: 1_001 }, 'InvalidParameterValue'],
    [{ nextToken: 'nonsense' }, 'InvalidNextToken'],
    [{ maxResults: 5, instanceIds: ['i-0123456789abcdef0'] }, 'InvalidParameterCombination'],
    [{ instanceIds: ['i-0123456789abcdef0'] }, 'InvalidInstanceID.NotFound'],
    [{ instanceIds: ['i-1'] }, 'InvalidInstanceID.Malformed'],
  ])('refuses %j with %s', (request, code) => {
    expect(() => describePage(instances(1), { ...ALL, ...request })).toThrow(
      expect.objectContaining({ code }),
    );
  });
});
