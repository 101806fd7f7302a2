import { expect, test } from 'vitest';
import { findClosingTags } from '../../../core/mends/closing-tags.ts';
import { instance } from '../../support/values/instances.ts';

const closing = (tags: Readonly<Record<string, string>>) => findClosingTags(instance({ id: 1, tags }));

test('the tags that close a route with a name are named, beside those of the instance', () => {
  expect(closing({ 'proxy:web:host': 'shop', 'proxy:web:weight': '0' })).toEqual(['proxy:web:weight']);
  expect(
    closing({
      ...{ 'proxy:web:host': 'shop', 'proxy:web:maintenance': 'yes', 'proxy:ttl': '4h' },
      ...{ 'proxy:api:host': 'api', 'proxy:api:weight': '1', 'proxy:api:maintenance': 'off' },
    }),
  ).toEqual(['proxy:ttl', 'proxy:web:maintenance']);
});

test('tags without the name of a route are not named', () => {
  expect(closing({ 'proxy:host': 'shop', 'proxy:maintenance': 'on', 'proxy:weight': '0' })).toBeUndefined();
  expect(closing({ 'proxy:web:host': 'shop', 'proxy:maintenance': 'on' })).toBeUndefined();
});
