import { createHmac, generateKeyPairSync, randomBytes } from 'node:crypto';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { ProviderError } from '../../../edge/concierge/provider/fault.ts';
import { FakeProvider, type Faults, NOW, PROOF, PUBLIC_JWK, signed } from './support/fake-provider.ts';

const provider = new FakeProvider();
beforeAll(() => provider.start());
afterAll(() => provider.stop());
beforeEach(() => provider.reset());

const b64 = (json: object) => Buffer.from(JSON.stringify(json)).toString('base64url');

/** The kind and the reason of the fault in which a sign-in ends. */
async function faultOf(faults: Faults, answer: Record<string, string> = {}): Promise<string> {
  provider.faults = faults;
  try {
    const person = await provider.finish({}, answer);
    return `no fault: ${JSON.stringify(person)}`;
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    return `${error.kind}: ${error.message}`;
  }
}

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
    expect(await faultOf({ claims: THIN, ...(userInfo && { userInfo }) })).toMatch(reason);
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
    expect(await faultOf({ metadata })).toBe(
      'refused: the provider takes no client secret, only private_key_jwt',
    );
    expect(provider.asked.map(({ line }) => line)).not.toContain('POST /token');
  });
});

describe('a hostile answer to the browser is refused', () => {
  test.each<[string, Faults, Record<string, string>, RegExp]>([
    [
      'another issuer',
      {},
      { iss: 'https://evil.example' },
      /^refused: OAUTH_INVALID_RESPONSE: unexpected "iss"/,
    ],
    ['the issuer with a slash', {}, { iss: 'http://127.0.0.1/' }, /^refused: .*"iss"/],
    [
      'no issuer where the metadata announce one',
      { metadata: { authorization_response_iss_parameter_supported: true } },
      {},
      /^refused: .*"iss" \(issuer\) missing/,
    ],
    ['another state', {}, { state: 'another' }, /^refused: .*"state"/],
    ['an empty code', {}, { code: '' }, /^refused: .*no authorization code/],
    ['a token beside the code', {}, { id_token: 'x' }, /^refused: .*not supported/],
    ['a signed response', {}, { response: 'x' }, /^refused: .*JARM/],
    ['an error', {}, { error: 'access_denied' }, /^cancelled: the provider answers access_denied$/],
    ['an error for now', {}, { error: 'server_error' }, /^unavailable: the provider answers server_error$/],
    [
      'an error that is not a word',
      {},
      { error: '<b>alice@example.com' },
      /^refused: the provider answers an unknown error$/,
    ],
    ['the name of an object member', {}, { error: '__proto__' }, /^refused: the provider answers __proto__$/],
  ])('%s', async (_, faults, answer, reason) => {
    expect(await faultOf(faults, answer)).toMatch(reason);
    expect(provider.asked.map(({ line }) => line)).not.toContain('POST /token');
  });

  test('a repeated code', async () => {
    const answer = new URLSearchParams([
      ['code', 'a'],
      ['code', 'b'],
      ['state', PROOF.state],
    ]);
    await expect(provider.client().finish(answer, PROOF)).rejects.toThrow('must be provided only once');
  });

  test('the issuer that answers unannounced is accepted if it is the right one', async () => {
    expect(await faultOf({}, { iss: provider.issuer })).toMatch(/^no fault/);
  });
});

describe('a hostile ID token is refused', () => {
  test.each<[string, Record<string, unknown>, RegExp]>([
    ['of another issuer', { iss: 'https://evil.example' }, /"iss"/],
    ['without an issuer', { iss: undefined }, /"iss" .* missing/],
    ['for another client', { aud: 'another' }, /"aud"/],
    ['for us and another client', { aud: ['proxy', 'another'] }, /"aud"/],
    ['for us and another client, which asked', { aud: ['proxy', 'another'], azp: 'another' }, /"azp"/],
    ['with another nonce', { nonce: 'another' }, /"nonce"/],
    ['without a nonce', { nonce: undefined }, /"nonce" .* missing/],
    ['that has ended more than a minute ago', { exp: NOW - 60 }, /"exp"/],
    ['whose end is a text', { exp: String(NOW + 300) }, /"exp"/],
    ['without an end', { exp: undefined }, /"exp" .* missing/],
    ['from more than a minute in the future', { iat: NOW + 61 }, /from the future/],
    ['that is not valid yet', { nbf: NOW + 65 }, /"nbf"/],
    ['without a subject', { sub: undefined }, /"sub" .* missing/],
    ['whose subject is a number', { sub: 7 }, /"sub"/],
  ])('%s', async (_, claims, reason) => {
    const fault = await faultOf({ claims });
    expect(fault).toMatch(/^refused: /);
    expect(fault).toMatch(reason);
  });

  test('clocks may differ by a minute', async () => {
    expect(await faultOf({ claims: { exp: NOW - 55, iat: NOW + 60, nbf: NOW + 60 } })).toMatch(/^no fault/);
  });

  const hs256 = (claims: Record<string, unknown>, secret: string | Buffer) => {
    const body = `${b64({ alg: 'HS256', kid: 'one' })}.${b64(claims)}`;
    return `${body}.${createHmac('sha256', secret).update(body).digest('base64url')}`;
  };

  test.each<[string, NonNullable<Faults['idToken']>, RegExp]>([
    ['without a signature', (claims) => `${b64({ alg: 'none' })}.${b64(claims)}.`, /alg/],
    ['with the algorithm in capitals', (claims) => `${b64({ alg: 'NONE' })}.${b64(claims)}.`, /alg/],
    ['signed with the client secret', (claims) => hs256(claims, 'a secret: with/signs'), /alg/],
    ['signed with the public key as a secret', (claims) => hs256(claims, JSON.stringify(PUBLIC_JWK)), /alg/],
    [
      'signed with a key of its own',
      (claims) =>
        new SignJWT(claims)
          .setProtectedHeader({ alg: 'RS256', kid: 'one' })
          .sign(generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey),
      /signature verification failed/,
    ],
    ['with an unknown key', (claims) => signed(claims, { kid: 'two' }), /no applicable keys/],
    [
      'with claims changed after signing',
      async (claims) => {
        const [header, , signature] = (await signed(claims)).split('.');
        return [header, b64({ ...claims, sub: 'bob' }), signature].join('.');
      },
      /signature verification failed/,
    ],
    [
      'with an extension that we do not know',
      (claims) => signed(claims, { crit: ['strange'], strange: 1 }),
      /crit/,
    ],
    ['that is encrypted', () => 'a.b.c.d.e', /JWE/],
    ['that is not a token', () => 'alice@example.com', /Invalid JWT/],
    ['that is empty', () => '', /must not be empty|ID token/],
  ])('%s', async (_, idToken, reason) => {
    const fault = await faultOf({ idToken });
    expect(fault).toMatch(/^refused: /);
    expect(fault).toMatch(reason);
  });
});

