import { hostnameOf } from '../../../core/wire/hostname.ts';

/** Where the label in `/@shop/cart` ends. None is longer than 63, and the rest of a long path is not searched. */
export function labelEnd(uri: string): number {
  return (uri.slice(0, 66) + '/').indexOf('/', 2);
}

/** The one label that a text is, or `''` where no app can have the name. */
export function labelOf(text: string): string {
  return text.length < 64 && !text.includes('.') ? hostnameOf(text) : '';
}
