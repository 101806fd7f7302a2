import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeEntry } from '../../../core/entry/entry.ts';
import { type Audit, AuditSchedule, PROOF_MS, QUIET_SECONDS } from '../../../updater/store/audit-schedule.ts';
import { OwnMirror } from '../../../updater/store/own-mirror.ts';
import { RememberedFacts } from '../../../updater/store/remembered-facts.ts';
import { StoreCopy } from '../../../updater/store/store-copy.ts';
import { Unrecorded } from '../../../updater/store/unrecorded.ts';
import { Unsettled } from '../../../updater/store/unsettled.ts';
import { changesOf } from '../../contracts/route-store.ts';
import { asleepOn } from '../../support/stands/lists.ts';
import { MemoryNotebook, MemoryRouteStore } from '../../support/stands/memory.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const WEEK = 7 * DAY;
const START = Date.UTC(2026, 10, 23);

const value = (sequence: number) => encodeEntry({ ...asleepOn(1), sequence });

/** A store, its mirror, and environments that follow each other, with a clock. */
async function stand() {
  const store = await MemoryRouteStore.open();
  const head = new MemoryNotebook();
  const bases = [new MemoryNotebook(), new MemoryNotebook()] as const;
  let now = START;
  let environments = 0;
  const start = () => {
    const warn = () => {};
    const [audits, facts] = [new AuditSchedule(() => now), new RememberedFacts()];
    const [unrecorded, unsettled] = [new Unrecorded('main'), new Unsettled(() => now)];
    const carried = { writer: `environment-${++environments}`, facts, unrecorded, audits, unsettled };
    const mirror = new OwnMirror({ head, bases }, carried, warn);
    const watched = unsettled.watch(store);
    return new StoreCopy({ store: watched, mirror, unrecorded, audits, unsettled, warn, now: () => now });
  };
  let copy = start();
  await copy.read();
  return {
    ...{ store, head },
    /** Reads, and returns whether the store was asked. */
    asked: async (audit?: Audit) => {
      const before = store.calls.describe;
      await copy.read(audit);
      return store.calls.describe > before;
    },
    write: async (changes: Readonly<Record<string, string>>) => {
      await copy.write(changesOf(changes));
      await copy.saveMirror();
    },
    /** Time passes, and the sweep of each minute uses the copy. */
    pass: (milliseconds: number) => {
      now += milliseconds;
      copy.noteUse();
    },
    recycle: () => {
      copy = start();
    },
  };
}

