import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { admittedAtEdge } from '../../../core/access/edge-check.ts';
import { PASS } from '../../../core/session/pass.ts';
import { isInTime, open } from '../../../core/session/signed.ts';
import { signInStand } from '../../support/stands/sign-in/sign-in-stand.ts';
import { app } from '../../support/stands/updater-stand.ts';
import { NOW } from '../../support/values/instances.ts';
import { acceptedKeys, isMac, NO_ENTRY } from '../../support/values/session/session-values.ts';

const HOST = 'shop.dev.example.com';
const PASS_ORDER = { action: 'pass', host: 'shop', for: 'ci', days: 30 };

/** A deployment after its first sweep. */
async function readyStand() {
  const stand = await signInStand(app(1, 'shop'));
  await stand.sweep();
  const makePass = async (order: object = PASS_ORDER) => {
    const answer = await stand.order(undefined, order);
    if (!('pass' in answer)) throw new Error(JSON.stringify(answer));
    return answer;
  };
  return { ...stand, makePass };
}

describe('an order for a pass', () => {
  test('makes a pass that the router accepts at this hostname alone, until its end', async () => {
    const { makePass, store } = await readyStand();
    const { pass, issued } = await makePass();
    const keys = store.store.get(':keys') ?? '';
    const admitted = (host: string, now: number) =>
      admittedAtEdge('pass', pass, { keys, now, isMac, scope: { deployment: 'main', host } }, NO_ENTRY);
    expect(admitted(HOST, NOW)).toEqual({ subject: issued.id, user: 'pass:ci' });
    expect(admitted(HOST, NOW + 30 * 86_400 - 1)).toBeDefined();
    expect(admitted(HOST, NOW + 30 * 86_400)).toBeUndefined();
    expect(admitted('other.dev.example.com', NOW)).toBeUndefined();
  });

  test('is in the journal, without the pass', async () => {
    const { makePass, recorded, paper, lines } = await readyStand();
    const { pass, issued } = await makePass({ ...PASS_ORDER, host: HOST });
    expect(recorded()).toEqual([
      {
        ...{ version: 1, at: new Date(NOW * 1000).toISOString(), deployment: 'main', requestId: 'order-2' },
        ...{ action: 'pass', id: issued.id, host: HOST, name: 'ci', endsAt: '2027-02-14T08:00:00.000Z' },
      },
    ]);
    expect(JSON.stringify([recorded(), paper, lines])).not.toContain(pass.slice(-20));
  });

  test('gives no pass without its record', async () => {
    const { order, journal } = await readyStand();
    journal.fault = new Error('S3 is out');
    expect(await order(undefined, PASS_ORDER)).toEqual({
      refused: expect.stringContaining('S3 is out'),
    });
  });

  test.each([
    ['shop.other.example.com', 'is not below dev.example.com'],
    ['a.b', 'is not below dev.example.com'],
    ['dev.example.com', 'is not below dev.example.com'],
    ['*.shop', 'host is not a hostname'],
  ])('for %s is refused', async (host, reason) => {
    const { order } = await readyStand();
    expect(await order(undefined, { ...PASS_ORDER, host })).toEqual({
      refused: expect.stringContaining(reason),
    });
  });

  test('is refused before the first sweep, and while the secret cannot be read', async () => {
    const fresh = await signInStand();
    expect(await fresh.order(undefined, PASS_ORDER)).toEqual({
      refused: expect.stringContaining('the next sweep makes it ready'),
    });
    const { order, held } = await readyStand();
    held.secret = undefined;
    expect(await order(undefined, PASS_ORDER)).toEqual({
      refused: expect.stringContaining('the secret of session keys cannot be read'),
    });
  });

  test('during a rotation uses the next key, so that the pass outlives the current one', async () => {
    const { makePass, held, keys, sweepFor } = await readyStand();
    held.secret = {
      current: { text: 'another', createdAt: NOW },
      previous: { text: 'a secret', createdAt: NOW - 86_400 },
    };
    await sweepFor(5);
    const { pass } = await makePass();
    await sweepFor(600);
    const left = keys();
    if (left === undefined) throw new Error('There are no keys.');
    expect(open(PASS, pass, { deployment: 'main', host: HOST }, acceptedKeys(left), isMac)).toMatchObject({
      name: 'ci',
    });
  });
});

describe('the passes of a deployment', () => {
  test('are listed until they end', async () => {
    const { makePass, order, clock } = await readyStand();
    const { issued } = await makePass({ ...PASS_ORDER, days: 1 });
    expect(await order(undefined, { action: 'passes' })).toEqual({ passes: [issued] });
    clock.advance(86_400_000);
    expect(await order(undefined, { action: 'passes' })).toEqual({ passes: [] });
  });

  test('are refused by the edge after the sweep that follows their revocation, until they would have ended', async () => {
    const { makePass, order, keys, sweepFor, recorded, clock, sweep } = await readyStand();
    const { issued } = await makePass({ ...PASS_ORDER, days: 1 });
    expect(await order(undefined, { action: 'revoke', id: issued.id })).toEqual({ revoked: issued.id });
    expect(await order(undefined, { action: 'passes' })).toEqual({ passes: [] });
    await sweepFor(1);
    expect(keys()?.revoked).toEqual([issued.id]);
    expect(recorded().at(-1)).toMatchObject({ action: 'revoke', id: issued.id });
    expect(isInTime({ endsAt: NOW + 86_400 }, NOW)).toBe(true);
    clock.advance(86_400_000);
    await sweep();
    expect(keys()?.revoked).toEqual([]);
  });

  test('of two people who order at the same time are both kept', async () => {
    const { environment, order } = await readyStand();
    const [one, two] = [environment(), environment()];
    await Promise.all([order(one, PASS_ORDER), order(two, { ...PASS_ORDER, for: 'night' })]);
    expect(await order(undefined, { action: 'passes' })).toMatchObject({
      passes: expect.arrayContaining([
        expect.objectContaining({ name: 'ci' }),
        expect.objectContaining({ name: 'night' }),
      ]),
    });
  });
});

