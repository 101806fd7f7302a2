import { describe, expect, test } from 'vitest';
import { encodeEntry } from '../../../core/entry/entry.ts';
import { shardOf } from '../../../core/live/shard.ts';
import { signInStand } from '../../support/stands/sign-in/sign-in-stand.ts';
import { app, member, SHOP } from '../../support/stands/updater-stand.ts';
import { NOW } from '../../support/values/instances.ts';

const WIKI = 'wiki.dev.example.com';

type Stand = Awaited<ReturnType<typeof signInStand>>;

/** A stand whose app is an hour old. */
async function old(...sketches: Parameters<typeof signInStand>) {
  const stand = await signInStand(...(sketches.length > 0 ? sketches : [app(1, 'shop')]));
  await stand.sweep();
  stand.clock.advance(60_000 * 60);
  await stand.sweep();
  return stand;
}

/** The facts of the truth about the shop while the store is written, and right after it has accepted the write. */
function watch({ store, truthOf }: Stand) {
  const seen: unknown[] = [];
  store.before = () => seen.push(truthOf(SHOP)?.fact);
  store.after = () => seen.push(truthOf(SHOP)?.fact);
  return seen;
}

const savesOf = ({ first }: Stand) => [...first.shards.values()].reduce((sum, { saves }) => sum + saves, 0);

describe('the truth about', () => {
  test('a new app has its address, after the store has accepted it, in one request', async () => {
    const stand = await old();
    const seen = watch(stand);
    const saves = savesOf(stand);
    stand.become(app(1, 'shop'), app(2, 'wiki'));
    await stand.sweep();
    const entry = stand.entryOf('wiki');
    expect(stand.truthOf(WIKI)).toEqual({
      sequence: entry?.sequence,
      at: NOW + 3_600,
      fact: {
        is: 'app',
        since: entry?.sequence,
        port: 80,
        instance: entry?.instances[0]?.id,
        address: { via: 'ipv4', name: stand.addresses('wiki')[0] },
      },
    });
    expect(seen).toEqual([undefined, undefined]);
    expect(savesOf(stand)).toBe(saves + 1);
  });

  test('an app that stops is there before the store is written, in one request', async () => {
    const stand = await old();
    const seen = watch(stand);
    const saves = savesOf(stand);
    stand.become(app(1, 'shop', { state: 'stopped' }));
    await stand.sweep();
    const closed = { is: 'closed', letter: 'A', since: NOW + 1 };
    expect(seen).toEqual([closed, closed]);
    expect(stand.truthOf(SHOP)).toEqual({
      ...{ sequence: stand.entryOf('shop')?.sequence, at: NOW + 3_600, fact: closed },
    });
    expect(savesOf(stand)).toBe(saves + 1);
  });

  test('an app that is gone is there before the store is written, and no longer than the tombstone', async () => {
    const stand = await old(app(1, 'shop'), app(2, 'wiki'));
    const seen = watch(stand);
    stand.become(app(2, 'wiki'));
    await stand.sweep();
    expect(seen).toEqual([expect.objectContaining({ is: 'gone' }), expect.objectContaining({ is: 'gone' })]);
    await stand.sweepFor(3);
    await stand.sweep(stand.environment());
    expect(stand.truthOf(SHOP)?.fact.is).toBe('gone');
    await stand.sweepFor(3);
    expect(stand.store.store.get(SHOP)).toBeUndefined();
    await stand.sweep(stand.environment());
    expect(stand.truthOf(SHOP)).toBeUndefined();
  });

  test('an app that moves has no address until the store has accepted the new one', async () => {
    const stand = await old();
    const seen = watch(stand);
    stand.become(app(2, 'shop'));
    await stand.sweep();
    expect(seen).toEqual([{ is: 'other' }, { is: 'other' }]);
    expect(stand.truthOf(SHOP)?.fact).toMatchObject({
      is: 'app',
      instance: stand.entryOf('shop')?.instances[0]?.id,
    });
  });

  test('a group is other', async () => {
    const stand = await old(member(1, 'shop'));
    stand.become(member(1, 'shop'), member(2, 'shop'));
    await stand.sweep();
    expect(stand.truthOf(SHOP)?.fact).toEqual({ is: 'other' });
  });

  test('everything else is absent: nothing changed in the last four minutes', async () => {
    const stand = await old();
    stand.become(app(1, 'shop'), app(2, 'wiki'));
    await stand.sweep();
    expect(stand.truthOf(SHOP)).toBeUndefined();
    stand.clock.advance(240_000);
    const name = [...Array(200).keys()]
      .map((n) => `app-${n}`)
      .find((each) => shardOf(`${each}.dev.example.com`) === shardOf(WIKI));
    stand.become(app(1, 'shop'), app(2, 'wiki'), app(3, name ?? ''));
    await stand.sweep();
    expect(stand.truthOf(`${name}.dev.example.com`)?.fact.is).toBe('app');
    expect(stand.live.get(shardOf(WIKI))?.body).not.toContain(WIKI);
  });

  test('a quiet fleet costs no request', async () => {
    const stand = await old();
    const before = savesOf(stand);
    for (const notebook of stand.first.shards.values()) notebook.fault = new Error('asked');
    await stand.sweepFor(3);
    expect(savesOf(stand)).toBe(before);
    expect(stand.lines.filter(({ level }) => level === 'ERROR')).toEqual([]);
  });

  test('a dry run is not written', async () => {
    const stand = await signInStand(app(1, 'shop'));
    await stand.sweep(stand.environment({ mode: 'dry-run' }));
    expect([...stand.live.values()].some(({ body }) => body !== undefined)).toBe(false);
  });
});

