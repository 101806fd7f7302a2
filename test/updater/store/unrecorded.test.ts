import { describe, expect, test } from 'vitest';
import { encodeEntry } from '../../../core/entry/entry.ts';
import { Unrecorded } from '../../../updater/store/unrecorded.ts';

const ours = (sequence: number) =>
  encodeEntry({ access: 'public', deployment: 'main', sequence, state: 'asleep', instances: [] });
const content = (entries: Record<string, string>) => new Map(Object.entries(entries));

describe('unrecorded hostnames', () => {
  test('are those that changed, appeared or went, but none of another deployment', () => {
    const unrecorded = new Unrecorded('main');
    unrecorded.addChanged(
      content({ same: ours(1), changed: ours(1), gone: ours(1), theirs: 'x' }),
      content({ same: ours(1), changed: ours(2), fresh: ours(1), theirs: 'y' }),
    );
    expect([...unrecorded.hostnames].sort()).toEqual(['changed', 'fresh', 'gone']);
  });

  test('are found in the store as it was when they were looked up', () => {
    const unrecorded = new Unrecorded('main');
    unrecorded.add(['shop', 'chat']);
    unrecorded.findIn(content({ shop: ours(1) }));
    unrecorded.add(['wiki']);
    expect([...unrecorded.found.entries.keys()]).toEqual(['shop']);
    expect(unrecorded.found.missing).toEqual(['chat']);
  });

  test('stay until a record names them, however many runs end', () => {
    const unrecorded = new Unrecorded('main');
    unrecorded.add(['shop']);
    expect(unrecorded.endRun()).toBe(false);
    unrecorded.findIn(content({}));
    expect(unrecorded.endRun()).toBe(true);
    expect(unrecorded.found).toEqual({ entries: new Map(), missing: [] });
    expect(unrecorded.hostnames).toEqual(['shop']);
    unrecorded.clear();
    expect(unrecorded.size).toBe(0);
  });
});
