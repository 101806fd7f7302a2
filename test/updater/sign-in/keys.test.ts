import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { decodeTombstone } from '../../../core/entry/tombstone.ts';
import { PASS } from '../../../core/session/pass.ts';
import { printSessionKeys } from '../../../core/session/session-keys.ts';
import { open } from '../../../core/session/signed.ts';
import { KEYS_KEY } from '../../../core/wire/session.ts';
import { signInStand } from '../../support/stands/sign-in/sign-in-stand.ts';
import { app, stand } from '../../support/stands/updater-stand.ts';
import { NOW, SETTINGS } from '../../support/values/instances.ts';
import { SWEEP } from '../../support/values/made-events.ts';
import { isMac } from '../../support/values/session/session-values.ts';

const AUDIT = { action: 'audit' };

/** HKDF-SHA256 by the letter of RFC 5869, for 32 bytes. */
function keyOf(secret: string, deployment = 'main'): string {
  const extracted = createHmac('sha256', Buffer.alloc(32)).update(secret).digest();
  const info = `dynamic-edge-proxy/1/${deployment}/edge`;
  return createHmac('sha256', extracted).update(`${info}\u0001`).digest('base64url');
}

const rotated = (createdAt: number) => ({
  current: { text: 'another', createdAt },
  previous: { text: 'a secret', createdAt: NOW - 86_400 },
});

describe('the key :keys of the store', () => {
  test('is written by the first sweep, in one write, and then costs nothing', async () => {
    const { sweep, sweepFor, keys, store, reads } = await signInStand(app(1, 'shop'));
    await sweep();
    expect(keys()).toEqual({ epoch: NOW, current: keyOf('a secret'), revoked: [] });
    const { calls } = store;
    const before = { ...calls };
    await sweepFor(3);
    expect(calls).toEqual(before);
    expect(reads.secret).toBe(1);
  });

  test('follows the origin secret with the next sweep', async () => {
    const { sweep, sweepFor, keys, origin } = await signInStand(app(1, 'shop'));
    await sweep();
    expect(keys()?.origin).toBeUndefined();
    origin.secret = 'the-origin-secret';
    await sweepFor(1);
    expect(keys()?.origin).toBe('the-origin-secret');
    origin.secret = undefined;
    await sweepFor(1);
    expect(keys()?.origin).toBe('the-origin-secret');
  });

  test('is not written in a dry run', async () => {
    const { environment, sweep, store, paper } = await signInStand();
    await sweep(environment({ mode: 'dry-run' }));
    expect([store.store.get(KEYS_KEY), paper.body]).toEqual([undefined, undefined]);
  });

  test('survives the end of every app, with its bytes counted', async () => {
    const { sweep, become, keys, store, decisions } = await signInStand(app(1, 'shop'));
    await sweep();
    become(app(2, 'other'));
    await sweep();
    expect(keys()).toBeDefined();
    const value = store.store.get(KEYS_KEY) ?? '';
    const bytes = [...store.store.entries].reduce((sum, [key, each]) => sum + key.length + each.length, 0);
    expect(decisions().at(-1)?.store).toMatchObject({ bytes, items: store.store.entries.size });
    expect(value.length).toBeGreaterThan(40);
  });

  test('is not a hostname for journal and list of routes', async () => {
    const { sweep, decisions, routes, journal, keys, parts } = await signInStand(app(1, 'shop'));
    journal.fault = new Error('S3 is out');
    await sweep();
    journal.fault = undefined;
    await sweep();
    expect(keys()).toBeDefined();
    expect(parts.store.found.missing).toEqual([]);
    expect(JSON.stringify([decisions(), routes()])).not.toContain(KEYS_KEY);
  });

  test.each(['rubbish', undefined])(
    'that another writer sets to %s is repaired by the audit',
    async (value) => {
      const { first, sweep, handle, keys, store } = await signInStand(app(1, 'shop'));
      await sweep();
      const before = keys();
      const change = value === undefined ? { deletes: [KEYS_KEY] } : { puts: [{ key: KEYS_KEY, value }] };
      store.store.update(change, store.store.describe().etag);
      expect(keys()).toBeUndefined();
      await handle(first.parts, AUDIT);
      expect(keys()).toEqual(before);
    },
  );

  test('is written by the next sweep, if another writer was faster', async () => {
    const { sweep, keys, store, lines } = await signInStand();
    store.before = () => store.put('other', 'foreign');
    await sweep();
    expect(keys()).toBeUndefined();
    expect(lines).toContainEqual(
      expect.objectContaining({ level: 'WARN', message: expect.stringContaining('could not be written') }),
    );
    await sweep();
    expect(keys()).toBeDefined();
  });

  test.each<[string, unknown[]]>([
    ['the changes', [SWEEP]],
    ['everything', [SWEEP, AUDIT]],
  ])(
    'is written beside the change of another writer, which the next sweep repairs, also after a look at %s',
    async (_, events) => {
      const wiki = `wiki.${SETTINGS.baseDomain}`;
      const stand = await signInStand(app(1, 'shop'), app(2, 'wiki'));
      await stand.sweep();
      stand.become(app(1, 'shop'), app(2, 'wiki', { state: 'terminated' }));
      await stand.sweepFor(5);
      // The write that takes out the tombstone meets the other writer, and the one of the keys reads the store again.
      stand.store.before = () => stand.store.put(wiki, '3 o spoilt main#toyk8n');
      stand.origin.secret = 'the-origin-secret';
      stand.clock.advance(60_000);
      await stand.handle(stand.first.parts, ...events);
      expect(stand.keys()?.origin).toBe('the-origin-secret');
      expect(stand.store.store.get(wiki)).toContain('spoilt');
      await stand.sweepFor(1);
      expect(decodeTombstone(stand.store.store.get(wiki) ?? '')).toBeDefined();
    },
  );

  test('fits into a store that is full for new names', async () => {
    const { sweep, keys, store } = await signInStand(app(1, 'shop'));
    for (let n = 0; n < 4_960; n++)
      store.store.update({ puts: [{ key: `x${n}`, value: 'y'.repeat(1_000) }] }, store.store.describe().etag);
    await sweep();
    expect(keys()).toBeDefined();
  });
});

