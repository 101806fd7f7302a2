import { describe, expect, test } from 'vitest';
import type { Entry } from '../../../core/entry/entry.ts';
import { encodeTombstone } from '../../../core/entry/tombstone.ts';
import { HINT, type HintedFact } from '../../../core/session/hint.ts';
import { sign } from '../../../core/session/signed.ts';
import { closed, live, on, overIpv6, rule } from '../../edge/support/entries.ts';
import type { Place } from '../../edge/support/router-case.ts';
import { cli } from '../../support/tools/cli.ts';
import { idOf, publicNameOf } from '../../support/values/instances.ts';
import { KEYS, mac, SCOPE } from '../../support/values/session/session-values.ts';
import { app, deployedAt, explained, SHOP, WRITTEN } from './stand.ts';

const LEASE_END = 1_795_440_000;
const asleep = closed('asleep', { sequence: WRITTEN, instances: [{ id: idOf(1), launchedAt: WRITTEN }] });
const spread = app(3, {
  token: 'c2VjcmV0',
  rules: [
    rule('=/health', { to: [on(0)] }),
    rule('/api', { to: [on(1, 8080)], conditions: [{ on: 'header', name: 'x-canary', value: '1' }] }),
    rule('/api', { to: 'maintenance', conditions: [{ on: 'method', value: 'POST' }] }),
    rule('/api', { to: [on(0, 8080), on(1, 8080, 3)], strip: true, timeout: 20 }),
    rule('/', { to: [on(0), on(1), on(2)], sticky: 'sid' }),
  ],
});

/** The hint of a browser: the text of the concierge, whose MAC `explain` takes for right. */
function hinted(sequence: number, fact: HintedFact): string {
  return `__Host-proxy-hint=${sign(HINT, { endsAt: 4_102_444_800, sequence, fact }, SCOPE, KEYS.current, mac)}`;
}

const awake: HintedFact = {
  ...{ is: 'app', since: 'open', port: 8080, instance: 'i-0123456789abcdef0' },
  address: { via: 'ipv4', name: publicNameOf(9) },
};
const sleeping = { ...asleep, access: 'open' as const };

interface Scene {
  place?: Place;
  store: Readonly<Record<string, Entry | string>>;
  args: readonly string[];
  code: number;
}

const SCENES: Readonly<Record<string, Scene>> = {
  'an app': { store: { [SHOP]: app(1) }, args: ['shop'], code: 0 },
  'an app over IPv6 behind a wildcard': {
    store: { '*.dev.example.com': overIpv6(live('any'), 'any') },
    args: ['https://a.b.dev.example.com/x?y=1'],
    code: 0,
  },
  'an app that is asleep': { store: { [SHOP]: asleep }, args: [SHOP], code: 1 },
  'a path of a pool with a weight': {
    store: { [SHOP]: spread },
    args: [`${SHOP}/api/v1`, '--viewer', '198.51.100.7', '--header', 'X-Canary: 2'],
    code: 0,
  },
  'a pool by cookie': { store: { [SHOP]: spread }, args: [SHOP, '--cookie', 'sid=a'], code: 0 },
  'a rule that is closed': { store: { [SHOP]: spread }, args: [`${SHOP}/api`, '--method', 'post'], code: 1 },
  'a prefix without its slash': { store: { [SHOP]: spread }, args: [`${SHOP}/api`], code: 0 },
  'a lease that has ended': {
    store: { [SHOP]: { ...asleep, expiresAt: LEASE_END } },
    args: [SHOP],
    code: 1,
  },
  'a name that is gone': {
    store: {
      [SHOP]: encodeTombstone({ access: 'public', goneAt: WRITTEN, deployment: 'main', sequence: WRITTEN }),
    },
    args: [SHOP],
    code: 1,
  },
  'a value by hand': { store: { [SHOP]: 'by hand' }, args: [SHOP], code: 1 },
  'a path with two readings': { store: { [SHOP]: spread }, args: [`${SHOP}/api/..%2fadmin`], code: 1 },
  'a gated app': {
    place: 'signIn',
    store: { [SHOP]: app(1, { access: { since: WRITTEN, rule: 'group:devs' } }) },
    args: [SHOP],
    code: 0,
  },
  'a gated app without a session': {
    place: 'signIn',
    store: { [SHOP]: app(1, { access: { since: WRITTEN, rule: 'group:devs' } }) },
    args: [SHOP, '--signed-out'],
    code: 1,
  },
  'an open app': { place: 'signIn', store: { [SHOP]: app(1, { access: 'open' }) }, args: ['shop'], code: 0 },
  'a gated app that another site asks for': {
    place: 'signIn',
    store: { [SHOP]: app(1, { access: { since: WRITTEN } }) },
    args: [SHOP, '--method', 'POST', '--header', 'sec-fetch-site: same-site'],
    code: 1,
  },
  'an app by a hint': {
    place: 'signIn',
    store: { [SHOP]: sleeping },
    args: [SHOP, '--cookie', hinted(WRITTEN + 1, awake)],
    code: 0,
  },
  'a hint that is too old': {
    place: 'signIn',
    store: { [SHOP]: sleeping },
    args: [SHOP, '--cookie', hinted(WRITTEN, awake)],
    code: 1,
  },
  'a path of sign-in': {
    place: 'signIn',
    store: { [SHOP]: sleeping },
    args: [`${SHOP}/_proxy/api/arrive`],
    code: 1,
  },
  'an app of a bare domain': { place: 'bare', store: { shop: app(1) }, args: ['shop'], code: 0 },
  'the portal': { store: {}, args: ['dev.example.com'], code: 1 },
  'our own pages with a header like that of the router': {
    store: {},
    args: ['dev.example.com/_proxy/', '--header', 'x-proxy-host: shop'],
    code: 1,
  },
};

