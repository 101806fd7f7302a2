import { hostnameOf } from './hostname.ts';

/** The app-selection cookie of the bare domain. It belongs to the router, so apps never see it. */
export const APP_COOKIE = '__Host-proxy-app';

/** The end of the label in `/@shop/cart`. A label has at most 63 characters, so the rest of a long path is not searched. */
export function labelEnd(uri: string): number {
  return (uri.slice(0, 66) + '/').indexOf('/', 2);
}

/** The text if it is one label, or `''` if no app can have the name. */
export function labelOf(text: string): string {
  return text.length < 64 && !text.includes('.') ? hostnameOf(text) : '';
}
