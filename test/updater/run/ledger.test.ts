import { expect, test } from 'vitest';
import { Ledger } from '../../../updater/run/ledger.ts';

test('the account of a run names puts and deletes in alphabetical order', () => {
  const ledger = new Ledger('main');
  ledger.addWritten({
    puts: new Map([
      ['d', ''],
      ['c', ''],
    ]),
    deletes: new Set(['b', 'a']),
  });
  expect(ledger.account()).toMatchObject({ puts: ['c', 'd'], deletes: ['a', 'b'] });
});
