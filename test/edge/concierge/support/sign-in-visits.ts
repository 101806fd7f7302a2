import { afterAll, beforeAll, beforeEach } from 'vitest';
import type { Browser, Page } from './browser.ts';
import { RealProvider } from './oidc-provider.ts';
import { APEX, SHOP } from './stand.ts';

/** A real provider for all tests of a file. Before each of them alice is the next to sign in. */
export function useProvider(): RealProvider {
  const provider = new RealProvider();
  beforeAll(() => provider.start(`https://${APEX}/_proxy/api/callback`));
  afterAll(() => provider.stop());
  beforeEach(() => {
    provider.next = 'alice';
    provider.shown = 0;
  });
  return provider;
}

export const start = (host = SHOP, to = '/cart?a=1&b=2') =>
  `https://${host}/_proxy/api/start?${new URLSearchParams({ to })}`;
export const endpoint = (host: string, name: string) => `https://${host}/_proxy/api/${name}`;
export const statesOf = ({ steps }: Page) => steps.map(({ state }) => state).filter((state) => state !== '');
/** The page of the base domain, its picture, `start`, and the app. */
export const ARRIVING = ['to the app', 'signed in', 'signed in', 'app'];
export const pictureIn = ({ steps }: Page) => steps.find(({ url }) => url.includes('/arrive?'))?.url ?? '';
/** The address to which a page that asks again goes. */
export const againOf = ({ body }: Page) =>
  /content="5;url=([^"]+)"/.exec(body)?.[1]?.replaceAll('&#38;', '&');

export const post = (browser: Browser, address: string, headers: Record<string, string> = {}) =>
  browser.send(address, { method: 'POST', headers: { 'sec-fetch-site': 'same-origin', ...headers } });
/** The status of the endpoint that describes the session. */
export const me = async (browser: Browser, host = SHOP) => (await browser.send(endpoint(host, 'me'))).status;
