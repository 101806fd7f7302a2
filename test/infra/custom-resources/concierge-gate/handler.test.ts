import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseAccessFile, printAccessFile } from '../../../../core/entry/access-file.ts';
import { CANARIES } from '../../../../infra/custom-resources/concierge-gate/canaries.ts';
import { WALK_PAUSE_MS } from '../../../../infra/custom-resources/concierge-gate/prove.ts';
import { RealProvider } from '../../../edge/concierge/support/oidc-provider.ts';
import { APEX, conciergeGateStand, type Generated, type Plant, REDIRECT_URI, VERSION } from './gate-stand.ts';

const provider = new RealProvider();
beforeAll(() => provider.start(REDIRECT_URI));
afterAll(() => provider.stop());

const NAMES = CANARIES.map(({ name }) => name);

/** An answer with another header; `null` removes it. */
const withHeader = (answer: Generated, name: string, value: string | null): Generated => {
  const { [name]: _, ...rest } = answer.headers;
  return { ...answer, headers: value === null ? rest : { ...rest, [name]: [{ key: name, value }] } };
};

const headerOf = ({ headers }: Generated, name: string) => headers[name]?.[0]?.value ?? '';

/** An answer whose redirect has another parameter; `null` removes it. */
const withParameter = (answer: Generated, name: string, value: string | null): Generated => {
  const address = new URL(headerOf(answer, 'location'));
  if (value === null) address.searchParams.delete(name);
  else address.searchParams.set(name, value);
  return withHeader(answer, 'location', address.href);
};

const parameterOf = (querystring: string, name: string) => new URLSearchParams(querystring).get(name) ?? '';

/** Answers of one endpoint become wrong. */
const at =
  (endpoint: string, change: (answer: Generated, querystring: string) => unknown): Plant =>
  (answer, { uri, querystring }) =>
    uri === `/_proxy/api/${endpoint}` ? change(answer, querystring) : answer;

const page =
  (status: string, state: string, body = '') =>
  (answer: Generated) => ({
    ...withHeader(withHeader(answer, 'x-proxy-state', state), 'location', null),
    status,
    body,
  });

describe('a function that works', () => {
  test('is proven by all canaries, and its first file of access rules is empty', async () => {
    const { state, send, readAccessFile, pauses } = await conciergeGateStand(provider);
    expect(await send('Create')).toMatchObject({
      Status: 'SUCCESS',
      PhysicalResourceId: expect.stringMatching(/^proven-[\da-f]{16}$/),
    });
    expect(state.visits.map(({ uri }) => uri.replace('/_proxy/api/', ''))).toEqual([
      ...['nothing', 'start', 'start', 'sign-in', 'callback', 'callback', 'arrive', 'status', 'me', 'me'],
    ]);
    expect(pauses).toEqual([]);
    expect(parseAccessFile(readAccessFile())).toEqual({
      ...{ sequence: 0, epoch: 0 },
      ...{ hosts: new Map(), signedOut: new Map() },
    });
  });

  test('keeps the access rules that the updater has written', async () => {
    const { send, accessFile, readAccessFile } = await conciergeGateStand(provider);
    const hosts = new Map([['shop.dev.example.com', { since: 50 }]]);
    const rules = printAccessFile({ sequence: 60, epoch: 0, hosts, signedOut: new Map() });
    writeFileSync(accessFile, rules);
    expect(await send('Create')).toMatchObject({ Status: 'SUCCESS' });
    expect(readAccessFile()).toBe(rules);
  });

  test('may have a provider that finds the code malformed', async () => {
    const { state, send } = await conciergeGateStand(provider);
    state.plant = at('callback', (answer) =>
      headerOf(answer, 'x-proxy-state') === 'once more' ? page('403', 'sign-in failed')(answer) : answer,
    );
    expect(await send('Create')).toMatchObject({ Status: 'SUCCESS' });
  });

  test('writes neither code, state nor cookie into the log of the gate', async () => {
    const { state, send, lines } = await conciergeGateStand(provider);
    await send('Create');
    const secrets = state.visits.flatMap(({ querystring }) =>
      ['code', 'state', 'browser', 'ticket'].map((name) => parameterOf(querystring, name)),
    );
    expect(secrets.filter((secret) => secret !== '').length).toBeGreaterThan(5);
    expect(secrets.filter((secret) => secret !== '' && lines.join('\n').includes(secret))).toEqual([]);
  });
});