describe('a bucket that fails', () => {
  const fail = ({ first }: Stand, fault: Error | undefined) => {
    for (const notebook of first.shards.values()) notebook.fault = fault;
  };

  test.each([
    ['removal', app(1, 'shop', { state: 'stopped' }), { is: 'closed' }],
    ['addition', app(2, 'shop'), { is: 'app' }],
  ] as const)('does not stop the %s, is counted, and is mended by the next sweep', async (_, next, fact) => {
    const stand = await old();
    fail(stand, new Error('S3 is out'));
    stand.become(next);
    await stand.sweep();
    expect(stand.states()).toMatchObject({ shop: next.state === 'stopped' ? 'asleep' : 'live' });
    expect(stand.truthOf(SHOP)).toBeUndefined();
    expect(stand.metrics.runs.at(-1)?.PublishFailures?.[0]).toBeGreaterThan(0);
    expect(stand.lines).toContainEqual(
      expect.objectContaining({
        level: 'ERROR',
        message: expect.stringContaining('the truth of fresh routes'),
      }),
    );
    fail(stand, undefined);
    await stand.sweep();
    expect(stand.truthOf(SHOP)).toMatchObject({ sequence: stand.entryOf('shop')?.sequence, fact });
    expect(stand.metrics.runs.at(-1)?.PublishFailures).toBeUndefined();
  });

  test('holds up a removal for a second at most', async () => {
    const stand = await old();
    const notebook = stand.first.shards.get(shardOf(SHOP));
    if (!notebook) throw new Error('no shard');
    const replace = notebook.replace.bind(notebook);
    const late: (() => void)[] = [];
    notebook.replace = (body, version) =>
      new Promise((resolve) => {
        late.push(() => resolve(replace(body, version)));
        // The alarm after a second.
        setImmediate(() => stand.clock.ring());
      });
    stand.become(app(1, 'shop', { state: 'stopped' }));
    await stand.sweep();
    expect(stand.states()).toMatchObject({ shop: 'asleep' });
    notebook.replace = replace;
    await stand.sweep();
    const mended = stand.truthOf(SHOP);
    expect(mended).toMatchObject({ sequence: stand.entryOf('shop')?.sequence, fact: { is: 'closed' } });
    for (const arrive of late) arrive();
    await new Promise(setImmediate);
    expect(stand.truthOf(SHOP), 'a request that arrives late changes nothing').toEqual(mended);
  });

  test('with a damaged shard gets a new one', async () => {
    const stand = await old();
    const document = stand.live.get(shardOf(SHOP));
    if (document) document.body = 'rubbish';
    stand.become(app(2, 'shop'));
    await stand.sweep(stand.environment());
    expect(stand.truthOf(SHOP)?.fact.is).toBe('app');
  });

  test('with a lost shard gets a new one, without the older changes', async () => {
    const stand = await old();
    stand.become(app(2, 'shop'));
    await stand.sweep();
    const document = stand.live.get(shardOf(SHOP));
    if (document) document.body = undefined;
    stand.become(app(2, 'shop', { state: 'stopped' }));
    await stand.sweep();
    expect(stand.truthOf(SHOP)?.fact).toMatchObject({ is: 'closed' });
  });
});

