import { expect, test } from 'vitest';
import type { View } from '../../../portal/address/address.ts';
import { titleOf } from '../../../portal/shell/title.ts';
import { exampleList, NOON } from '../app/example.ts';

const place = {
  ...{ origin: 'https://d1.cloudfront.net', protocol: 'https:' },
  ...{ hostname: 'd1.cloudfront.net', port: '' },
};

test.each<[View, string]>([
  [{ on: 'list' }, '1 live · dev.example.com'],
  [{ on: 'app', name: 'shop' }, 'shop: live · dev.example.com'],
  [{ on: 'app', name: 'docs.dev.example.com' }, 'docs: asleep · dev.example.com'],
  [{ on: 'app', name: 'cart' }, 'cart: no app · dev.example.com'],
  [{ on: 'explain', url: 'shop' }, 'Explain an address · dev.example.com'],
  [{ on: 'oncall' }, 'On call · dev.example.com'],
])('the title of %j is %s', (view, title) => {
  expect(titleOf(view, exampleList(), { now: Date.parse(NOON), place })).toBe(title);
});

test('a deployment without a base domain has its own host in the title', () => {
  const bare = exampleList({ baseDomain: '' });
  expect(titleOf({ on: 'oncall' }, bare, { now: 0, place })).toBe('On call · d1.cloudfront.net');
});