describe('a bad function', () => {
  const sequences: readonly [name: string, fault: string, plant: Plant, reason: RegExp][] = [
    [
      'an endpoint that does not exist',
      'answers every path',
      at('nothing', page('200', '')),
      /expected 404 not found, got 200/,
    ],
    [
      'start',
      'needs a session',
      at('start', page('401', 'not signed in')),
      /expected 303 sign in, got 401 not signed in/,
    ],
    [
      'start',
      'leads to another site',
      at('start', (answer) => withHeader(answer, 'location', 'https://evil.example/_proxy/api/sign-in')),
      /expected a redirect to https:\/\/dev\.example\.com\/_proxy\/api\/sign-in, got https:\/\/evil\.example/,
    ],
    ['start', 'leads nowhere', at('start', (answer) => withHeader(answer, 'location', null)), /got none/],
    [
      'start',
      'forgets the path',
      at('start', (answer) => withParameter(answer, 'to', '/')),
      /expected a redirect with to=\/cart\?a=1/,
    ],
    [
      'start',
      'forgets the app',
      at('start', (answer) => withParameter(answer, 'host', 'dev.example.com')),
      /expected a redirect with host=auth\.dev\.example\.com/,
    ],
    [
      'start',
      'sets no cookie',
      at('start', (answer) => withHeader(answer, 'set-cookie', null)),
      /expected one cookie __Host-proxy-browser/,
    ],
    [
      'start',
      'lets scripts read its cookie',
      at('start', (answer) =>
        withHeader(answer, 'set-cookie', headerOf(answer, 'set-cookie').replace(' HttpOnly;', '')),
      ),
      /expected one cookie/,
    ],
    [
      'start',
      'shares its cookie with siblings',
      at('start', (answer) =>
        withHeader(answer, 'set-cookie', `${headerOf(answer, 'set-cookie')}; Domain=dev.example.com`),
      ),
      /expected one cookie/,
    ],
    [
      'start',
      'may be stored',
      at('start', (answer) => withHeader(answer, 'cache-control', 'max-age=60')),
      /expected cache-control: no-store, got max-age=60/,
    ],
    [
      'start',
      'says nothing about storing',
      at('start', (answer) => withHeader(answer, 'cache-control', null)),
      /expected cache-control: no-store, got none/,
    ],
    [
      'start',
      'lets other sites read',
      at('start', (answer) => withHeader(answer, 'access-control-allow-origin', '*')),
      /scripts of other sites/,
    ],
    [
      'start',
      'crashes',
      at('start', () => {
        throw new Error('planted');
      }),
      /the function failed: .*planted/,
    ],
    [
      'start',
      'leaves the request to the origin',
      at('start', () => ({ uri: '/', method: 'GET' })),
      /the function gave no answer/,
    ],
    ['start', 'answers nothing', at('start', () => undefined), /the function gave no answer/],
    [
      'start with the address of another site',
      'is an open redirect',
      at('start', (answer, query) => withParameter(answer, 'to', parameterOf(query, 'to'))),
      /expected a redirect with to=\//,
    ],
    [
      'sign-in',
      'stays at the base domain',
      at('sign-in', (answer) => withHeader(answer, 'location', `${APEX}/_proxy/api/callback`)),
      /expected a redirect to the provider, got https:\/\/dev\.example\.com/,
    ],
    [
      'sign-in',
      'is another client',
      at('sign-in', (answer) => withParameter(answer, 'client_id', 'another')),
      /with client_id=proxy, got another one/,
    ],
    [
      'sign-in',
      'comes back to another site',
      at('sign-in', (answer) => withParameter(answer, 'redirect_uri', 'https://evil.example/')),
      /with redirect_uri=/,
    ],
    [
      'sign-in',
      'asks for a token',
      at('sign-in', (answer) => withParameter(answer, 'response_type', 'id_token')),
      /with response_type=code/,
    ],
    [
      'sign-in',
      'asks for no identity',
      at('sign-in', (answer) => withParameter(answer, 'scope', 'email')),
      /with scope=/,
    ],
    [
      'sign-in',
      'has no PKCE',
      at('sign-in', (answer) => withParameter(answer, 'code_challenge', null)),
      /with code_challenge=.*got none/,
    ],
    [
      'sign-in',
      'shows its verifier',
      at('sign-in', (answer) => withParameter(answer, 'code_challenge_method', 'plain')),
      /with code_challenge_method=S256/,
    ],
    [
      'sign-in',
      'has no state',
      at('sign-in', (answer) => withParameter(answer, 'state', null)),
      /with state=.*got none/,
    ],
    [
      'sign-in',
      'has a state that can be guessed',
      at('sign-in', (answer) => withParameter(answer, 'state', '1')),
      /with state=.*got another one/,
    ],
    [
      'sign-in',
      'has no nonce',
      at('sign-in', (answer) => withParameter(answer, 'nonce', null)),
      /with nonce=.*got none/,
    ],
    [
      'sign-in',
      'sets no cookie',
      at('sign-in', (answer) => withHeader(answer, 'set-cookie', null)),
      /expected one cookie/,
    ],
    [
      'a callback with a wrong code',
      'signs in',
      at('callback', (answer) => withHeader({ ...answer, status: '303' }, 'x-proxy-state', 'to the app')),
      /expected 303 once more or 403 sign-in failed, got 303 to the app/,
    ],
    [
      'a callback with a wrong code',
      'leads to another site',
      at('callback', (answer) => withHeader(answer, 'location', 'https://evil.example/')),
      /got https:\/\/evil\.example/,
    ],
    [
      'a callback with a wrong code',
      'shows the code',
      at('callback', (answer, query) =>
        page('403', 'sign-in failed', `<p>${parameterOf(query, 'code')}`)(answer),
      ),
      /without the code/,
    ],
    [
      'a callback with a forged state',
      'trusts it',
      at('callback', (answer) =>
        withHeader(withHeader({ ...answer, status: '303' }, 'x-proxy-state', 'once more'), 'location', APEX),
      ),
      /expected 400 link not valid, got 303 once more/,
    ],
    [
      'a forged ticket',
      'makes a session of it',
      at('arrive', (answer) => withHeader({ ...answer, status: '303' }, 'x-proxy-state', 'signed in')),
      /expected 400 link not valid, got 303 signed in/,
    ],
    [
      'status without a session',
      'tells the state of an app to everybody',
      at('status', page('200', 'known')),
      /expected 401 not signed in, got 200 known/,
    ],
    [
      'a forged session',
      'believes it',
      at('me', page('200', 'signed in')),
      /expected 401 not signed in, got 200 signed in/,
    ],
    [
      'a forged person',
      'believes it',
      (answer, asked) =>
        asked.uri.endsWith('/me') && !JSON.stringify(asked).includes('auth.')
          ? page('200', 'signed in')(answer)
          : answer,
      /expected 401 not signed in, got 200 signed in/,
    ],
  ];

  test.each(sequences)(
    'that fails the canary "%s" because it %s is not used',
    async (name, _, plant, reason) => {
      const { state, send } = await conciergeGateStand(provider);
      state.plant = plant;
      const {
        Status,
        Reason = '',
        PhysicalResourceId,
      } = await send('Update', { id: 'proven-0123456789abcdef' });
      expect([Status, PhysicalResourceId]).toEqual(['FAILED', 'proven-0123456789abcdef']);
      expect(Reason).toContain(`is not used, and viewers keep the previous one: canary "${name}": `);
      expect(Reason).toMatch(reason);
    },
  );

  test('exists for each canary', () => {
    expect([...new Set(sequences.map(([name]) => name))]).toEqual(NAMES);
  });

  test('that answers 5xx is tried for three minutes', async () => {
    const { state, send, pauses } = await conciergeGateStand(provider);
    state.plant = at('callback', page('500', ''));
    expect(await send('Create')).toMatchObject({
      Status: 'FAILED',
      Reason: expect.stringMatching(/canary "a callback with a wrong code": .*got 500/),
      PhysicalResourceId: 'not-proven',
    });
    expect(pauses).toEqual(Array.from({ length: 18 }, () => WALK_PAUSE_MS));
  });
});

