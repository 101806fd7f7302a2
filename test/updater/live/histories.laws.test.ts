import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeEntry, type Entry, isServing } from '../../../core/entry/entry.ts';
import { decodeTombstone } from '../../../core/entry/tombstone.ts';
import { hintOf } from '../../../core/live/hint-of.ts';
import { StoreUnwrittenError } from '../../../updater/run/run.ts';
import { signInStand } from '../../support/stands/sign-in/sign-in-stand.ts';
import { app } from '../../support/stands/updater-stand.ts';
import type { Sketch } from '../../support/values/instances.ts';

/** An action of people or of chance; the number chooses among its objects. */
const ACTIONS = [
  ...['start', 'start', 'start', 'stop', 'stop', 'move', 'end', 'wait', 'wait', 'hours pass'],
  ...['cold start', 'another environment', 'another writer', 'lost response', 'refused'],
  ...['bucket fails', 'lost shard', 'lost mirror', 'store is created again'],
] as const;

const history = fc.array(fc.tuple(fc.constantFrom(...ACTIONS), fc.nat(30)), { minLength: 1, maxLength: 25 });

const NAMES = ['shop', 'wiki', 'docs', 'blog'] as const;

async function play(actions: readonly (readonly [(typeof ACTIONS)[number], number])[]) {
  const stand = await signInStand();
  const { clock, store, environment, mirror, live } = stand;
  let active = 0;
  const fleet = new Map<string, Sketch>();
  let instances = 0;
  let isBucketDown = false;
  let isAudit = false;
  /** The highest number of any value that was seen in the store, and the values. */
  let highest = 0;
  let seen = new Map<string, string>();
  const now = () => Math.floor(clock.now() / 1000);

  const readEntry = (key: string): Entry | undefined => decodeEntry(store.store.get(key) ?? '');

  /** Numbers rise with each write, whatever happened to earlier values. */
  const checkNumbers = () => {
    const before = highest;
    for (const [key, value] of store.store.entries) {
      const mark = decodeEntry(value) ?? decodeTombstone(value);
      if (mark === undefined || seen.get(key) === value) continue;
      expect(mark.sequence, `the number of ${key}`).toBeGreaterThan(before);
      highest = Math.max(highest, mark.sequence);
    }
    seen = new Map(store.store.entries);
  };

  /** A hint never leads to an address that the store does not have, if the bucket takes what the updater writes. */
  const checkHints = () => {
    for (const name of NAMES) {
      const key = `${name}.dev.example.com`;
      const change = stand.truthOf(key);
      const hint = change && hintOf(change, now());
      if (hint?.fact.is !== 'app' || isBucketDown) continue;
      const entry = readEntry(key);
      expect(entry && isServing(entry) ? entry.instances : [], `the hint for ${key}`).toMatchObject([
        { id: hint.fact.instance, address: hint.fact.address },
      ]);
      expect(hint.sequence).toBe(entry?.sequence);
    }
  };

  const faults: unknown[] = [];
  const write = store.write.bind(store);
  store.write = async (changes, etag) => {
    try {
      return await write(changes, etag);
    } finally {
      // A run takes an error of the store for a lost answer. What a person took out of the store was not announced.
      try {
        if (!isAudit) checkHints();
      } catch (error) {
        faults.push(error);
      }
    }
  };

  const environments = [environment(), environment()];

  /** After an audit that nothing disturbed, the truth is what the store has. */
  const checkSettled = () => {
    for (const name of NAMES) {
      const key = `${name}.dev.example.com`;
      const change = stand.truthOf(key);
      const mark = readEntry(key) ?? decodeTombstone(store.store.get(key) ?? '');
      if (change && !(mark === undefined && change.fact.is === 'gone'))
        expect(change.sequence, `the truth about ${key}`).toBe(mark?.sequence);
      // The number of a value is its time, or a little more.
      if (mark && mark.sequence > now() - 230) expect(change, `the truth about ${key}`).toBeDefined();
    }
  };

  const sweep = async () => {
    const by = environments[active];
    if (by === undefined) return;
    for (const { shards } of environments)
      for (const shard of shards.values()) shard.fault = isBucketDown ? new Error('S3 is out') : undefined;
    try {
      if (isAudit) await stand.handle(by.parts, { action: 'audit' });
      isAudit = false;
      await stand.sweep(by);
    } catch (error) {
      if (!(error instanceof StoreUnwrittenError)) throw error;
    }
    if (faults.length > 0) throw faults[0];
    checkNumbers();
    checkHints();
  };

  for (const [action, number] of actions) {
    const name = NAMES[number % NAMES.length] ?? 'shop';
    if (action === 'start') fleet.set(name, app(++instances, name));
    else if (action === 'stop' && fleet.has(name))
      fleet.set(name, { ...app(1, name), ...fleet.get(name), state: 'stopped' });
    else if (action === 'move' && fleet.has(name)) fleet.set(name, app(++instances, name));
    else if (action === 'end') fleet.delete(name);
    else if (action === 'wait') clock.advance(number * 10_000);
    else if (action === 'hours pass') clock.advance(number * 3_600_000);
    else if (action === 'cold start') environments[active] = environment();
    else if (action === 'another environment') active = 1 - active;
    else if (action === 'another writer')
      store.before = () => store.put(`by-hand-${number}`, String(clock.now()));
    else if (action === 'lost response')
      store.after = () => {
        throw new Error('socket hang up');
      };
    else if (action === 'refused') {
      fleet.set(name, app(++instances, name));
      store.before = () => {
        store.fault = new Error('socket hang up');
        throw store.fault;
      };
      stand.become(...fleet.values());
      await sweep();
      store.fault = undefined;
      store.before = undefined;
    } else if (action === 'bucket fails') isBucketDown = !isBucketDown;
    else if (action === 'lost shard') for (const document of live.values()) document.body = undefined;
    else if (action === 'lost mirror') {
      mirror.body = undefined;
      clock.advance(30_000);
    } else if (action === 'store is created again') {
      const keys = [...store.store.entries.keys()];
      if (keys.length > 0) store.store.update({ deletes: keys }, store.store.describe().etag);
      seen = new Map();
      if (number % 2 === 0) {
        mirror.body = undefined;
        environments[active] = environment();
        clock.advance(30_000);
      }
      // Until an audit the updater believes that the store is as it was.
      isAudit = true;
    }
    stand.become(...fleet.values());
    await sweep();
    clock.advance((number % 3) * 1_000);
  }
  isBucketDown = false;
  isAudit = true;
  for (let n = 0; n < 2; n++) {
    clock.advance(20_000);
    await sweep();
  }
  checkSettled();
}

test('in every history no number falls, no hint leads to an address that is gone, and the truth becomes that of the store', async () => {
  const numRuns = process.env['CI'] === 'true' ? 600 : 60;
  await fc.assert(fc.asyncProperty(history, play), { numRuns });
}, 120_000);