describe('a rotation', () => {
  test('shows the next key for ten minutes, and the previous one for a session life', async () => {
    const { sweep, sweepFor, keys, held } = await signInStand();
    await sweep();
    const [old, next] = [keyOf('a secret'), keyOf('another')];
    held.secret = rotated(NOW);
    await sweepFor(4);
    expect(keys()).toMatchObject({ current: old, next });
    await sweepFor(5);
    expect(keys()).toMatchObject({ current: old, next });
    await sweepFor(1);
    expect(keys()).toEqual({ epoch: NOW, current: next, previous: old, revoked: [] });
    await sweepFor(479);
    expect(keys()).toMatchObject({ previous: old });
    await sweepFor(1);
    expect(keys()).toEqual({ epoch: NOW, current: next, revoked: [] });
  });
});

describe('a secret that cannot be read', () => {
  test('keeps its keys for an hour, then they are deleted, and come back with it', async () => {
    const { sweep, sweepFor, keys, held, lines, clock } = await signInStand(app(1, 'shop'));
    await sweep();
    const before = keys();
    held.secret = undefined;
    await sweepFor(63);
    expect(keys()).toEqual(before);
    await sweepFor(2);
    expect(keys()).toBeUndefined();
    expect(lines).toContainEqual(
      expect.objectContaining({ level: 'ERROR', message: expect.stringContaining('were deleted') }),
    );
    await sweepFor(2);
    held.secret = rotated(Math.floor(clock.now() / 1000));
    await sweepFor(1);
    expect(keys()).toMatchObject({ epoch: NOW, current: keyOf('a secret'), next: keyOf('another') });
  });

  test('has its hour counted in the orders, so that a cold start does not begin it anew', async () => {
    const { sweep, keys, held, environment, clock } = await signInStand();
    await sweep();
    held.secret = undefined;
    for (let n = 0; n < 60; n++) {
      clock.advance(60_000);
      await sweep(environment());
      expect(keys()).toBeDefined();
    }
    clock.advance(60_000);
    await sweep(environment());
    expect(keys()).toBeUndefined();
  });

  test('still lets a pass be revoked, in any environment', async () => {
    const { sweep, keys, held, environment, order, clock } = await signInStand();
    await sweep();
    const made = await order(undefined, { action: 'pass', host: 'shop', for: 'ci', days: 1 });
    const id = 'issued' in made ? made.issued.id : '';
    held.secret = undefined;
    await order(undefined, { action: 'revoke', id });
    clock.advance(60_000);
    await sweep(environment());
    expect(keys()?.revoked).toEqual([id]);
  });

  test('is in no log line, record or list, and neither is a key', async () => {
    const { sweepFor, held, lines, journal, routes, access, paper, keys } = await signInStand(app(1, 'shop'));
    await sweepFor(1);
    held.secret = rotated(NOW);
    await sweepFor(15);
    held.secret = undefined;
    await sweepFor(10);
    const told = JSON.stringify([lines, [...journal.records], routes(), access, paper]);
    const { current = '?', previous = '?' } = keys() ?? {};
    for (const secret of ['a secret', 'another', current, previous]) expect(told).not.toContain(secret);
  });
});

