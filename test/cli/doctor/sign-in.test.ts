import * as oauth from 'oauth4webapi';
import { describe, expect, test } from 'vitest';
import type { RunCheck } from '../../../cli/doctor/check.ts';
import { provider } from '../../../cli/doctor/checks/sign-in/provider.ts';
import type { Cloud } from '../../../cli/doctor/cloud.ts';
import { findDeployment } from '../../../cli/doctor/deployment.ts';
import { CHECKS, runChecks, SIGN_IN_CHECKS } from '../../../cli/doctor/examine.ts';
import { NOW } from '../../support/values/instances.ts';
import {
  API,
  CLIENT_SECRET,
  CONCIERGE,
  DISTRIBUTION,
  healthy,
  healthySignedIn,
  SESSION_SECRET,
  SIGN_IN_ENVIRONMENT,
} from './healthy.ts';

const HOME = { deployment: 'main', homeRegion: 'eu-west-1' };
const DAY = 86_400;

/** All findings of one check, as `level: message → remedy`. */
async function findingsOf(check: string, more: Partial<Cloud>): Promise<string[]> {
  const cloud = healthySignedIn(more);
  const checks: Readonly<Record<string, RunCheck>> = { ...CHECKS, ...SIGN_IN_CHECKS };
  const found = await checks[check]?.(cloud, await findDeployment(cloud, HOME));
  return (found?.findings ?? []).map(
    ({ level, message, remedy }) => `${level}: ${message}${remedy === undefined ? '' : ` → ${remedy}`}`,
  );
}

