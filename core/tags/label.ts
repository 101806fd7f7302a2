import { seedOf } from '../wire/pick.ts';

/** One label of a hostname in lower case, for regular expressions: 1–63 letters, digits and inner hyphens (RFC 1035 §2.3.1). */
export const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';

const MOST = 63;

/**
 * A label for a text that is none, such as the name of a branch; `''` where no letter or digit is left. A label stays as it
 * is. Where a label had to be cut, a hash of the whole text tells it from others that begin alike.
 *
 * @example labelFor('Feature/JIRA-7_login') // 'feature-jira-7-login'
 */
export function makeLabel(text: string): string {
  const lower = text.toLowerCase();
  if (new RegExp(`^${LABEL}$`).test(lower)) return lower;
  // Letters with accents come apart, and keep the letter.
  const words = lower
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .split(/[^a-z0-9]/);
  const label = words.filter((word) => word !== '').join('-');
  if (label.length <= MOST) return label;
  const hash = seedOf(text).toString(36).padStart(5, '0');
  const kept = label.slice(0, MOST - 1 - hash.length).replace(/-$/, '');
  return `${kept}-${hash}`;
}
