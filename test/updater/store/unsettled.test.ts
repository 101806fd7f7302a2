import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { KnownStore } from '../../../updater/store/known-store.ts';
import { SETTLING_MS } from '../../../updater/store/unsettled.ts';
import { changesOf } from '../../contracts/route-store.ts';
import { MemoryClock, MemoryNotebook, MemoryRouteStore } from '../../support/stands/memory.ts';

const LOST = new Error('socket hang up');

/** A mirror that can be saved and not be loaded, or the reverse. */
class Mirror extends MemoryNotebook {
  /** Number of saves that it refuses next. */
  refusals = 0;
  isReadable = true;

  override load(known: string | undefined): ReturnType<MemoryNotebook['load']> {
    return this.isReadable ? super.load(known) : Promise.reject(new Error('SlowDown'));
  }

  override save(body: string): Promise<string> {
    if (this.refusals-- > 0) return Promise.reject(new Error('SlowDown'));
    return super.save(body);
  }
}

/** A store that may answer late or never, its mirror, and environments that take turns. */
async function stand() {
  const store = await MemoryRouteStore.open();
  const mirror = new Mirror();
  const bases = [new MemoryNotebook(), new MemoryNotebook()] as const;
  const clock = new MemoryClock(0);
  let environments = 0;
  const environment = () =>
    new KnownStore(
      store,
      { head: mirror, bases },
      {
        ...{ deployment: 'main', writer: `environment-${++environments}` },
        warn: () => {},
        now: () => clock.now(),
      },
    );
  /** A run whose write gets no answer. Returns the write's effect, which the store may have later. */
  const fail = async (known: KnownStore, puts: Record<string, string>) => {
    await known.read();
    const { etag } = store.store.describe();
    store.fault = LOST;
    await expect(known.write(changesOf(puts))).rejects.toThrow(LOST);
    store.fault = undefined;
    const isLeft = await known.leaveMark();
    await known.endRun({ recorded: true });
    const takeEffect = () => {
      if (store.store.describe().etag === etag)
        store.store.update({ puts: Object.entries(puts).map(([key, value]) => ({ key, value })) }, etag);
    };
    return { isLeft, takeEffect };
  };
  const succeed = async (known: KnownStore, puts: Record<string, string>) => {
    await known.read();
    await known.write(changesOf(puts));
    await known.endRun({ recorded: true });
  };
  return { store, mirror, clock, environment, fail, succeed };
}

const contentIn = async (known: KnownStore) => Object.fromEntries((await known.read()).entries);

describe('a write without an answer', () => {
  test('is found by the same environment and by another, even if it takes effect after the store was asked', async () => {
    const { environment, succeed, fail, clock } = await stand();
    for (const isOther of [false, true]) {
      const [one, other] = [environment(), environment()];
      await succeed(other, { shop: 'A' });
      await succeed(one, { shop: 'A' });
      const { isLeft, takeEffect } = await fail(one, { shop: 'B' });
      expect(isLeft).toBe(true);
      clock.advance(5_000);
      const next = isOther ? other : one;
      expect(await contentIn(next)).toEqual({ shop: 'A' });
      await next.endRun({ recorded: true });
      takeEffect();
      expect(await contentIn(next)).toEqual({ shop: 'B' });
    }
  });

  test('makes each run ask the store, until one has asked after two minutes', async () => {
    const { store, environment, succeed, fail, clock } = await stand();
    const known = environment();
    await succeed(known, { shop: 'A' });
    await fail(known, { shop: 'B' });
    const asked: number[] = [];
    for (let time = 0; time <= SETTLING_MS + 60_000; time += 30_000) {
      const before = store.calls.describe;
      await known.read();
      await known.endRun({ recorded: true });
      asked.push(store.calls.describe - before);
      clock.advance(30_000);
    }
    expect(asked).toEqual([1, 1, 1, 1, 1, 0, 0]);
  });

  test('costs no further question once the store accepts a later one', async () => {
    const { store, environment, succeed, fail } = await stand();
    const known = environment();
    await succeed(known, { shop: 'A' });
    const { takeEffect } = await fail(known, { shop: 'B' });
    await succeed(known, { shop: 'C' });
    takeEffect();
    const { describe: before } = store.calls;
    expect(await contentIn(known)).toEqual({ shop: 'C' });
    expect(store.calls.describe).toBe(before);
  });

  test('is assumed for two minutes by an environment that cannot read the mirror', async () => {
    const { store, mirror, environment, succeed, fail, clock } = await stand();
    const [one, other] = [environment(), environment()];
    await succeed(other, { shop: 'A' });
    await succeed(one, { shop: 'A' });
    const { takeEffect } = await fail(one, { shop: 'B' });
    mirror.isReadable = false;
    await contentIn(other);
    await other.endRun({ recorded: true });
    mirror.isReadable = true;
    takeEffect();
    clock.advance(30_000);
    const { describe: before } = store.calls;
    expect(await contentIn(other)).toEqual({ shop: 'B' });
    expect(store.calls.describe).toBeGreaterThan(before);
  });

  test('leaves no mark if the mirror cannot be saved', async () => {
    const { mirror, environment, succeed, fail } = await stand();
    const known = environment();
    await succeed(known, { shop: 'A' });
    mirror.fault = new Error('SlowDown');
    expect((await fail(known, { shop: 'B' })).isLeft).toBe(false);
  });
});

