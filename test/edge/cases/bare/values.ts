import { closed, live, rule } from '../../support/entries.ts';
import { type CaseRequest, NAVIGATION, REQUEST_ID, type RouterCase } from '../../support/router-case.ts';

/** Stores, answers and requests of the cases of the bare domain. */

export const STORE = { shop: live('shop'), cart: live('cart'), nap: closed('asleep') };
export const ATTRIBUTES = 'Path=/;Secure;HttpOnly;SameSite=Lax';
export const CHOSEN = {
  '__Host-proxy-app': { value: `shop.${REQUEST_ID}`, attributes: `${ATTRIBUTES};Max-Age=31536000` },
};
export const LEFT = { '__Host-proxy-app': { value: '', attributes: `${ATTRIBUTES};Max-Age=0` } };

export const bare = (
  name: string,
  request: CaseRequest,
  expected: RouterCase['expected'],
  reads: readonly string[] = [],
): RouterCase => ({ name, place: 'bare', store: STORE, request, expected, reads });

export const to = (location: string, cookies: typeof CHOSEN | undefined = undefined) => ({
  status: 302,
  headers: { location, 'clear-site-data': undefined },
  ...(cookies && { cookies }),
});

/** A page that asks whether to open the app. Its link leads to its own address, so a click on it is the person’s own. */
export const ASKS = {
  status: 409,
  state: 'open?' as const,
  headers: { 'content-type': 'text/html;charset=utf-8', location: undefined, 'clear-site-data': undefined },
  body: '<a href="">Open</a>',
};

/** A request to the bare domain whose one app has its prefix `/api` stripped. */
export const stripped = (
  name: string,
  request: CaseRequest,
  expected: RouterCase['expected'],
): RouterCase => ({
  ...bare(name, request, expected, ['shop']),
  store: { shop: live('shop', { rules: [rule('/api', { strip: true })] }) },
});

/** A navigation of a page of the domain itself. */
export const HERE = { ...NAVIGATION, 'sec-fetch-site': 'same-origin' };
export const CART = '__Host-proxy-app=cart.123';

/** A name that is not in the store. */
export const NOBODY = { status: 404, state: 'unknown', headers: { 'clear-site-data': undefined } } as const;