describe('dynamic-edge-proxy explain', () => {
  test.each(Object.entries(SCENES))('explains %s', async (name, { place = 'domain', store, args, code }) => {
    const { out, ...rest } = await explained(deployedAt(place, store), ...args);
    expect(rest).toEqual({ code, err: '' });
    for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    await expect(`${out}\n`).toMatchFileSnapshot(`../../golden/explain/${name.replaceAll(' ', '-')}.txt`);
  });

  test('prints JSON with the outcome and each step', async () => {
    const { out } = await explained(deployedAt('domain', { [SHOP]: app(1) }), 'shop', '--json');
    const { requests } = JSON.parse(out);
    expect(requests).toMatchObject([
      {
        request: `GET https://${SHOP}/`,
        outcome: { is: 'app', key: SHOP, instance: idOf(1), rule: '/', port: 80 },
        explained: true,
      },
    ]);
    expect(requests[0].steps.map(({ code }: { code: string }) => code)).toContain('origin');
  });

  test('shows neither the token of an app nor a key of sign-in', async () => {
    const { out } = await explained(deployedAt('domain', { [SHOP]: spread }), 'shop', '--json');
    expect(out).toContain('x-proxy-token');
    expect(out).not.toContain('c2VjcmV0');
  });

  test.each([
    [['/cart'], /"\/cart" is not the address of an app/],
    [['ftp://shop'], /is not the address/],
    [['shop', '--viewer', 'me'], /--viewer is "me"; expected an IP address/],
    [['shop', '--header', 'accept'], /--header is "accept"; expected NAME: VALUE/],
    [['shop', '--cookie', 'sid'], /--cookie is "sid"; expected NAME=VALUE/],
    [['shop', '--header', 'Cookie: a=b'], /use --cookie NAME=VALUE/],
    [['shop', '--method', 'G T'], /--method is "G T"/],
    [['shop', '--cookie', '__Host-proxy-session=1.2'], /cannot check a session/],
    [['shop', '--header', 'x-proxy-pass: 1.2'], /cannot check a pass/],
  ])('refuses %j', async (args, message) => {
    await expect(explained(deployedAt('domain', {}), ...args)).rejects.toThrow(message);
  });

  test('refuses an unknown target as a wrong command line', async () => {
    expect(await cli('explain', 'shop', '--target', 'gcp')).toMatchObject({
      code: 2,
      err: expect.stringContaining('--target is "gcp"; expected local or aws'),
    });
  });
});
