import { beforeEach, describe, expect, test } from 'vitest';
import type { Fact } from '../../../core/live/change.ts';
import { HINT } from '../../../core/session/hint.ts';
import { SESSION } from '../../../core/session/session.ts';
import { HINT_COOKIE, SESSION_COOKIE } from '../../../core/wire/session.ts';
import { seal, unseal } from '../../../edge/concierge/desk.ts';
import type { Provider } from '../../../edge/concierge/provider/provider.ts';
import { ipv4 } from '../../support/values/instances.ts';
import { SUBJECT, user } from '../../support/values/session/session-values.ts';
import { Browser } from './support/browser.ts';
import { APEX, createWorld, SHOP, type World } from './support/stand.ts';

const WIKI = 'wiki.dev.example.com';
const DOCS = 'docs.dev.example.com';
const NOTHING = 'nothing.dev.example.com';

const ALICE = {
  user: user('alice@example.com'),
  subject: SUBJECT,
  isDomainVouched: true,
  groups: ['devs'],
};
/** A provider that signs alice in without a page. */
const provider: Provider = {
  signInAddress: async ({ state }) => `https://${APEX}/_proxy/api/callback?${new URLSearchParams({ state })}`,
  finish: async () => ALICE,
};

const APP: Fact = {
  ...{ is: 'app', since: 50, port: 8080, instance: 'i-0123456789abcdef0' },
  address: ipv4('ec2-203-0-113-25.compute-1.amazonaws.com'),
};

let world: World;
let browser: Browser;
beforeEach(() => {
  world = createWorld(provider);
  browser = new Browser(world.desk);
  for (const host of [SHOP, WIKI, NOTHING]) signIn(host);
});

function signIn(host: string, more: { sequence?: number; level?: number } = {}): void {
  const { desk, keys, now } = world;
  const person = { signedInAt: now, epoch: 3, ...ALICE, endsAt: now + 60 };
  const session = seal(desk, SESSION, { ...person, sequence: 100, level: 0, ...more }, host, keys.edge);
  browser.cookies(host).set(SESSION_COOKIE, { value: session, path: '/' });
}

function change(host: string, fact: Fact, more: { age?: number; until?: number } = {}): void {
  const { age = 3, ...rest } = more;
  if (world.changes === 'unreadable') throw new Error('the changes are unreadable');
  world.changes.set(host, { sequence: 105, at: world.now - age, fact, ...rest });
}

const ask = (host: string) => browser.send(`https://${host}/_proxy/api/status`);
const told = async (host: string) => (await ask(host)).json();
const arrival = (host: string, to = '/cart?a=1') =>
  `https://${host}/_proxy/api/arrive?${new URLSearchParams({ to })}`;

/** The hint that the browser keeps for a hostname, as the router would read it. */
function hintAt(host: string) {
  const { value = '' } = browser.cookies(host).get(HINT_COOKIE) ?? {};
  return unseal(world.desk, HINT, value, host, world.keys.edge.accept);
}

describe('status', () => {
  test('says that a hostname has not changed lately, with the number of the access rules', async () => {
    expect(await told(SHOP)).toEqual({ state: 'unchanged', sequence: 100 });
    change(SHOP, APP, { age: 240 });
    expect(await told(SHOP)).toEqual({ state: 'unchanged', sequence: 100 });
  });

  test.each<[Fact, string]>([
    [APP, 'live'],
    [{ is: 'closed', since: 50, letter: 'A' }, 'asleep'],
    [{ is: 'closed', since: 50, letter: 'S' }, 'starting'],
    [{ is: 'closed', since: 50, letter: 'W' }, 'waking'],
    [{ is: 'closed', since: 50, letter: 'M' }, 'maintenance'],
    [{ is: 'closed', since: 50, letter: 'C' }, 'conflict'],
    [{ is: 'gone', since: 50 }, 'unknown'],
    // The tombstone of a value from before sign-in, whose access word the router refuses.
    [{ is: 'gone', since: 0 }, 'changed'],
    [{ is: 'other' }, 'changed'],
  ])('says the state of $is as the pages of the router do, and nothing else', async (fact, state) => {
    change(SHOP, fact);
    expect(await told(SHOP)).toEqual({ state, sequence: 105 });
  });

  test('says only "changed" of a route that has expired since', async () => {
    change(SHOP, APP, { until: world.now });
    expect(await told(SHOP)).toEqual({ state: 'changed', sequence: 105 });
  });

  test('is stored nowhere', async () => {
    expect((await ask(SHOP)).headers.get('cache-control')).toBe('no-store');
  });

  test('needs a session at a gated hostname, and answers alike for a name without an entry', async () => {
    change(SHOP, APP);
    const stranger = new Browser(world.desk);
    const answers = [SHOP, WIKI, NOTHING].map(async (host) => {
      const answer = await stranger.send(`https://${host}/_proxy/api/status`);
      return [answer.status, [...answer.headers], await answer.text()];
    });
    const [shop, ...others] = await Promise.all(answers);
    expect(shop?.[0]).toBe(401);
    for (const other of others) expect(other).toEqual(shop);
  });

  test('answers alike for an entry and for none if neither has changed', async () => {
    expect(await told(NOTHING)).toEqual(await told(WIKI));
  });

  test('needs no session at an open hostname', async () => {
    change(DOCS, { ...APP, since: 'open' });
    expect(await told(DOCS)).toEqual({ state: 'live', sequence: 105 });
  });

  test('says only "changed" of an open hostname whose own entry is gone while a wildcard covers it', async () => {
    const below = `new.${DOCS}`;
    world.hosts.set(`*.${DOCS}`, 'open');
    change(below, { is: 'gone', since: 'open' });
    expect(await told(below)).toEqual({ state: 'changed', sequence: 105 });
    world.hosts.set(below, 'open');
    expect(await told(below)).toEqual({ state: 'unknown', sequence: 105 });
  });

  test('tells a viewer without a session nothing about a hostname that was closed to strangers since', async () => {
    change(DOCS, APP);
    expect(await told(DOCS)).toEqual({ state: 'changed', sequence: 105 });
  });

  test.each([
    ['from before the access rule', { sequence: 49 }],
    ['for a wildcard', { level: 1 }],
  ])('tells a session %s nothing that the router would refuse', async (_, session) => {
    world.hosts.delete(WIKI);
    signIn(WIKI, session);
    change(WIKI, APP);
    expect(await told(WIKI)).toEqual({ state: 'changed', sequence: 105 });
  });

  test('is 503 with two seconds of Retry-After if S3 fails, and the reason is in the log alone', async () => {
    world.changes = 'unreadable';
    const answer = await ask(SHOP);
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '2']);
    expect(await answer.text()).not.toContain('S3');
    expect(world.reasons).toEqual(['UnavailableError: S3 answers 503 for access/live/0.json']);
  });
});

