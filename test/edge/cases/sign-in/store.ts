import { encodeEntry } from '../../../../core/entry/entry.ts';
import { KEYS } from '../../../support/values/session/session-values.ts';
import { closed, live } from '../../support/entries.ts';
import { NAVIGATION, type RouterCase } from '../../support/router-case.ts';
import { admitted, gated, HOST, KEY, keys, open, place, SINCE, WILDCARD } from './values.ts';

/** The value of an entry from before sign-in. */
const BEFORE = encodeEntry(live('shop'));

/** A header may have the text of a wildcard's key. Only the answer could tell a stranger that the wildcard exists. */
const wildcardKeys: readonly RouterCase[] = [
  ['that is gated', gated],
  ['that is open', open],
  ['that is asleep', closed('asleep', { access: { since: SINCE } })],
  ['of before sign-in', live('shop')],
  ['that does not exist', undefined],
].map(
  ([what, value]): RouterCase => ({
    place,
    name: `refuses the key of a wildcard ${what}, as a host`,
    store: { ...(value === undefined ? {} : { [WILDCARD]: value }), [KEY]: keys() },
    request: { host: WILDCARD, headers: NAVIGATION },
    expected: { status: 400, state: 'invalid host' },
    reads: [],
  }),
);

/** Entries and keys as the store has them, or as a hand has written them. */
export const STORE_CASES: readonly RouterCase[] = [
  ...wildcardKeys,
  admitted('treats a hostname that is gone like one that never existed', {
    store: { [HOST]: '3 g7 G1 main#7', [KEY]: keys() },
    expected: { status: 404, state: 'unknown' },
    reads: [HOST, WILDCARD, KEY],
  }),
  admitted('follows a rule with a group of people', {
    store: { [HOST]: live('shop', { access: { since: SINCE, rule: 'group:devs' } }), [KEY]: keys() },
  }),
  ...[
    BEFORE,
    'written by hand',
    '3 g 80  x i-x 1 main#7',
    '3 g0 80  x i-x 1 main#7',
    '3 g_ 80  x i-x 1 main#7',
    '3 g-5 80  x i-x 1 main#7',
    '3 g+5 80  x i-x 1 main#7',
    '3 g',
    '3 g7',
    '3 o',
    '3 h7 80  x i-x 1 main#7',
    '3 p G1 main#7',
    '3 n 80  x i-x 1 main#7',
    '3 oo 80  x i-x 1 main#7',
    '3  80  x i-x 1 main#7',
    '4 g7 80  x i-x 1 main#7',
    '3 q 80  x i-x 1 main#7',
  ].map((value) =>
    admitted(`follows no entry like ${value.slice(0, 12)}`, {
      store: { [HOST]: value, [WILDCARD]: open, [KEY]: keys() },
      expected: { status: 503, state: 'unreadable' },
      reads: [HOST],
    }),
  ),
  ...[
    '',
    '0000000003',
    '0000000003 short - - -',
    `0000000003 ${'-'.repeat(44)} - -`,
    `k1 3 ${KEYS.current} - - -`,
  ].map((value) =>
    admitted(`answers 503 while the keys are ${JSON.stringify(value)}`, {
      store: { [HOST]: gated, [KEY]: value },
      expected: { status: 503, state: 'fault' },
    }),
  ),
];