describe('an environment that cannot read again', () => {
  test('the orders lowers no epoch, loses no revocation, and publishes no list', async () => {
    const { first, sweep, sweepFor, keys, order, environment, published, handle, store } = await signInStand(
      app(1, 'shop'),
    );
    await sweep();
    const made = await order(undefined, { action: 'pass', host: 'shop', for: 'ci', days: 1 });
    const id = 'issued' in made ? made.issued.id : '';
    await order(undefined, { action: 'revoke', id });
    await order(undefined, { action: 'sign-out', user: 'alice@example.com', everybody: true });
    await sweepFor(1, environment());
    const [before, list] = [keys(), published()];
    expect(before).toMatchObject({ revoked: [id] });
    expect(before?.epoch).toBeGreaterThan(NOW);
    first.orders.fault = new Error('S3 is out');
    await handle(first.parts, AUDIT);
    await sweepFor(2);
    expect([keys(), published()]).toEqual([before, list]);
    // Without keys in the store nothing tells the epoch, so gated names answer 503 until the orders can be read.
    store.store.update({ deletes: [KEYS_KEY] }, store.store.describe().etag);
    await handle(first.parts, AUDIT);
    expect(keys()).toBeUndefined();
    first.orders.fault = undefined;
    await sweepFor(1);
    expect(keys()).toEqual(before);
  });

  test('the secret leaves the next key that another one has written', async () => {
    const { sweep, sweepFor, keys, held, environment } = await signInStand();
    await sweep();
    held.secret = rotated(NOW);
    await sweep(environment());
    const before = keys();
    expect(before).toMatchObject({ current: keyOf('a secret'), next: keyOf('another') });
    held.secret = undefined;
    await sweepFor(9);
    expect(keys()).toEqual(before);
  });
});

describe('lost documents', () => {
  test('of orders come back with epoch and revocations from the store', async () => {
    const { sweep, sweepFor, keys, order, paper, environment } = await signInStand();
    await sweep();
    const made = await order(undefined, { action: 'pass', host: 'shop', for: 'ci', days: 1 });
    await order(undefined, { action: 'revoke', id: 'issued' in made ? made.issued.id : '' });
    await sweepFor(1);
    const before = keys();
    expect(before?.revoked).toHaveLength(1);
    delete paper.body;
    await sweepFor(1, environment());
    expect(keys()).toEqual(before);
    expect(paper.body).toBeDefined();
  });

  test('that are damaged change nothing, and say so', async () => {
    const { sweep, sweepFor, keys, held, paper, lines, environment } = await signInStand();
    await sweep();
    const before = keys();
    paper.body = '{"version":1}';
    held.secret = rotated(NOW - 700);
    await sweepFor(2, environment());
    expect(keys()).toEqual(before);
    expect(lines).toContainEqual(
      expect.objectContaining({ message: expect.stringContaining('is damaged: epoch is not') }),
    );
  });

  test('of the mirror cost no revocation and no epoch', async () => {
    const { sweep, sweepFor, keys, order, mirror, environment } = await signInStand(app(1, 'shop'));
    await sweep();
    await order(undefined, { action: 'sign-out', user: 'alice@example.com', everybody: true });
    await sweepFor(1);
    const before = keys();
    mirror.body = undefined;
    await sweepFor(1, environment());
    expect(keys()).toEqual(before);
    expect(before?.epoch).toBeGreaterThan(NOW);
  });
});

test('sign-in that is switched on again ends the sessions and passes of before, and keeps the epoch', async () => {
  const { sweep, sweepFor, keys, held, order, environment, withoutSignIn, handle, clock, store } =
    await signInStand(app(1, 'shop'));
  await sweep();
  clock.advance(5_000);
  await order(undefined, { action: 'sign-out', user: 'alice@example.com', everybody: true });
  const made = await order(undefined, { action: 'pass', host: 'shop', for: 'ci', days: 30 });
  await sweepFor(1);
  const before = keys();
  await handle(withoutSignIn(), AUDIT);
  expect([keys(), store.store.get('shop.dev.example.com')]).toEqual([before, expect.stringMatching(/^3 p /)]);
  clock.advance(3_600_000);
  held.secret = { current: { text: 'another', createdAt: Math.floor(clock.now() / 1_000) } };
  await sweepFor(1, environment());
  expect(keys()).toEqual({ epoch: before?.epoch, current: keyOf('another'), revoked: [] });
  const pass = 'pass' in made ? made.pass : '';
  expect(pass).not.toBe('');
  expect(
    open(PASS, pass, { deployment: 'main', host: 'shop.dev.example.com' }, [keyOf('a secret')], isMac),
  ).toBeDefined();
  expect(
    open(PASS, pass, { deployment: 'main', host: 'shop.dev.example.com' }, [keyOf('another')], isMac),
  ).toBeUndefined();
});

test('a deployment without sign-in leaves :keys alone, which a release with sign-in has left', async () => {
  const { store, sweep } = await stand();
  store.put(KEYS_KEY, printSessionKeys({ epoch: 0, current: 'a'.repeat(43), revoked: [] }));
  await sweep();
  await sweep();
  expect(store.store.get(KEYS_KEY)).toBeDefined();
});
