import { expect, test } from 'vitest';
import { Ledger } from '../../../updater/run/ledger.ts';

test('the account of a run names what it put and what it deleted in the order of the alphabet', () => {
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