describe('a provider that answers strangely', () => {
  const endless = (bytes: number) => (response: import('node:http').ServerResponse) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.write('{"a":"');
    response.end('x'.repeat(bytes));
  };

  test.each<[string, Faults, RegExp]>([
    [
      'another issuer in its metadata',
      { metadata: { issuer: 'https://evil.example' } },
      /^refused: .*"issuer"/,
    ],
    [
      'metadata without a token endpoint',
      { metadata: { token_endpoint: undefined } },
      /^refused: .*token_endpoint$/,
    ],
    [
      'a script as its address',
      { metadata: { authorization_endpoint: 'javascript:alert(1)' } },
      /^refused: .*authorization_endpoint$/,
    ],
    ['keys over another protocol', { metadata: { jwks_uri: 'file:///etc/passwd' } }, /^refused: .*jwks_uri$/],
    [
      'only shared secrets for tokens',
      { metadata: { id_token_signing_alg_values_supported: ['HS256', 'none'] } },
      /^refused: .*no public key$/,
    ],
    [
      'a redirect in place of metadata',
      { metadataReply: (response) => response.writeHead(302, { location: '/keys' }).end() },
      /^refused: OAUTH_RESPONSE_IS_NOT_CONFORM/,
    ],
    ['a page in place of metadata', { metadataReply: (response) => response.end('<html>') }, /^refused: /],
    ['500 for its metadata', { metadataReply: { status: 500, json: {} } }, /^unavailable: /],
    ['metadata without end', { metadataReply: endless(400_000) }, /^unavailable: .*more than 300000 bytes$/],
    ['201 for the token', { token: { status: 201, json: {} } }, /^refused: /],
    ['500 for the token', { token: { status: 500, json: {} } }, /^unavailable: /],
    ['a token without end', { token: endless(400_000) }, /^unavailable: .*more than 300000 bytes$/],
    [
      'a token without an ID token',
      { token: { json: { access_token: 'a', token_type: 'Bearer' } } },
      /^refused: .*"id_token"/,
    ],
    [
      'a used code',
      { token: { status: 400, json: { error: 'invalid_grant' } } },
      /^again: the token endpoint answers 400 invalid_grant$/,
    ],
    [
      'a wrong secret',
      { token: { status: 401, json: { error: 'invalid_client' } } },
      /^client refused: the token endpoint answers 401 invalid_client$/,
    ],
    [
      'a challenge for the secret',
      {
        token: (response) =>
          response
            .writeHead(401, { 'www-authenticate': 'Basic realm="x"' })
            .end('{"error":"invalid_client"}'),
      },
      /^client refused: the token endpoint answers 401: the client id or the client secret is probably wrong$/,
    ],
    ['no connection', { token: (response) => response.destroy() }, /^unavailable: 127\.0\.0\.1:\d+: /],
    ['keys that are none', { keys: { json: { keys: [7] } } }, /^refused: /],
    ['503 for its keys', { keys: { status: 503, json: {} } }, /^unavailable: /],
  ])('%s', async (_, faults, reason) => {
    expect(await faultOf(faults)).toMatch(reason);
  });

  test('is not asked over plain http unless it is on this machine', async () => {
    const client = provider.client({ issuer: 'http://id.example.com' });
    await expect(client.signInAddress(PROOF, false)).rejects.toThrow(/HTTPS|http/i);
    expect(provider.asked).toEqual([]);
  });

  test('that is slow is given up after three seconds', async () => {
    provider.faults = { metadataReply: (response) => void response.writeHead(200).write('{') };
    expect(await faultOf(provider.faults)).toMatch(/^unavailable: 127\.0\.0\.1:\d+: TimeoutError$/);
  });

  test('never puts a token, claim, code or secret into the reason', async () => {
    const secret = randomBytes(8).toString('hex');
    const all: Faults[] = [
      { token: { status: 400, json: { error: secret, error_description: secret } } },
      { claims: { nonce: secret, email: secret } },
      { claims: { iss: secret } },
      { idToken: () => `${b64({ alg: secret })}.${b64({ sub: secret })}.${secret}` },
      { idToken: () => secret },
    ];
    for (const faults of all) expect(await faultOf(faults)).not.toContain(secret);
    expect(await faultOf({}, { code: secret, iss: secret })).not.toContain(secret);
  });
});
