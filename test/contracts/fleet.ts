import { describe, expect, test } from 'vitest';
import type { Fleet } from '../../updater/ports.ts';

/** A fleet to examine, and control over the instances behind it. */
export interface FleetStand {
  fleet: Fleet;
  /** Launches this many instances with these tags; resolves with their ids once they run. */
  launch(tags: Record<string, string>, count?: number): Promise<string[]>;
  /** The network interface of an instance. */
  interfaceOf(id: string): string;
  removeTags(ids: readonly string[]): void;
  /** Resolves once they are stopped. */
  stop(ids: readonly string[]): Promise<void>;
  /** Resolves once they are terminated. */
  terminate(ids: readonly string[]): Promise<void>;
  /** Makes every call fail, or only calls for a page after the first. */
  fail(which: 'every' | 'later'): void;
}

const UNKNOWN_ID = 'i-0123456789abcdef0';

/**
 * Examines an implementation of Fleet by the promises of its doc comment.
 *
 * @param open creates a stand for each test, and ends it
 */
export function examineFleet(name: string, open: () => Promise<FleetStand>): void {
  const idsIn = async (fleet: Fleet, also: readonly string[] = []) =>
    (await fleet.list(also)).instances.map((instance) => instance.id).sort();

  describe(`${name}, like every fleet,`, () => {
    test('lists instances with a proxy tag of any name, and no others', async () => {
      const { fleet, launch } = await open();
      const ours = [...(await launch({ 'proxy:host': 'shop' })), ...(await launch({ 'proxy:hots': 'typo' }))];
      await launch({ Name: 'proxy:host' });
      await launch({});
      expect(await idsIn(fleet)).toEqual(ours.sort());
    });

    test('gives the facts of each instance that routing needs', async () => {
      const { fleet, launch } = await open();
      const [id] = await launch({ 'proxy:host': 'shop', Name: 'mine' });
      expect((await fleet.list([])).instances).toMatchObject([
        {
          id,
          state: 'running',
          launchedAt: expect.any(Number),
          address: {
            via: 'ipv4',
            name: expect.stringMatching(/^ec2-[\d-]+\.compute-1\.amazonaws\.com$/),
          },
          account: expect.stringMatching(/^\d{12}$/),
          region: 'us-east-1',
          tags: { 'proxy:host': 'shop', Name: 'mine' },
        },
      ]);
    });

    test('lists all instances over several pages', async () => {
      const { fleet, launch } = await open();
      const ids = await launch({ 'proxy:host': 'shop' }, 1_001);
      expect(await idsIn(fleet)).toEqual(ids.sort());
    });

    test('lists requested instances even if their tags are gone', async () => {
      const { fleet, launch, removeTags } = await open();
      const [id = ''] = await launch({ 'proxy:host': 'shop' });
      removeTags([id]);
      expect(await idsIn(fleet)).toEqual([]);
      expect((await fleet.list([id])).instances).toMatchObject([{ id, state: 'running', tags: {} }]);
    });

    test('lists each instance once, and omits requested ids that do not exist', async () => {
      const { fleet, launch } = await open();
      const ids = await launch({ 'proxy:host': 'shop' }, 2);
      expect(await idsIn(fleet, [...ids, ...ids, UNKNOWN_ID, 'i-not-an-id', ''])).toEqual(ids.sort());
    });

    test('accepts hundreds of ids at once', async () => {
      const { fleet, launch, removeTags } = await open();
      const ids = await launch({ 'proxy:host': 'shop' }, 450);
      removeTags(ids);
      expect(await idsIn(fleet, ids)).toEqual(ids.sort());
    });

    test('lists stopped and terminated instances, without a public name', async () => {
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

    test('reads single instances with any tags', async () => {
      const { fleet, launch } = await open();
      const [id = ''] = await launch({});
      await launch({ 'proxy:host': 'shop' });
      const { instances, failures } = await fleet.read([id, UNKNOWN_ID, 'i-not-an-id', ''], []);
      expect(instances).toMatchObject([{ id, state: 'running' }]);
      expect(failures).toEqual([]);
      expect(await fleet.read([], [])).toEqual({ instances: [], failures: [] });
    });

    test('reads instances from the source of their account and region alone', async () => {
      const { fleet, launch } = await open();
      const [id = ''] = await launch({});
      await launch({ 'proxy:host': 'shop' });
      const [{ account = '' } = {}] = (await fleet.read([id], [])).instances;
      const here = fleet.sourceOf({ account, region: 'us-east-1' }) ?? '';
      const readFrom = (source: string, ...ids: string[]) =>
        fleet.readFrom({ instances: new Map(ids.map((each) => [each, source])), interfaces: new Map() });
      const { instances, failures } = await readFrom(here, id, UNKNOWN_ID);
      expect(instances).toMatchObject([{ id, state: 'running' }]);
      expect(failures).toEqual([]);
      expect(await readFrom('elsewhere', id)).toEqual({ instances: [], failures: [] });
      expect(await readFrom(here)).toEqual({ instances: [], failures: [] });
    });

    test('reads the instances behind network interfaces, from their source alone', async () => {
      const { fleet, launch, interfaceOf, terminate } = await open();
      const [named = '', behind = '', other = '', gone = ''] = await launch({ 'proxy:host': 'shop' }, 4);
      const left = interfaceOf(gone);
      await terminate([gone]);
      const [{ account = '', interfaces = [] } = {}] = (await fleet.read([behind], [])).instances;
      expect(interfaces).toEqual([interfaceOf(behind)]);
      const here = fleet.sourceOf({ account, region: 'us-east-1' }) ?? '';
      const from = (source: string, ...ids: string[]) => new Map(ids.map((each) => [each, source]));
      const { instances, failures } = await fleet.readFrom({
        instances: from(here, named),
        interfaces: new Map([
          ...from(here, interfaceOf(behind), left, 'eni-0123456789abcdef0', 'eni-attach-0123456789abcdef0'),
          ...from('elsewhere', interfaceOf(other)),
        ]),
      });
      expect(instances.map(({ id }) => id).sort()).toEqual([named, behind].sort());
      expect(failures).toEqual([]);
    });

    test.each([
      ['every', 0],
      ['later', 1_000],
    ] as const)('names the source if %s call fails, and lists earlier pages', async (which, seen) => {
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
