import { expect, test } from 'vitest';
import { encodeEntry } from '../../../core/entry/entry.ts';
import { findChanged, findOwned } from '../../../core/plan/found.ts';
import { A, B } from '../../support/values/event-fixtures.ts';

const entry = (deployment: string, id: string) =>
  encodeEntry({
    access: 'public',
    deployment,
    sequence: 1,
    state: 'asleep',
    instances: [{ id, launchedAt: 1 }],
  });

const LEFT = new Map([
  ['same', entry('main', A)],
  ['moved', entry('main', A)],
  ['taken', entry('main', A)],
  ['overwritten', entry('main', A)],
  ['theirs', entry('other', A)],
]);
const FOUND = new Map([
  ['same', entry('main', A)],
  ['moved', entry('main', B)],
  ['overwritten', 'by hand'],
  ['theirs', entry('other', B)],
  ['hand', 'by hand'],
  ['added', entry('main', B)],
]);

test('a change concerns a deployment if its own entry is or was there', () => {
  expect(findChanged('main', LEFT, FOUND)).toEqual(['moved', 'taken', 'overwritten', 'added']);
  expect(findChanged('main', FOUND, FOUND)).toEqual([]);
});

test('the entry of a deployment is found under its hostname, or is missing', () => {
  const { entries, missing } = findOwned('main', findChanged('main', LEFT, FOUND), FOUND);
  expect([...entries.keys()]).toEqual(['moved', 'added']);
  expect(entries.get('moved')?.instances).toMatchObject([{ id: B }]);
  expect(missing).toEqual(['taken', 'overwritten']);
});