describe('settings that are wrong', () => {
  test('in the client secret are found by the answer of the provider, which the reason holds', async () => {
    const { send, setSecret, pauses } = await conciergeGateStand(provider);
    setSecret('another secret');
    const { Status, Reason = '' } = await send('Create');
    expect(Status).toBe('FAILED');
    expect(Reason).toMatch(
      /got 403 client refused; the function says: the token endpoint answers 40\d.*(?:invalid_client|client secret)/,
    );
    expect(Reason).not.toContain('another secret');
    expect(pauses).toEqual([]);
  });

  test('in the issuer are found because no provider answers, after three minutes', async () => {
    const { send, settings, pauses } = await conciergeGateStand(provider);
    const Settings = JSON.stringify(settings).replace(/127\.0\.0\.1:\d+/g, '127.0.0.1:9');
    expect(await send('Create', { Settings })).toMatchObject({
      Status: 'FAILED',
      Reason: expect.stringMatching(
        /canary "sign-in": .*got 503 provider unavailable; the function says: .*127\.0\.0\.1/,
      ),
    });
    expect(pauses).toHaveLength(18);
  });

  test('in their form are named', async () => {
    const { send, state } = await conciergeGateStand(provider);
    expect(await send('Create', { Settings: '{}' })).toMatchObject({
      Status: 'FAILED',
      Reason: expect.stringContaining('settings of the function cannot be read'),
    });
    expect(state.visits).toEqual([]);
  });
});

