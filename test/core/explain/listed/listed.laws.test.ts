import querystring from 'node:querystring';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { distance } from '../../../../cli/nearest.ts';
import { explain } from '../../../../core/explain/explain.ts';
import { explainListed } from '../../../../core/explain/listed/explain-listed.ts';
import { unescapeText } from '../../../../core/explain/unescape.ts';
import { toSeconds } from '../../../../core/time.ts';
import { CASES } from '../../../edge/cases.ts';
import { questionOf } from '../../../edge/support/asked.ts';
import { foreseeable } from '../../../edge/support/foreseeable.ts';
import {
  DISTRIBUTION,
  hostOf,
  NAVIGATION,
  PLACES,
  type RouterCase,
  storeOf,
} from '../../../edge/support/router-case.ts';
import { hostileText } from '../../../support/values/arbitraries.ts';
import { listOf } from './list-of.ts';

/** One cookie of each name, without a hint, which nothing here can check. */
function cookiesOf({ request }: RouterCase): Record<string, string> {
  const pieces = (request?.cookies ?? '').split('; ').filter((each) => /^[^=]+=/.test(each));
  const pairs = pieces.map((each) => [each.slice(0, each.indexOf('=')), each.slice(each.indexOf('=') + 1)]);
  return Object.fromEntries(pairs.filter(([name]) => name !== '__Host-proxy-hint'));
}

/** The same case, as far as a list and an address can express it, and the address. */
function expressible(one: RouterCase) {
  const { uri = '/', query } = one.request ?? {};
  const host = hostOf(one) ?? '';
  if (!/^[\w-]+(\.[\w-]+)+(:\d+)?$/.test(host) || !/^\/[!-"$->@-~]*$/.test(uri)) return undefined;
  const cookies = cookiesOf(one);
  const headers = { ...NAVIGATION, accept: 'text/html', ...one.request?.headers };
  const sent = Object.entries(cookies).map(([name, value]) => `${name}=${value}`);
  return {
    address: `${host}${uri}${query === undefined ? '' : `?${query}`}`,
    same: { ...one, request: { ...one.request, headers, cookies: sent.join('; ') } },
    options: { cookies, headers: one.request?.headers ?? {}, method: one.request?.method ?? 'GET' },
  };
}

/** Compares the outcome of a list with that of the entries, for a viewer whom every access rule admits. Returns whether it could. */
function compare(one: RouterCase): boolean {
  const place = one.place ?? 'domain';
  const { baseDomain, scheme } = PLACES[place];
  const list = listOf(storeOf(one), place);
  const asked = expressible(one);
  if (list === undefined || asked === undefined) return false;
  const facts = { now: toSeconds(Date.now()), portal: `${scheme}://${baseDomain || DISTRIBUTION}`, distance };
  const listed = explainListed(list, asked.address, { ...facts, ...asked.options });
  if (typeof listed === 'string') return false;
  const { hash: _hash, keys: _keys, viewer: _viewer, ...question } = questionOf(asked.same);
  const expected = explain(question).outcome;
  // A redirect is followed.
  if (expected.is === 'redirect' && listed.requests.length > 1) return false;
  expect(listed.outcome).toEqual(expected);
  expect(listed.lacks.some(({ fact }) => fact === 'viewer')).toBe(expected.is === 'pool');
  return true;
}

test('a list leads to the outcome of the entries, over the cases of the routers', () => {
  expect(CASES.filter(compare).length).toBeGreaterThan(500);
});

test('a list leads to the outcome of the entries, for 5,000 generated requests', () => {
  let count = 0;
  fc.assert(
    fc.property(foreseeable, (one) => {
      if (compare(one)) count += 1;
    }),
    { numRuns: 5_000 },
  );
  expect(count).toBeGreaterThan(1_000);
}, 120_000);

test('escapes are decoded as the edge decodes them', () => {
  const piece = fc.constantFrom(
    '%',
    '%4',
    '%41',
    '%C3%A9',
    '%c3',
    '%zz',
    '%%41',
    'é',
    '+',
    '%EF%BB%BF',
    '%ff',
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(piece, hostileText, fc.string()), { maxLength: 5 }), (parts) => {
      expect(unescapeText(parts.join(''))).toBe(querystring.unescape(parts.join('')));
    }),
    { numRuns: 20_000 },
  );
});
