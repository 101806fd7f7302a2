import { describe, expect, test } from 'vitest';
import { encodeEntry } from '../../core/entry.ts';
import { foundBy, surprisesIn } from '../../core/surprise.ts';
import { A, B } from '../support/event-fixtures.ts';

const entry = (owner: string, id: string) =>
  encodeEntry({ owner, sequence: 1, state: 'asleep', instances: [{ id, generation: 1 }] });

describe('surprises', () => {
  test('are the keys that two contents do not have in common', () => {
    const left = new Map(Object.entries({ same: '1', edited: '1', taken: '1' }));
    const found = new Map(Object.entries({ same: '1', edited: '2', added: '2' }));
    expect([...surprisesIn(left, found)]).toEqual([
      ['edited', { was: '1', is: '2' }],
      ['taken', { was: '1', is: undefined }],
      ['added', { was: undefined, is: '2' }],
    ]);
    expect(surprisesIn(found, found).size).toBe(0);
  });

  test('concern an owner where its own entry stands or stood', () => {
    const left = new Map([
      ['moved', entry('main', A)],
      ['taken', entry('main', A)],
      ['overwritten', entry('main', A)],
      ['theirs', entry('other', A)],
    ]);
    const found = new Map([
      ['moved', entry('main', B)],
      ['overwritten', 'by hand'],
      ['theirs', entry('other', B)],
      ['hand', 'by hand'],
    ]);
    const { entries, missing } = foundBy('main', surprisesIn(left, found));
    expect([...entries.keys()]).toEqual(['moved']);
    expect(entries.get('moved')?.instances).toMatchObject([{ id: B }]);
    expect(missing).toEqual(['taken', 'overwritten']);
  });
});
