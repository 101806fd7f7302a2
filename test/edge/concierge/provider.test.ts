import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { FakeProvider, type Faults, PROOF, PUBLIC_JWK } from './support/fake-provider.ts';

const provider = new FakeProvider();
beforeAll(() => provider.start());
afterAll(() => provider.stop());
beforeEach(() => provider.reset());

describe('a sign-in at the provider', () => {
  test('gives the person of a checked ID token', async () => {
    provider.faults = { claims: { groups: ['others', 'the developers'] } };
    expect(await provider.finish()).toEqual({
      user: 'alice@example.com',
      subject: expect.stringMatching(/^[\w-]{22}$/),
      isDomainVouched: true,
      groups: ['devs'],
    });
  });

  test('sends the person to the authorization endpoint with PKCE, and keeps the other parameters there', async () => {
    const address = new URL(await provider.client().signInAddress(PROOF, false));
    expect(address.origin + address.pathname).toBe(`${provider.issuer}/authorize`);
    expect(Object.fromEntries(address.searchParams)).toEqual({
      audience: 'api',
      client_id: 'proxy',
      redirect_uri: 'https://dev.example.com/_proxy/api/callback',
      response_type: 'code',
      response_mode: 'query',
      scope: 'openid email',
      state: 'the-state',
      nonce: 'the-nonce',
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
    });
    expect(address.searchParams.getAll('scope')).toEqual(['openid email']);
  });

  test.each<[string, object, string | null]>([
    ['login', {}, 'login'],
    ['login', { prompt_values_supported: ['none', 'login', 'select_account'] }, 'login'],
    ['the choice of an account', { prompt_values_supported: ['none', 'select_account'] }, 'select_account'],
  ])('asks for %s after signing out', async (_, metadata, prompt) => {
    provider.faults = { metadata: { ...metadata } };
    const address = new URL(await provider.client().signInAddress(PROOF, true));
    expect(address.searchParams.get('prompt')).toBe(prompt);
  });

  test('asks for groups by a scope only where the provider has one', async () => {
    provider.faults = { metadata: { scopes_supported: ['openid', 'groups'] } };
    const scopes = async (change: object) =>
      new URL(await provider.client(change).signInAddress(PROOF, false)).searchParams.get('scope');
    expect(await scopes({})).toBe('openid email groups');
    expect(await scopes({ groupsClaim: '' })).toBe('openid email');
    expect(await scopes({ userClaim: 'upn' })).toBe('openid email profile groups');
  });

  test('keeps metadata and keys for the next one', async () => {
    const client = provider.client();
    const answer = () => new URLSearchParams({ code: 'c', state: PROOF.state });
    await client.finish(answer(), PROOF);
    await client.finish(answer(), PROOF);
    expect(provider.asked.map(({ line }) => line)).toEqual([
      'GET /.well-known/openid-configuration',
      'POST /token',
      'GET /keys',
      'POST /token',
    ]);
  });
});

describe('new keys of the provider', () => {
  test('are read a minute after the old ones at the earliest, so a flood of unknown keys asks no more often', async () => {
    const client = provider.client();
    const finish = () => client.finish(new URLSearchParams({ code: 'c', state: PROOF.state }), PROOF);
    await finish();
    const { privateKey, publicKey } = await generateKeyPair('RS256');
    const jwk = { ...(await exportJWK(publicKey)), kid: 'two', alg: 'RS256', use: 'sig' };
    provider.faults.keys = { json: { keys: [PUBLIC_JWK, jwk] } };
    provider.faults.idToken = (claims) =>
      new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'two' }).sign(privateKey);
    await expect(finish()).rejects.toThrow(/no applicable keys/);
    const later = Date.now() + 61_000;
    const clock = vi.spyOn(Date, 'now').mockImplementation(() => later);
    onTestFinished(() => clock.mockRestore());
    expect(await finish()).toMatchObject({ user: 'alice@example.com' });
    expect(provider.asked.filter(({ line }) => line === 'GET /keys')).toHaveLength(2);
  });
});

