import { describe, expect, test } from 'vitest';
import { HINT, type Hint } from '../../../core/session/hint.ts';
import { SESSION } from '../../../core/session/session.ts';
import type { Kind } from '../../../core/session/signed.ts';
import { STATE } from '../../../core/session/state.ts';
import { TICKET } from '../../../core/session/ticket.ts';
import { WHO } from '../../../core/session/who.ts';
import { handle } from '../../../edge/concierge/concierge.ts';
import { cookieValues } from '../../../edge/concierge/cookies/cookies.ts';
import { seal, unseal } from '../../../edge/concierge/desk.ts';
import { isWord, printWord } from '../../../edge/concierge/proofs.ts';
import { ipv4 } from '../../support/values/instances.ts';
import { SUBJECT, user } from '../../support/values/session/session-values.ts';
import { Browser } from './support/browser.ts';
import { APEX, createWorld, NO_PROVIDER, SHOP } from './support/stand.ts';

const world = createWorld(NO_PROVIDER);
const { desk, keys, now } = world;

const person = { signedInAt: now, epoch: 3, subject: SUBJECT, user: user('alice@example.com') };
const BROWSER = 'a'.repeat(22);
const session = { ...person, endsAt: now + 60, sequence: 100, level: 0 };
const who = { ...person, endsAt: now + 60, isDomainVouched: true, groups: ['devs'] };
const ticket = { ...person, endsAt: now + 60, sequence: 100, level: 0, browser: BROWSER };
const state = { endsAt: now + 60, round: 0, nonce: BROWSER, browser: BROWSER, host: SHOP, to: '/' };

const hint: Hint = {
  endsAt: now + 45,
  sequence: 105,
  fact: {
    is: 'app',
    since: 50,
    port: 8080,
    instance: 'i-0123456789abcdef0',
    address: ipv4('ec2-203-0-113-25.compute-1.amazonaws.com'),
  },
};

/** Authentic texts with the way to open each. */
const TEXTS = [
  text(SESSION, session, SHOP, keys.edge.sign),
  text(WHO, who, APEX, keys.apex.sign),
  text(TICKET, ticket, SHOP, keys.apex.sign),
  text(STATE, state, APEX, keys.apex.sign),
  text(HINT, hint, SHOP, keys.edge.sign),
];

function text<T>(kind: Kind<T>, value: T, host: string, key: string) {
  const sealed = seal(desk, kind, value, host, { sign: key, accept: [key] });
  return { sealed, isOpen: (given: string) => unseal(desk, kind, given, host, [key]) !== undefined };
}

