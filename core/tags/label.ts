import { seedOf } from '../wire/pick.ts';

/** One label of a hostname in lower case, for regular expressions: 1–63 letters, digits and inner hyphens (RFC 1035 §2.3.1). */
export const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';

const MOST = 63;

/**
 * Turns a text such as the name of a branch into a label; `''` if it has no letter or digit. A label stays as it is. A label
 * that had to be cut ends with a hash of the whole text.
 *
 * @example makeLabel('Feature/JIRA-7_login') // 'feature-jira-7-login'
 */
export function makeLabel(text: string): string {
  const lower = text.toLowerCase();
  if (new RegExp(`^${LABEL}$`).test(lower)) return lower;
  // Remove accents and keep the letters.
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