/** The end of one write: the store accepts it, does not get it, applies it without an answer, or applies it later. */
type Fate = 'accepted' | 'lost' | 'unanswered' | { after: number };

/** One run: it reads, and then it may write. */
interface Run {
  /** Which of two environments gets it. */
  by: 0 | 1;
  value: string;
  fate: Fate | undefined;
  /** The mirror cannot be loaded at its begin, does not take the first save, or takes none. */
  mirror: 'works' | 'cannot be loaded' | 'takes the second save' | 'takes no save';
  /** Milliseconds until the next run, after a success. */
  gap: number;
}

const run: fc.Arbitrary<Run> = fc.record({
  by: fc.constantFrom(0, 1),
  value: fc.constantFrom('A', 'B'),
  fate: fc.oneof(
    fc.constantFrom<(Fate | undefined)[]>(undefined, 'accepted', 'lost', 'unanswered'),
    fc.record({ after: fc.integer({ min: 1_000, max: 50_000 }) }),
  ),
  mirror: fc.constantFrom('works', 'cannot be loaded', 'takes the second save', 'takes no save'),
  gap: fc.integer({ min: 0, max: 60_000 }),
});

test('two environments that take turns always read what the store has, though a failed run comes back after five seconds', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(run, { minLength: 2, maxLength: 12 }), async (runs) => {
      const { store, mirror, clock, environment, succeed, fail } = await stand();
      const environments = [environment(), environment()] as const;
      const late: { at: number; takeEffect: () => void }[] = [];
      const wait = (milliseconds: number) => {
        clock.advance(milliseconds);
        for (const write of late.splice(0))
          if (write.at <= clock.now()) write.takeEffect();
          else late.push(write);
      };
      await succeed(environments[0], { shop: 'A' });
      await succeed(environments[1], { shop: 'A' });
      for (const { by, value, fate, mirror: how, gap } of runs) {
        const known = environments[by];
        const isFailing = fate !== undefined && fate !== 'accepted';
        // A run that succeeds without any save is a case of its own (docs/decisions/0050).
        mirror.refusals = how === 'takes no save' && isFailing ? 9 : Number(how === 'takes the second save');
        mirror.isReadable = how !== 'cannot be loaded';
        expect(await contentIn(known)).toEqual(Object.fromEntries(store.store.entries));
        mirror.isReadable = true;
        if (!isFailing) {
          if (fate === 'accepted') await known.write(changesOf({ shop: value }));
          await known.endRun({ recorded: true });
          wait(gap);
          continue;
        }
        const { isLeft, takeEffect } = await fail(known, { shop: value });
        if (fate === 'unanswered') takeEffect();
        else if (fate !== 'lost') late.push({ at: clock.now() + fate.after, takeEffect });
        wait(isLeft ? 5_000 : 120_000);
      }
    }),
    { numRuns: 300 },
  );
});
