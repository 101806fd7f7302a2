import { describe, expect, test } from 'vitest';
import type { Fleet } from '../../updater/ports.ts';

/** A fleet under examination, and what happens to the instances behind it. */
export interface FleetStand {
  fleet: Fleet;
  /** Launches so many instances with these tags; resolves with their ids when they run. */
  launch(tags: Record<string, string>, count?: number): Promise<string[]>;
  removeTags(ids: readonly string[]): void;
  /** Resolves when they are stopped. */
  stop(ids: readonly string[]): Promise<void>;
  /** Resolves when they are terminated. */
  terminate(ids: readonly string[]): Promise<void>;
  /** From now on every call answers an error, or only those for a page behind the first. */
  fail(which: 'every' | 'later'): void;
}

const NOBODY = 'i-0123456789abcdef0';

/**
 * Examines an implementation of Fleet: what its doc comment promises, and nothing else.
 *
 * @param open a stand of its own for each test, which also ends it
 */
export function examineFleet(name: string, open: () => Promise<FleetStand>): void {
  const idsIn = async (fleet: Fleet, also: readonly string[] = []) =>
    (await fleet.list(also)).instances.map((instance) => instance.id).sort();

  describe(`${name}, as every fleet,`, () => {
    test('lists what carries a proxy tag, whatever its name, and nothing else', async () => {
      const { fleet, launch } = await open();
      const ours = [...(await launch({ 'proxy:host': 'shop' })), ...(await launch({ 'proxy:hots': 'typo' }))];
      await launch({ Name: 'proxy:host' });
      await launch({});
      expect(await idsIn(fleet)).toEqual(ours.sort());
    });

    test('tells of each instance what routing needs', async () => {
      const { fleet, launch } = await open();
      const [id] = await launch({ 'proxy:host': 'shop', Name: 'mine' });
      expect((await fleet.list([])).instances).toMatchObject([
        {
          id,
          state: 'running',
          launchedAt: expect.any(Number),
          publicName: expect.stringMatching(/^ec2-[\d-]+\.compute-1\.amazonaws\.com$/),
          account: expect.stringMatching(/^\d{12}$/),
          region: 'us-east-1',
          tags: { 'proxy:host': 'shop', Name: 'mine' },
        },
      ]);
    });

    test('lists all of them, however many pages that takes', async () => {
      const { fleet, launch } = await open();
      const ids = await launch({ 'proxy:host': 'shop' }, 1_001);
      expect(await idsIn(fleet)).toEqual(ids.sort());
    });

    test('lists those asked for although their tags are gone', async () => {
      const { fleet, launch, removeTags } = await open();
      const [id = ''] = await launch({ 'proxy:host': 'shop' });
      removeTags([id]);
      expect(await idsIn(fleet)).toEqual([]);
      expect((await fleet.list([id])).instances).toMatchObject([{ id, state: 'running', tags: {} }]);
    });

    test('lists nobody twice, and leaves out who is asked for and does not exist', async () => {
      const { fleet, launch } = await open();
      const ids = await launch({ 'proxy:host': 'shop' }, 2);
      expect(await idsIn(fleet, [...ids, ...ids, NOBODY, 'i-not-an-id', ''])).toEqual(ids.sort());
    });

    test('takes hundreds of questions at once', async () => {
      const { fleet, launch, removeTags } = await open();
      const ids = await launch({ 'proxy:host': 'shop' }, 450);
      removeTags(ids);
      expect(await idsIn(fleet, ids)).toEqual(ids.sort());
    });

    test('shows the stopped and the terminated, without a public name', async () => {
      const { fleet, launch, stop, terminate } = await open();
      const [asleep = ''] = await launch({ 'proxy:host': 'nap' });
      const [gone = ''] = await launch({ 'proxy:host': 'brief' });
      await stop([asleep]);
      await terminate([gone]);
      const { instances: listed } = await fleet.list([gone]);
      expect(listed.find(({ id }) => id === asleep)).toMatchObject({ state: 'stopped' });
      expect(listed.find(({ id }) => id === gone)).toMatchObject({ state: 'terminated' });
      expect(listed.filter((instance) => 'publicName' in instance)).toEqual([]);
    });

    test('reads some instances alone, whatever their tags', async () => {
      const { fleet, launch } = await open();
      const [id = ''] = await launch({});
      await launch({ 'proxy:host': 'shop' });
      const { instances, failures } = await fleet.read([id, NOBODY, 'i-not-an-id', ''], []);
      expect(instances).toMatchObject([{ id, state: 'running' }]);
      expect(failures).toEqual([]);
      expect(await fleet.read([], [])).toEqual({ instances: [], failures: [] });
    });

    test.each([
      ['every', 0],
      ['later', 1_000],
    ] as const)('names the source when %s call fails, and tells what it saw before', async (which, seen) => {
      const { fleet, launch, fail } = await open();
      const ids = await launch({ 'proxy:host': 'shop' }, 1_001);
      fail(which);
      const { instances, failures } = await fleet.list([]);
      expect(failures).toMatchObject([
        { source: 'us-east-1', reason: expect.stringMatching(/Request ?limit ?exceeded/i) },
      ]);
      expect(instances).toHaveLength(seen);
      expect(ids).toEqual(expect.arrayContaining(instances.map(({ id }) => id)));
    });
  });
}
