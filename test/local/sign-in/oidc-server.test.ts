import { createHash } from 'node:crypto';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { startOidcServer } from '../../../local/sign-in/oidc-server.ts';
import { HttpBrowser, type Page } from '../../support/stands/sign-in/http-browser.ts';

const REDIRECT = 'http://dev.localhost:8080/_proxy/api/callback';
const CLIENT = { id: 'dynamic-edge-proxy', secret: 'a-secret', redirectUri: REDIRECT };
const VERIFIER = 'v'.repeat(43);

async function start() {
  const server = await startOidcServer(CLIENT);
  onTestFinished(() => server.dispose());
  return server.issuer;
}

/** Opens an address of the provider. Stops at the redirect to the deployment, which does not run. */
async function follow(browser: HttpBrowser, address: string, method = 'GET'): Promise<Page> {
  const page = await browser.send(address, { method });
  const location = page.headers['location'];
  if (location === undefined) return page;
  const next = new URL(String(location), address).href;
  return next.startsWith(REDIRECT) ? { ...page, address: next } : follow(browser, next);
}

function authorize(issuer: string, change: Record<string, string> = {}): string {
  const parameters = {
    client_id: CLIENT.id,
    redirect_uri: REDIRECT,
    response_type: 'code',
    scope: 'openid email groups',
    state: 'the-state',
    nonce: 'the-nonce',
    code_challenge: createHash('sha256').update(VERIFIER).digest('base64url'),
    code_challenge_method: 'S256',
    ...change,
  };
  return `${issuer}/auth?${new URLSearchParams(parameters)}`;
}

/** The claims of the ID token for an answer of the provider. */
async function claimsFor(issuer: string, answer: string): Promise<Record<string, unknown>> {
  const body = new URLSearchParams({
    grant_type: 'authorization_code',
    code: new URL(answer).searchParams.get('code') ?? '',
    redirect_uri: REDIRECT,
    code_verifier: VERIFIER,
  });
  const authorization = `Basic ${Buffer.from(`${CLIENT.id}:${CLIENT.secret}`).toString('base64')}`;
  const response = await fetch(`${issuer}/token`, { method: 'POST', headers: { authorization }, body });

  const { id_token: token } = (await response.json()) as { id_token: string };
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
}

describe('the local provider', () => {
  test('shows both people, and signs in the chosen one without a password', async () => {
    const issuer = await start();
    const browser = new HttpBrowser();
    const { address, body } = await follow(browser, authorize(issuer));
    expect(body).toContain('alice@example.com');
    expect(body).toContain('bob@example.com');
    const answer = await follow(browser, `${address}/alice`, 'POST');
    expect(Object.fromEntries(new URL(answer.address).searchParams)).toMatchObject({
      state: 'the-state',
      iss: issuer,
    });
    expect(await claimsFor(issuer, answer.address)).toMatchObject({
      iss: issuer,
      aud: CLIENT.id,
      sub: 'alice',
      nonce: 'the-nonce',
      email: 'alice@example.com',
      email_verified: true,
      groups: ['devs'],
    });
  });

  test('knows the person the next time, unless it is asked to ask', async () => {
    const issuer = await start();
    const browser = new HttpBrowser();
    const { address } = await follow(browser, authorize(issuer));
    await follow(browser, `${address}/bob`, 'POST');
    const again = await follow(browser, authorize(issuer));
    expect(await claimsFor(issuer, again.address)).toMatchObject({ sub: 'bob', groups: [] });
    const asked = await follow(browser, authorize(issuer, { prompt: 'login' }));
    expect(asked.body).toContain('alice@example.com');
    const other = await follow(browser, `${asked.address}/alice`, 'POST');
    expect(await claimsFor(issuer, other.address)).toMatchObject({ sub: 'alice' });
  });

  test('returns to the app with access_denied after Cancel', async () => {
    const issuer = await start();
    const browser = new HttpBrowser();
    const { address } = await follow(browser, authorize(issuer));
    const answer = await follow(browser, `${address}/cancel`, 'POST');
    expect(Object.fromEntries(new URL(answer.address).searchParams)).toMatchObject({
      error: 'access_denied',
    });
  });

  test('signs nobody in from another browser, or by a link', async () => {
    const issuer = await start();
    const browser = new HttpBrowser();
    const { address } = await follow(browser, authorize(issuer));
    expect((await new HttpBrowser().send(`${address}/alice`, { method: 'POST' })).status).toBe(400);
    expect((await browser.send(`${address}/alice`)).status).toBe(405);
  });

  test.each([
    ['another redirect URI', { redirect_uri: 'http://evil.localhost:8080/_proxy/api/callback' }],
    ['another client', { client_id: 'other' }],
  ])('refuses %s with a sentence', async (_what, change) => {
    const response = await fetch(authorize(await start(), change), { redirect: 'manual' });
    expect(response.status).toBe(400);
    expect(await response.text()).toMatch(/^The local provider refuses the request: /);
  });

  test('demands PKCE', async () => {
    const issuer = await start();
    const { searchParams } = new URL(authorize(issuer));
    searchParams.delete('code_challenge');
    searchParams.delete('code_challenge_method');
    const { address } = await follow(new HttpBrowser(), `${issuer}/auth?${searchParams}`);
    expect(Object.fromEntries(new URL(address).searchParams)).toMatchObject({ error: 'invalid_request' });
  });

  test('prints none of its warnings, and leaves the console as it was', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    onTestFinished(() => warn.mockRestore());
    const before = console.warn;
    await start();
    expect(warn).not.toHaveBeenCalled();
    expect(console.warn).toBe(before);
  });
});