describe('a role that is seconds old', () => {
  test('of the gate may be refused for three minutes', async () => {
    const { state, send, pauses } = await conciergeGateStand(provider);
    state.refusals = 36;
    expect(await send('Create')).toMatchObject({ Status: 'SUCCESS' });
    expect(pauses).toEqual(Array.from({ length: 36 }, () => 5_000));
  });

  test('of the gate that stays refused fails the deployment, and the reason says so', async () => {
    const { state, send } = await conciergeGateStand(provider);
    state.refusals = 1_000;
    expect(await send('Create')).toMatchObject({
      Status: 'FAILED',
      Reason: expect.stringMatching(/may not.*refused for 3 minutes/),
    });
  });

  test('of the function may be refused its secrets at first', async () => {
    const { send, pauses, refuseSecrets, allowSecrets, atPause } = await conciergeGateStand(provider);
    refuseSecrets();
    atPause(() => pauses.length === 2 && allowSecrets());
    expect(await send('Create')).toMatchObject({ Status: 'SUCCESS' });
    expect(pauses).toEqual([WALK_PAUSE_MS, WALK_PAUSE_MS]);
  });
});

test('a failure that the answer hides is one', async () => {
  const { state, send, pauses } = await conciergeGateStand(provider);
  state.closed = ['/access/live/'];
  expect(await send('Create')).toMatchObject({
    Status: 'FAILED',
    Reason: expect.stringMatching(
      /canary "status without a session": expected no failure behind 401 not signed in; the function says: .*S3 answers 403 for access\/live\//,
    ),
  });
  expect(pauses).toHaveLength(18);
});

describe('a rollback', () => {
  const broken: Plant = at('start', page('200', ''));

  test('after a failed update needs no function that works', async () => {
    const { state, send } = await conciergeGateStand(provider);
    const { PhysicalResourceId: id } = await send('Create');
    state.plant = broken;
    const changed = { id, Settings: '{}' };
    expect(await send('Update', changed)).toMatchObject({ Status: 'FAILED', PhysicalResourceId: id });
    state.visits.length = 0;
    expect(await send('Update', { id })).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: id });
    expect(state.visits).toEqual([]);
  });

  test('after an update that passed needs none either', async () => {
    const { state, send, settings } = await conciergeGateStand(provider);
    const { PhysicalResourceId: first } = await send('Create');
    const Settings = JSON.stringify(settings).replace('email', 'upn');
    const { PhysicalResourceId: second } = await send('Update', { id: first, Settings });
    expect(second).toBe(`${second.slice(0, 23)}${first.replace('proven', '')}`);
    state.plant = broken;
    state.visits.length = 0;
    const { Status, PhysicalResourceId: third } = await send('Update', { id: second });
    expect([Status, third]).toEqual(['SUCCESS', `${first}${second.slice(6, 23)}`]);
    expect(state.visits).toEqual([]);
  });

  test('does not let other settings or another version pass', async () => {
    const { state, send, settings } = await conciergeGateStand(provider);
    const { PhysicalResourceId: id } = await send('Create');
    state.plant = broken;
    const Settings = JSON.stringify(settings).replace('email', 'upn');
    expect(await send('Update', { id, Settings })).toMatchObject({ Status: 'FAILED' });
    expect(await send('Update', { id, FunctionArn: VERSION.replace(/7$/, '8') })).toMatchObject({
      Status: 'FAILED',
      Reason: expect.stringMatching(/Lambda did not run the function: no function/),
    });
  });
});

test('a deletion calls nothing', async () => {
  const { state, send } = await conciergeGateStand(provider);
  expect(await send('Delete')).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'proven-before' });
  expect(state.visits).toEqual([]);
});