describe('an order to sign out', () => {
  test('reaches the concierge with the next sweep, and leaves others alone', async () => {
    const { order, sweepFor, published, keys, recorded } = await readyStand();
    await order(undefined, { action: 'sign-out', user: 'alice@example.com' });
    await sweepFor(1);
    expect(published()).toMatchObject({ epoch: NOW, signedOut: new Map([['alice@example.com', NOW]]) });
    expect(keys()?.epoch).toBe(NOW);
    const person = createHash('sha256').update('alice@example.com').digest('base64url');
    expect(recorded()).toEqual([expect.objectContaining({ action: 'sign-out', person, everybody: false })]);
    expect(JSON.stringify(recorded())).not.toContain('alice');
  });

  test('is not lost when an environment that has not read it publishes the list', async () => {
    const { first, become, handle, order, sweepFor, environment, published } = await readyStand();
    await order(undefined, { action: 'sign-out', user: 'alice@example.com' });
    await sweepFor(1, environment());
    become(app(1, 'shop'), app(2, 'docs'));
    await handle(first.parts, { action: 'reconcile' });
    expect([...published().hosts.keys()]).toContain('docs.dev.example.com');
    expect([...published().signedOut.keys()]).toEqual(['alice@example.com']);
  });

  test('is carried out once, although the answer to its write is lost', async () => {
    const { environment, order, orders, clock } = await readyStand();
    clock.advance(5_000);
    const one = environment();
    const replace = one.orders.replace.bind(one.orders);
    one.orders.replace = async (body, version) => {
      await replace(body, version);
      return 'changed';
    };
    const signOut = { action: 'sign-out', user: 'alice@example.com', everybody: true };
    expect(await order(one, signOut)).toEqual({ signedOut: 'alice@example.com', everybody: true });
    expect(orders().epoch).toBe(NOW + 5);
  });

  test('of everybody raises the epoch of router and concierge, in every environment from then on', async () => {
    const { order, sweepFor, published, keys, clock, environment } = await readyStand();
    clock.advance(5_000);
    await order(undefined, { action: 'sign-out', user: 'alice@example.com', everybody: true });
    await sweepFor(1, environment());
    expect([keys()?.epoch, published().epoch]).toEqual([NOW + 5, NOW + 5]);
  });
});

describe('the access rules for the concierge', () => {
  const gated = (rule: string) => app(1, 'shop', { tags: { 'proxy:host': 'shop', 'proxy:access': rule } });

  test('are published with the number of their write, and again only when they change', async () => {
    const { become, sweep, published, first, store } = await signInStand(gated('group:devs'));
    await sweep();
    const { sequence, hosts } = published();
    expect(hosts).toEqual(new Map([[HOST, { since: sequence, rule: 'group:devs' }]]));
    await sweep();
    expect(first.accessFile.saves).toBe(1);
    become(gated('alice@example.com'));
    await sweep();
    const later = published();
    expect(later.hosts.get(HOST)).toEqual({ since: later.sequence, rule: 'alice@example.com' });
    expect(later.sequence).toBeGreaterThan(sequence);
    expect(store.store.get(HOST)).toContain('alice@example.com');
  });

  test('have a number that fits into a session, although a person has written a higher one into the store', async () => {
    const { sweep, published, environment, store } = await signInStand(gated('group:devs'), app(2, 'docs'));
    await sweep();
    const { sequence } = published();
    store.put(HOST, (store.store.get(HOST) ?? '').replace(/#\w+$/, '#zzzzzzzzz'));
    await sweep(environment());
    expect(store.store.get(HOST)).toContain('#zzzzzzzzz');
    expect(published().sequence).toBe(sequence);
  });

  test('are published again by the next sweep, if S3 refused them', async () => {
    const { sweep, published, first, lines } = await signInStand(gated('group:devs'));
    first.accessFile.fault = new Error('S3 is out');
    await sweep();
    expect(lines).toContainEqual(
      expect.objectContaining({ message: 'the list of access rules could not be written' }),
    );
    first.accessFile.fault = undefined;
    await sweep();
    expect(published().hosts.size).toBe(1);
  });

  test('are published again by an environment that takes over', async () => {
    const { sweep, published, access, environment } = await signInStand(gated('group:devs'));
    await sweep();
    delete access.body;
    await sweep(environment());
    expect(published().hosts.size).toBe(1);
  });

  test('are published again within an hour, if the file is lost', async () => {
    const { sweepFor, published, access } = await signInStand(gated('group:devs'));
    await sweepFor(1);
    delete access.body;
    await sweepFor(59);
    expect(access.body).toBeUndefined();
    await sweepFor(1);
    expect(published().hosts.size).toBe(1);
  });
});