describe('a healthy deployment with sign-in', () => {
  test('passes every check, those of sign-in too', async () => {
    const cloud = healthySignedIn();
    const all = await runChecks(cloud, await findDeployment(cloud, HOME));
    expect(all.map(({ check }) => check)).toEqual([...Object.keys(CHECKS), ...Object.keys(SIGN_IN_CHECKS)]);
    for (const { check, findings } of all) {
      expect(findings.length, check).toBeGreaterThan(0);
      expect(findings.filter(({ level }) => level !== 'ok')).toEqual([]);
    }
  });

  test('has a router of its own for our own pages, whose code is compared as well', async () => {
    expect(await findingsOf('router', {})).toContainEqual(
      expect.stringMatching(/^ok: router main-site-router: LIVE equals the build of this version/),
    );
    const { liveCode } = healthySignedIn();
    const changed = async (name: string) => (name === 'main-site-router' ? 'x' : liveCode(name));
    expect(await findingsOf('router', { liveCode: changed })).toContainEqual(
      expect.stringMatching(/^failure: router main-site-router: LIVE \(1 bytes\) differs/),
    );
  });

  test('does not run the router of apps for our own pages', async () => {
    const { functions } = DISTRIBUTION;
    const distribution = async () => ({ ...DISTRIBUTION, siteFunctions: functions, api: API });
    expect(await findingsOf('router', { distribution })).toContainEqual(
      expect.stringMatching(/^failure: distribution E1 runs .*main-router below \/_proxy\//),
    );
  });

  test('prints the redirect URI that the provider must know', async () => {
    expect(await findingsOf('provider', {})).toContain(
      'ok: the provider must know exactly this redirect URI: https://dev.example.com/_proxy/api/callback',
    );
  });

  test('without networks is not open to the whole internet', async () => {
    const cloud = healthySignedIn();
    const stack: Cloud['stack'] = async (name, region) => {
      const found = await cloud.stack(name, region);
      return (
        found && { ...found, resources: found.resources.filter(({ type }) => type !== 'AWS::WAFv2::IPSet') }
      );
    };
    expect(await findingsOf('viewers', { stack })).toEqual([
      'ok: viewers from every network may sign in; web ACL GateWebAcl-abc limits their rate',
    ]);
  });
});

test('a deployment without sign-in has none of its checks', async () => {
  const cloud = healthy();
  const all = await runChecks(cloud, await findDeployment(cloud, HOME));
  expect(all.map(({ check }) => check)).toEqual(Object.keys(CHECKS));
});

const withApi = (api: Partial<typeof API> | undefined): Partial<Cloud> => ({
  distribution: async () => (api === undefined ? DISTRIBUTION : { ...DISTRIBUTION, api: { ...API, ...api } }),
});

const withEnvironment = (change: object): Partial<Cloud> => ({
  lambda: async () => {
    const found = await healthy().lambda('', '');
    return { ...found, environment: { ...found.environment, ...SIGN_IN_ENVIRONMENT, ...change } };
  },
});

const FORM = { characters: 64, hasBlankEnds: false, isJson: false };

const ofSecret = (arn: string, form: Partial<typeof FORM>): Partial<Cloud> => ({
  secretForm: async (each) => (each === arn ? { ...FORM, ...form } : FORM),
});

const answering = (app: object, start: object = app): Partial<Cloud> => ({
  visit: async (url) => ({ status: 200, ...(url.includes('/api/') ? start : app) }),
});

const BAD: Readonly<Record<string, [string, Partial<Cloud>, RegExp]>> = {
  'an edge stack without the function': [
    'sign-in',
    { stack: healthy().stack },
    /^failure: main-updater has sign-in and the edge stack has not, so no app is protected by it → deploy all stacks/,
  ],
  'an updater without sign-in': [
    'sign-in',
    { lambda: healthy().lambda },
    /^failure: main-updater has no sign-in, so it writes no keys, and every app answers 503 → deploy the updater stack/,
  ],
  'no behaviour of sign-in': [
    'sign-in',
    withApi(undefined),
    /^failure: \/_proxy\/api\/\* of distribution E1 runs no function in place of edge-proxy-main-concierge-0a1b2c3d/,
  ],
  'another function': [
    'sign-in',
    withApi({ functions: [`arn:aws:lambda:us-east-1:111122223333:function:${CONCIERGE}x:3`] }),
    /^failure: .* runs arn:aws:lambda:us-east-1:111122223333:function:edge-proxy-main-concierge-0a1b2c3dx:3 in place/,
  ],
  'settings that cannot be read': [
    'sign-in',
    withApi({ headers: {} }),
    /^failure: the function cannot read its settings/,
  ],
  'another secret of sessions': [
    'sign-in',
    withEnvironment({ SESSION_SECRET_ARN: 'arn:other' }),
    /^failure: the secret of sessions of the function is "arn:aws:\S+", and that of the updater is "arn:other"/,
  ],
  'other groups': [
    'sign-in',
    withEnvironment({ SIGN_IN_GROUPS: 'devs,ops' }),
    /^failure: the groups of the function is "devs", and that of the updater is "devs,ops"/,
  ],
  'an issuer whose path ends without a slash': [
    'provider',
    { metadata: async () => ({ status: 200, issuer: 'https://login.example.com/realms/x/' }) },
    /^failure: the provider calls itself "https:\/\/login\.example\.com\/realms\/x\/", and the deployment expects .* → deploy with -c signInIssuer=https:\/\/login\.example\.com\/realms\/x\/$/,
  ],
  'an issuer that is not a URL, as one word of a command': [
    'provider',
    { metadata: async () => ({ status: 200, issuer: "x'; rm -r *" }) },
    /→ deploy with -c signInIssuer='x'\\''; rm -r \*'$/,
  ],
  'metadata with another status': [
    'provider',
    { metadata: async () => ({ status: 203, issuer: 'https://login.example.com' }) },
    /^failure: https:\/\/login\.example\.com\/\.well-known\/openid-configuration answers 203, so no viewer can sign in/,
  ],
  'an issuer without a provider': [
    'provider',
    { metadata: async () => ({ status: 404 }) },
    /^failure: https:\/\/login\.example\.com\/\.well-known\/openid-configuration answers 404 and names no issuer/,
  ],
  'a secret that does not exist': [
    'sign-in secrets',
    { secret: async () => undefined },
    /^failure: the client secret arn:\S+ does not exist, so no viewer can sign in/,
  ],
  'a secret that will be deleted': [
    'sign-in secrets',
    { secret: async () => ({ changedAt: NOW, isDeleted: true }) },
    /→ aws secretsmanager restore-secret --region eu-central-1 --secret-id arn:/,
  ],
  'a secret with a key of its own': [
    'sign-in secrets',
    { secret: async () => ({ changedAt: NOW, isDeleted: false, ownKey: 'alias/own' }) },
    /^failure: the client secret is encrypted with alias\/own, which the function may not use/,
  ],
  'an empty client secret': ['sign-in secrets', ofSecret(CLIENT_SECRET, { characters: 0 }), /is empty/],
  'a client secret with a line feed': [
    'sign-in secrets',
    ofSecret(CLIENT_SECRET, { hasBlankEnds: true }),
    /^failure: the client secret begins or ends with a blank or a line feed/,
  ],
  'a client secret as the console makes it': [
    'sign-in secrets',
    ofSecret(CLIENT_SECRET, { isJson: true }),
    /^failure: the client secret is JSON/,
  ],
  'a short secret of sessions': [
    'sign-in secrets',
    ofSecret(SESSION_SECRET, { characters: 12 }),
    /^failure: the secret of sessions has only 12 characters/,
  ],
  'secrets that were not renewed for more than a year': [
    'sign-in secrets',
    { secret: async () => ({ changedAt: NOW - 366 * DAY, isDeleted: false }) },
    /^warning: the client secret is 366 days old; many providers end one/,
  ],
  'a store without keys': [
    'sign-in answers',
    answering({ status: 503, state: 'fault' }),
    /^failure: https:\/\/edge-proxy-doctor\.dev\.example\.com answers 503 fault: the store has no keys of sessions/,
  ],
  'apps without sign-in': [
    'sign-in answers',
    answering({ status: 404, state: 'unknown' }),
    /^warning: .* answers 404 unknown without a session, and not 401/,
  ],
  'a function that fails': [
    'sign-in answers',
    answering({ status: 401, state: 'not signed in' }, { status: 503 }),
    /^failure: .*\/_proxy\/api\/start answers 503, and not a redirect to dev\.example\.com/,
  ],
  'a machine outside of the networks': [
    'sign-in answers',
    answering({ status: 403 }),
    /^warning: not checked: .* answers 403 to this machine/,
  ],
  'no access rules': [
    'open names',
    { object: async () => undefined },
    /^failure: there are no access rules yet/,
  ],
  'damaged access rules': [
    'open names',
    { object: async () => '{' },
    /^failure: the access rules cannot be read/,
  ],
};

describe('the doctor finds with sign-in', () => {
  test.each(Object.entries(BAD))('%s', async (_what, [check, more, message]) => {
    const bad = (await findingsOf(check, more)).filter((each) => !each.startsWith('ok'));
    expect(bad.length).toBeGreaterThan(0);
    expect(bad[0]).toMatch(message);
  });
});

test("the doctor accepts exactly those spellings of an issuer that the function's library accepts", async () => {
  const spellings = [
    ...['https://login.example.com', 'https://login.example.com/', 'https://LOGIN.example.com'],
    ...['https://login.example.com:443', 'http://login.example.com', 'https://login.example.com/realms/x'],
    ...[
      'https://login.example.com/realms/x/',
      'https://login.example.com//realms/x',
      'login.example.com',
      '',
    ],
  ];
  const deployment = await findDeployment(healthySignedIn(), HOME);
  const accepted: string[] = [];
  const passed: string[] = [];
  for (const issuer of spellings.filter((each) => each.startsWith('https:'))) {
    for (const named of spellings) {
      const pair = `${issuer} is ${named}`;
      const given = new Response(JSON.stringify({ issuer: named }));
      const isAccepted = await oauth.processDiscoveryResponse(new URL(issuer), given).then(
        () => true,
        () => false,
      );
      if (isAccepted) accepted.push(pair);
      const metadata = { status: 200, issuer: named };
      const [found] = provider.evaluate({ issuer, redirectUri: '', metadata }, deployment);
      if (found?.level === 'ok') passed.push(pair);
    }
  }
  expect(accepted).toContain('https://login.example.com is https://login.example.com/');
  expect(accepted).not.toContain('https://login.example.com/realms/x is https://login.example.com/realms/x/');
  expect(passed).toEqual(accepted);
});

describe('the doctor tells with sign-in', () => {
  test('that a provider spells its URL in another way, which the function accepts', async () => {
    const metadata = async () => ({ status: 200, issuer: 'https://LOGIN.example.com/' });
    expect((await findingsOf('provider', { metadata }))[0]).toBe(
      'ok: https://login.example.com answers, and calls itself https://LOGIN.example.com/, the same URL',
    );
  });

  test('which names every viewer opens', async () => {
    const object = async () =>
      '{"sequence":7,"epoch":1,"hosts":{"shop.dev.example.com":"g7","b.dev.example.com":"o","a.dev.example.com":"o"},"signedOut":{}}';
    expect((await findingsOf('open names', { object }))[0]).toMatch(
      /^ok: every viewer opens, without signing in: a\.dev\.example\.com, b\.dev\.example\.com → if one should not/,
    );
  });

  test('where the function logs, and the command that gives the logs an end', async () => {
    const asked: string[] = [];
    const loggingRegions = async (group: string) => {
      asked.push(group);
      return ['eu-west-1', 'us-east-2'];
    };
    const [told] = await findingsOf('sign-in logs', { loggingRegions });
    expect(asked).toEqual([`/aws/lambda/us-east-1.${CONCIERGE}`]);
    expect(told).toMatch(
      /→ for region in eu-west-1 us-east-2; do aws logs put-retention-policy --region \$region /,
    );
  });

  test('that a value was not read, if the caller may not read it', async () => {
    const told = await findingsOf('sign-in secrets', { secretForm: async () => undefined });
    expect(told.every((each) => each.startsWith('ok'))).toBe(true);
    expect(told[0]).toContain('your role may not read its value');
  });
});

/** The checks that make each call. */
const ASKED_BY: Partial<Record<keyof Cloud, string>> = {
  secret: 'sign-in secrets',
  secretForm: 'sign-in secrets',
  metadata: 'provider',
  visit: 'sign-in answers',
  object: 'open names',
  loggingRegions: 'sign-in logs',
};

test.each(Object.entries(ASKED_BY))(
  'a failed call (%s) becomes a finding and stops no other check',
  async (call, asking) => {
    const denied = async () => {
      throw Object.assign(new Error('not authorized to perform it'), { name: 'AccessDeniedException' });
    };
    const cloud = healthySignedIn({ [call]: denied });
    const deployment = await findDeployment(cloud, HOME);
    const all = await Promise.all(Object.values(SIGN_IN_CHECKS).map((check) => check(cloud, deployment)));
    const bad = all.filter(({ findings }) => findings.some(({ level }) => level !== 'ok'));
    expect(bad.map(({ check }) => check)).toEqual([asking]);
    expect(bad[0]?.findings).toMatchObject([
      { level: 'warning', message: expect.stringContaining('not checked') },
    ]);
  },
);