describe('an hourly audit', () => {
  test('asks the store each time in the first week, and then once a day', async () => {
    const { asked, pass } = await stand();
    const hours: number[] = [];
    for (let hour = 1; hour <= 24 * 10; hour++) {
      pass(HOUR);
      if (await asked('if due')) hours.push(hour);
    }
    const week = Array.from({ length: 24 * 7 - 1 }, (_, index) => index + 1);
    expect(hours).toEqual([...week, 24 * 8 - 1, 24 * 9 - 1, 24 * 10 - 1]);
  });

  test('asks each time again for a week after a change by another writer', async () => {
    const { store, asked, pass } = await stand();
    pass(WEEK + HOUR);
    expect(await asked('if due')).toBe(true);
    store.put('theirs', 'x');
    pass(HOUR);
    expect(await asked('if due')).toBe(false);
    pass(DAY);
    expect(await asked('if due')).toBe(true);
    pass(HOUR);
    expect(await asked('if due')).toBe(true);
    pass(WEEK - 2 * HOUR);
    expect(await asked('if due')).toBe(true);
    pass(2 * HOUR);
    expect(await asked('if due')).toBe(false);
  });

  test.each([
    [
      'a write that is lost',
      (store: MemoryRouteStore) => {
        store.after = () => {
          throw new Error('socket hang up');
        };
      },
    ],
    [
      'a write that another writer preceded',
      (store: MemoryRouteStore) => {
        store.before = () => store.put('theirs', 'x');
      },
    ],
  ])('asks each time again for a week after %s', async (_, disturb) => {
    const { store, asked, pass, write } = await stand();
    pass(WEEK + HOUR);
    expect([await asked('if due'), await asked('if due')]).toEqual([true, false]);
    disturb(store);
    await write({ shop: value(1) }).catch(() => {});
    await asked();
    pass(HOUR);
    expect(await asked('if due')).toBe(true);
  });

  test('asks each time again for a week after a mirror that could not be saved', async () => {
    const { head, asked, pass, write } = await stand();
    pass(WEEK + HOUR);
    expect([await asked('if due'), await asked('if due')]).toEqual([true, false]);
    head.fault = new Error('SlowDown');
    await write({ shop: value(1) });
    head.fault = undefined;
    await asked();
    pass(HOUR);
    expect(await asked('if due')).toBe(true);
  });

  test('counts the quiet week across environments, by the mirror', async () => {
    const { asked, pass, recycle } = await stand();
    pass(4 * DAY);
    recycle();
    await asked();
    pass(2 * DAY);
    expect(await asked('if due')).toBe(true);
    pass(DAY);
    recycle();
    // A new environment asks anyway, and that is the day's proof.
    expect(await asked()).toBe(true);
    pass(HOUR);
    expect(await asked('if due')).toBe(false);
  });

  test('begins a week with a mirror of a release that did not count weeks', async () => {
    const { head, asked, pass, recycle } = await stand();
    pass(2 * WEEK);
    const { doubtedAt, ...older } = JSON.parse(((await head.load(undefined)) as { body: string }).body);
    expect(doubtedAt).toBe(START / 1000);
    await head.save(JSON.stringify(older));
    recycle();
    await asked();
    pass(HOUR);
    expect(await asked('if due')).toBe(true);
  });

  test('is answered by a write that the store accepted, but not if a person asks', async () => {
    const { asked, pass, write } = await stand();
    pass(WEEK + HOUR);
    await write({ shop: value(1) });
    pass(22 * HOUR);
    expect(await asked('if due')).toBe(false);
    expect(await asked('now')).toBe(true);
  });
});

test('a change by another writer is found within an hour in a restless week, and within a day in a quiet one', () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('write' as const) }),
    fc.record({ kind: fc.constant('foreign' as const) }),
    fc.record({ kind: fc.constant('recycle' as const) }),
    fc.record({ kind: fc.constant('fault' as const) }),
    fc.record({ kind: fc.constant('hours' as const), count: fc.integer({ min: 1, max: 200 }) }),
  );
  return fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
      const { store, head, asked, pass, write, recycle } = await stand();
      let sequence = 0;
      let hours = 0;
      let trouble = 0;
      let changedAt: number | undefined;
      const see = (isAsked: boolean) => {
        if (isAsked && changedAt !== undefined) {
          expect(hours - changedAt).toBeLessThanOrEqual(24);
          trouble = hours;
          changedAt = undefined;
        }
      };
      for (const each of steps) {
        if (each.kind === 'write') {
          await write({ shop: value(++sequence) });
          if (changedAt !== undefined) see(true);
          see(await asked());
        } else if (each.kind === 'foreign') {
          store.put('theirs', `${++sequence}`);
          changedAt ??= hours;
        } else if (each.kind === 'recycle') {
          recycle();
          see(await asked());
        } else if (each.kind === 'fault') {
          head.fault = new Error('SlowDown');
          await write({ wiki: value(++sequence) });
          head.fault = undefined;
          trouble = hours;
          see(await asked());
        } else {
          for (let hour = 0; hour < each.count; hour++) {
            pass(HOUR);
            hours += 1;
            const isAsked = await asked('if due');
            if (hours - trouble < 24 * 7) expect(isAsked).toBe(true);
            see(isAsked);
          }
        }
      }
    }),
    { numRuns: 60 },
  );
});

test('the week and the day are those of the documentation', () => {
  expect([QUIET_SECONDS, PROOF_MS]).toEqual([7 * 86_400, 23 * HOUR]);
  const schedule = new AuditSchedule(() => START);
  expect([schedule.mustAsk(undefined), schedule.mustAsk('if due')]).toEqual([false, true]);
});