describe('arrive from a page that waits', () => {
  test('gives the browser a hint, and leads back to the page', async () => {
    change(SHOP, APP);
    const { steps, url, headers } = await browser.open(arrival(SHOP), { follow: 0 });
    expect(steps.map(({ state }) => state)).toEqual(['back']);
    expect(headers.get('location')).toBe(`https://${SHOP}/cart?a=1`);
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('set-cookie')).toMatch(/; Max-Age=45; Path=\/; Secure; HttpOnly; SameSite=Lax$/);
    expect(hintAt(SHOP)).toEqual({ endsAt: world.now + 45, sequence: 105, fact: APP });
    expect(url).toBe(arrival(SHOP));
  });

  test('gives a hint for that hostname alone', async () => {
    change(SHOP, APP);
    await browser.open(arrival(SHOP));
    const { value = '' } = browser.cookies(SHOP).get(HINT_COOKIE) ?? {};
    expect(unseal(world.desk, HINT, value, WIKI, world.keys.edge.accept)).toBeUndefined();
    expect(unseal(world.desk, HINT, value, SHOP, world.keys.apex.accept)).toBeUndefined();
  });

  test.each<[string, () => void]>([
    ['nothing has changed lately', () => change(SHOP, APP, { age: 240 })],
    ['the change fits into no hint', () => change(SHOP, { is: 'other' })],
    ['S3 fails', () => Object.assign(world, { changes: 'unreadable' })],
  ])('removes an older hint if %s, and leads back', async (_, happen) => {
    change(SHOP, APP);
    await browser.open(arrival(SHOP));
    expect(hintAt(SHOP)).toBeDefined();
    happen();
    const page = await browser.open(arrival(SHOP));
    expect([page.url, page.state]).toEqual([`https://${SHOP}/cart?a=1`, 'app']);
    expect(browser.cookies(SHOP).has(HINT_COOKIE)).toBe(false);
  });

  test('sets no cookie if there is neither a newer state nor a hint', async () => {
    const { headers } = await browser.open(arrival(SHOP), { follow: 0 });
    expect(headers.getSetCookie()).toEqual([]);
  });

  test.each([
    '//evil.example.com/',
    'https://evil.example.com/',
    '/\\evil.example.com',
    '/_proxy/api/arrive?to=/',
    `/${'a'.repeat(1_024)}`,
    '',
  ])('leads to the start page instead of %j', async (to) => {
    const { headers } = await browser.open(arrival(SHOP, to), { follow: 0 });
    expect(headers.get('location')).toBe(`https://${SHOP}/`);
  });

  test('leads a viewer without a session through sign-in, which asks S3 for no changes', async () => {
    world.changes = 'unreadable';
    const stranger = new Browser(world.desk);
    const first = await stranger.openUntil('start', arrival(SHOP));
    world.reasons.length = 0;
    const page = await stranger.open(first);
    expect([page.url, page.state]).toEqual([`https://${SHOP}/cart?a=1`, 'app']);
    expect(stranger.cookies(SHOP).has(HINT_COOKIE)).toBe(false);
    expect(world.reasons).toEqual([]);
  });

  test('gives no hint to a session from before a change of claimant, and a new session gets one', async () => {
    world.sequence = 105;
    world.hosts.set(SHOP, { since: 105, rule: 'group:devs' });
    change(SHOP, { ...APP, since: 105 });
    expect((await ask(SHOP)).status).toBe(401);
    const page = await browser.open(arrival(SHOP));
    expect(page.steps.some(({ state }) => state === 'signed in')).toBe(true);
    expect(hintAt(SHOP)).toBeUndefined();
    await browser.open(arrival(SHOP));
    expect(hintAt(SHOP)?.fact).toEqual({ ...APP, since: 105 });
    expect((await ask(SHOP)).status).toBe(200);
  });

  test('leads a browser without cookies back once at an open hostname, and to a page at a gated one', async () => {
    const blocked = new Browser(world.desk);
    for (const host of [SHOP, DOCS]) blocked.blocked.add(host);
    change(DOCS, { ...APP, since: 'open' });
    expect((await blocked.open(arrival(DOCS))).steps.map(({ state }) => state)).toEqual(['back', 'app']);
    expect((await blocked.open(arrival(SHOP))).state).toBe('no cookies');
  });
});