/** Repeatable randomness: mulberry32. */
function randomFrom(seed: number): () => number {
  let at = seed;
  return () => {
    at = (at + 0x6d2b79f5) | 0;
    let mixed = Math.imul(at ^ (at >>> 15), 1 | at);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const SIGNS = 'abcXYZ019-_.~|,;="\\/@* \u0000\u00e9\ud83d\n';

/** A text made from authentic ones: with signs changed, dropped, added, or parts exchanged. */
function forge(random: () => number): string {
  const pick = <T>(list: ArrayLike<T>): T => list[Math.floor(random() * list.length)] as T;
  let forged = pick(TEXTS).sealed;
  for (let changes = 1 + Math.floor(random() * 3); changes > 0; changes--) {
    const at = Math.floor(random() * (forged.length + 1));
    const kind = random();
    if (kind < 0.4) forged = forged.slice(0, at) + pick(SIGNS) + forged.slice(at + 1);
    else if (kind < 0.55) forged = forged.slice(0, at) + forged.slice(at + 1);
    else if (kind < 0.7) forged = forged.slice(0, at) + pick(SIGNS) + forged.slice(at);
    else if (kind < 0.85) forged = forged.slice(0, at) + pick(TEXTS).sealed.slice(at);
    else if (kind < 0.95) forged = forged.slice(0, forged.lastIndexOf('.')) + pick(TEXTS).sealed.slice(-44);
    else forged += forged.slice(at);
  }
  return forged;
}

describe('200,000 forged texts', () => {
  test('open nothing, and nothing throws', () => {
    const random = randomFrom(20_261_130);
    const authentic = new Set(TEXTS.map(({ sealed }) => sealed));
    const accepted: string[] = [];
    for (let forgeries = 0; forgeries < 200_000; ) {
      const forged = forge(random);
      if (authentic.has(forged)) continue;
      forgeries += 1;
      const one = TEXTS[forgeries % TEXTS.length];
      if (one?.isOpen(forged)) accepted.push(forged);
      cookieValues(`x=1; ${forged}; __Host-proxy-session=${forged}`, 'session');
    }
    expect(accepted).toEqual([]);
  });

  test('open nothing as another kind, at another hostname, or in another deployment', () => {
    for (const { sealed } of TEXTS)
      for (const other of TEXTS) expect(other.isOpen(sealed)).toBe(other.sealed === sealed);
    const sealed = TEXTS[0]?.sealed ?? '';
    expect(unseal(desk, SESSION, sealed, 'wiki.dev.example.com', keys.edge.accept)).toBeUndefined();
    expect(unseal({ ...desk, deployment: 'other' }, SESSION, sealed, SHOP, keys.edge.accept)).toBeUndefined();
    expect(unseal(desk, SESSION, sealed, SHOP, keys.apex.accept)).toBeUndefined();
  });

  test('give no endpoint a way to throw, or to answer 5xx', async () => {
    const random = randomFrom(7);
    const endpoints = ['start', 'arrive', 'renew', 'sign-out', 'status', 'me', 'sign-in', 'callback'];
    for (let at = 0; at < 4_000; at++) {
      const name = endpoints[at % endpoints.length] ?? '';
      const host = random() < 0.5 ? APEX : SHOP;
      const given = ['ticket', 'state', 'to', 'host', 'browser', 'out', 'again', 'round', 'code'].map(
        (parameter) => [parameter, forge(random)] as [string, string],
      );
      const printable = forge(random).replace(/[^ -~]/g, '');
      const cookie = ['session', 'who', 'browser', 'out', 'arrivals']
        .map((each) => `__Host-proxy-${each}=${printable}`)
        .join('; ');
      const url = `https://${host}/_proxy/api/${name}?${new URLSearchParams(given)}`;
      const method = name === 'renew' || name === 'sign-out' ? 'POST' : 'GET';
      const response = await handle(new Request(url, { method, headers: { cookie } }), desk);
      expect(response.status, url).toBeLessThan(500);
    }
    expect(world.reasons).toEqual([]);
  });
});

describe('a word of ours', () => {
  test('is good for its use and subject until its end, and under no other key', () => {
    const word = printWord(desk, keys.apex.sign, 'out', SUBJECT, now + 60);
    const isGood = (use: 'out' | 'again', subject: string, at: number, key = keys.apex.sign, text = word) =>
      isWord(desk, [key], use, subject, text, at);
    expect(isGood('out', SUBJECT, now + 59)).toBe(true);
    expect(isGood('out', SUBJECT, now + 60)).toBe(false);
    expect(isGood('again', SUBJECT, now)).toBe(false);
    expect(isGood('out', '', now)).toBe(false);
    expect(isGood('out', SUBJECT, now, keys.edge.sign)).toBe(false);
    expect(isGood('out', SUBJECT, now, keys.apex.sign, word.replace(/^./, 'z'))).toBe(false);
    expect(isGood('out', SUBJECT, now, keys.apex.sign, '')).toBe(false);
  });
});

// Shapes by which texts have led browsers to other hosts. None of them names a real site.
const ELSEWHERE = [
  '//evil.example',
  '///evil.example',
  '/\\evil.example',
  '\\\\evil.example',
  '/\t/evil.example',
  '/\n/evil.example',
  '/%09/evil.example',
  '/%2F/evil.example',
  '/%5Cevil.example',
  '/.//evil.example',
  '/..//evil.example',
  '/;@evil.example',
  '/@evil.example',
  '@evil.example',
  '.evil.example',
  ':443@evil.example',
  'https://evil.example',
  'https:evil.example',
  'https:/evil.example',
  'hTTps://evil.example',
  'javascript:alert(1)',
  'java\nscript:alert(1)',
  'data:text/html,x',
  ' //evil.example',
  '\u0000//evil.example',
  '/ /evil.example',
  '//evil.example\\@shop.dev.example.com',
  '//shop.dev.example.com@evil.example',
  '/\u2044evil.example',
  '\uff0f\uff0fevil.example',
  '/?x=//evil.example',
  '/#//evil.example',
  '/x\r\nlocation: https://evil.example',
  '/_proxy/api/start?to=//evil.example',
  '/_proxy/api/../api/sign-in?host=evil.example',
  `/${'x'.repeat(2_000)}`,
  '',
];

describe('a return path that points elsewhere', () => {
  const hostsOf = (steps: readonly { url: string }[]) =>
    new Set(steps.map(({ url }) => new URL(url).hostname));

  test.each(ELSEWHERE)('never leads to another host: %j', async (to) => {
    const browser = new Browser(desk);
    browser.cookies(APEX).set('__Host-proxy-who', { value: TEXTS[1]?.sealed ?? '', path: '/' });
    for (const address of [
      `https://${SHOP}/_proxy/api/start?${new URLSearchParams({ to })}`,
      `https://${SHOP}/_proxy/api/start?to=${encodeURI(to)}`,
      `https://${APEX}/_proxy/api/sign-in?${new URLSearchParams({ to })}`,
      `https://${APEX}/_proxy/api/sign-in?${new URLSearchParams({ host: SHOP, browser: BROWSER, to })}`,
    ]) {
      const page = await browser.open(address);
      expect([...hostsOf(page.steps)].filter((host) => host !== SHOP && host !== APEX)).toEqual([]);
      expect(page.body).not.toContain('evil.example"');
    }
  });

  test.each([
    'evil.example',
    'evil.example/shop.dev.example.com',
    'shop.dev.example.com.evil.example',
    'shopXdev.example.com',
    'evildev.example.com',
    'shop.dev.example.com@evil.example',
    'SHOP.dev.example.com',
    'shop.dev.example.com:8443',
    'shop.dev.example.com.',
    '*.dev.example.com',
    '.dev.example.com',
    'a..dev.example.com',
    '-a.dev.example.com',
    'shop.dev.example.com\\',
    'shop.dev.example.com?',
    '[::1]',
    '\u0000',
  ])('nor does a host: %j', async (host) => {
    const browser = new Browser(desk);
    browser.cookies(APEX).set('__Host-proxy-who', { value: TEXTS[1]?.sealed ?? '', path: '/' });
    const query = new URLSearchParams({ host, browser: BROWSER, to: '/' });
    const response = await browser.send(`https://${APEX}/_proxy/api/sign-in?${query}`);
    const location = response.headers.get('location');
    expect([response.status, location]).toEqual([400, null]);
  });
});
