import type { Hostname, InstanceId } from '../wire/brands.ts';

/** The words of the router in an access log: `shop.dev.example.com i-0123456789abcdef0 /cart`. */
export interface RouterWords {
  /** Key of the entry that the router followed. */
  app: Hostname;
  instance: InstanceId;
  /** Path of the rule; `=/status` for that path only. */
  rule: string;
  /** The number of a write that the store at the edge did not have yet: the router followed a hint. */
  hinted?: number;
}

const APP = /^(?:\*\.)?[a-z\d][a-z\d.-]{0,252}$/;
/** A hint has the number of its write behind the instance (core/session/hint.ts). */
const INSTANCE = /^(.*?)(?:_([\da-z]{1,7}))?$/;

/** Only the router writes these words, so a viewer cannot invent an app. Undefined for other words, and without any. */
export function parseRouterWords(text: string): RouterWords | undefined {
  const [app = '', word = '', rule = ''] = text.split(' ', 3);
  if (!APP.test(app)) return undefined;
  const [, instance = '', number] = INSTANCE.exec(word) ?? [];
  return { app, instance, rule, ...(number === undefined ? {} : { hinted: Number.parseInt(number, 36) }) };
}