describe('two environments', () => {
  test('add to the same shard, whoever wrote it last', async () => {
    const stand = await old();
    const other = stand.environment();
    await stand.sweep(other);
    const [a, b] = [...Array(200).keys()]
      .map((n) => `app-${n}`)
      .filter((each) => shardOf(`${each}.dev.example.com`) === shardOf(SHOP));
    stand.become(app(1, 'shop'), app(2, a ?? ''));
    await stand.sweep();
    stand.become(app(1, 'shop'), app(2, a ?? ''), app(3, b ?? ''));
    await stand.sweep(other);
    stand.become(app(1, 'shop', { state: 'stopped' }), app(2, a ?? ''), app(3, b ?? ''));
    await stand.sweep();
    const facts = [SHOP, `${a}.dev.example.com`, `${b}.dev.example.com`].map(
      (key) => stand.truthOf(key)?.fact.is,
    );
    expect(facts).toEqual(['closed', 'app', 'app']);
  });

  test.each(['the same', 'another'])(
    'do not leave a removal in the truth that the store never got: %s mends it',
    async (next) => {
      const stand = await old();
      stand.become(app(1, 'shop', { state: 'stopped' }));
      stand.store.before = () => {
        stand.store.fault = new Error('socket hang up');
        throw stand.store.fault;
      };
      await expect(stand.sweep()).rejects.toThrow('socket hang up');
      expect(stand.truthOf(SHOP)?.fact.is).toBe('closed');
      stand.store.fault = undefined;
      stand.become(app(1, 'shop'));
      await stand.sweep(next === 'another' ? stand.environment() : stand.first);
      expect(stand.states()).toMatchObject({ shop: 'live' });
      expect(stand.truthOf(SHOP)).toBeUndefined();
    },
  );

  test('do not leave a removal in the truth that the service refuses', async () => {
    const stand = await old();
    const write = stand.store.write.bind(stand.store);
    const seen: unknown[] = [];
    stand.store.write = async () => {
      seen.push(stand.truthOf(SHOP)?.fact.is);
      return { outcome: 'refused', reason: 'no' };
    };
    stand.become(app(1, 'shop', { state: 'stopped' }));
    await stand.sweep();
    stand.store.write = write;
    expect([seen, stand.states()]).toMatchObject([['closed'], { shop: 'live' }]);
    expect(stand.truthOf(SHOP)).toBeUndefined();
  });

  test('a new one adds what the last one left out of the truth', async () => {
    const stand = await old();
    for (const notebook of stand.first.shards.values()) notebook.fault = new Error('S3 is out');
    stand.become(app(2, 'shop'));
    await stand.sweep();
    await stand.sweep(stand.environment());
    expect(stand.truthOf(SHOP)).toMatchObject({
      sequence: stand.entryOf('shop')?.sequence,
      fact: { is: 'app' },
    });
  });

  test('an audit mends a shard that a person changed', async () => {
    const stand = await old();
    stand.become(app(2, 'shop'));
    await stand.sweep();
    const before = stand.truthOf(SHOP);
    const document = stand.live.get(shardOf(SHOP));
    if (document) document.body = document.body?.replaceAll('"port":80', '"port":22');
    await stand.handle(stand.first.parts, { action: 'audit' });
    expect(stand.truthOf(SHOP)).toEqual(before);
  });

  test('a value that another writer put into the store is not of the truth', async () => {
    const stand = await old();
    const entry = stand.entryOf('shop');
    if (entry) stand.store.put(WIKI, encodeEntry({ ...entry, deployment: 'other', sequence: NOW + 3_601 }));
    await stand.sweep(stand.environment());
    expect(stand.truthOf(WIKI)).toBeUndefined();
  });
});
