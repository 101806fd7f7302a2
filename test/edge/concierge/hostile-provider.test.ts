import { createHmac, generateKeyPairSync, randomBytes } from 'node:crypto';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { FakeProvider, type Faults, NOW, PROOF, PUBLIC_JWK, signed } from './support/fake-provider.ts';

const provider = new FakeProvider();
beforeAll(() => provider.start());
afterAll(() => provider.stop());
beforeEach(() => provider.reset());

const b64 = (json: object) => Buffer.from(JSON.stringify(json)).toString('base64url');

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
    expect(await provider.faultOf(faults, answer)).toMatch(reason);
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
    expect(await provider.faultOf({}, { iss: provider.issuer })).toMatch(/^no fault/);
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
    const fault = await provider.faultOf({ claims });
    expect(fault).toMatch(/^refused: /);
    expect(fault).toMatch(reason);
  });

  test('clocks may differ by a minute', async () => {
    expect(await provider.faultOf({ claims: { exp: NOW - 55, iat: NOW + 60, nbf: NOW + 60 } })).toMatch(
      /^no fault/,
    );
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
    const fault = await provider.faultOf({ idToken });
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
    expect(await provider.faultOf(faults)).toMatch(reason);
  });

  test('is not asked over plain http unless it is on this machine', async () => {
    const client = provider.client({ issuer: 'http://id.example.com' });
    await expect(client.signInAddress(PROOF, false)).rejects.toThrow(/HTTPS|http/i);
    expect(provider.asked).toEqual([]);
  });

  test('that is slow is given up after three seconds', async () => {
    provider.faults = { metadataReply: (response) => void response.writeHead(200).write('{') };
    expect(await provider.faultOf(provider.faults)).toMatch(/^unavailable: 127\.0\.0\.1:\d+: TimeoutError$/);
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
    for (const faults of all) expect(await provider.faultOf(faults)).not.toContain(secret);
    expect(await provider.faultOf({}, { code: secret, iss: secret })).not.toContain(secret);
  });
});