describe('the UserInfo endpoint', () => {
  /** An ID token as Okta's for a code: without groups, and without a word about the address. */
  const THIN = { email_verified: undefined };
  const TOLD = { sub: 'alice', email: 'told@example.com', email_verified: true, groups: ['the developers'] };

  test('is asked for claims that the ID token leaves out, with the access token', async () => {
    provider.faults = { claims: THIN, userInfo: { json: TOLD } };
    expect(await provider.finish()).toMatchObject({ user: 'told@example.com', groups: ['devs'] });
    expect(provider.asked.at(-1)).toMatchObject({ line: 'GET /userinfo', authorization: 'Bearer a' });
  });

  test('is not asked if the ID token has all of them, or if the provider has none', async () => {
    provider.faults = { claims: { groups: [] }, userInfo: { json: TOLD } };
    expect(await provider.finish()).toMatchObject({ user: 'alice@example.com', groups: [] });
    provider.faults = { userInfo: { json: TOLD } };
    expect(await provider.finish({ groupsClaim: '' })).toMatchObject({ user: 'alice@example.com' });
    expect(provider.asked.map(({ line }) => line)).not.toContain('GET /userinfo');
    provider.faults = { claims: THIN };
    expect(await provider.finish()).toBe('no name');
  });

  test('verifies no address but its own', async () => {
    const { email: _, ...withoutAddress } = TOLD;
    provider.faults = { claims: THIN, userInfo: { json: withoutAddress } };
    expect(await provider.finish()).toBe('no name');
    provider.faults = {
      claims: { email: undefined },
      userInfo: { json: { ...TOLD, email_verified: false } },
    };
    expect(await provider.finish()).toBe('no name');
  });

  test('never overrules the ID token', async () => {
    const told = { ...TOLD, email: 'mallory@example.com', iss: 'https://evil.example', hd: 'evil.example' };
    provider.faults = { userInfo: { json: told } };
    const person = await provider.finish();
    provider.faults = { claims: { groups: ['the developers'] } };
    expect(person).toEqual(await provider.finish());
  });

  test('is not asked for groups that are too many for the ID token: that gets a page', async () => {
    provider.faults = { claims: { hasgroups: true }, userInfo: { json: TOLD } };
    expect(await provider.finish()).toBe('groups left out');
  });

  test.each<[string, Faults['userInfo'], RegExp]>([
    ['of another subject', { json: { ...TOLD, sub: 'bob' } }, /^refused: .*"sub"/],
    ['without a subject', { json: { email: 'a@example.com' } }, /^refused: /],
    ['that is not JSON', (response) => response.end('<html>'), /^refused: /],
    ['with 401', { status: 401, json: {} }, /^refused: the UserInfo endpoint answers 401$/],
    ['with 500', { status: 500, json: {} }, /^unavailable: the UserInfo endpoint answers 500$/],
  ])('signs no person in by an answer %s', async (_, userInfo, reason) => {
    expect(await provider.faultOf({ claims: THIN, ...(userInfo && { userInfo }) })).toMatch(reason);
  });
});

describe('the client secret', () => {
  const proof = async (metadata: object) => {
    provider.faults = { metadata: { ...metadata } };
    await provider.finish();
    const { authorization, body } = provider.asked.find(({ line }) => line === 'POST /token') ?? {};
    const form = new URLSearchParams(body);
    expect(form.get('code_verifier')).toBe(PROOF.verifier);
    return { header: authorization, body: form.get('client_secret') };
  };
  const BASIC = `Basic ${Buffer.from('proxy:a+secret%3A+with%2Fsigns').toString('base64')}`;

  test.each([
    ['nothing', {}],
    ['both ways', { token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'] }],
  ])('goes into the header if the metadata name %s', async (_, metadata) => {
    expect(await proof(metadata)).toEqual({ header: BASIC, body: null });
  });

  test('goes into the body if the metadata name only that', async () => {
    const metadata = { token_endpoint_auth_methods_supported: ['client_secret_post'] };
    expect(await proof(metadata)).toEqual({ header: '', body: 'a secret: with/signs' });
  });

  test('is not sent at all to a provider that takes none', async () => {
    const metadata = { token_endpoint_auth_methods_supported: ['private_key_jwt'] };
    expect(await provider.faultOf({ metadata })).toBe(
      'refused: the provider takes no client secret, only private_key_jwt',
    );
    expect(provider.asked.map(({ line }) => line)).not.toContain('POST /token');
  });
});
