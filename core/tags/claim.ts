import type { Settings } from '../settings/settings.ts';
import type { Hostname } from '../wire/brands.ts';
import { LIMITS } from '../wire/limits.ts';
import { LABEL, makeLabel } from './label.ts';

/** A valid hostname, or the reason that follows the quoted value in a message. */
export type Claim = { hostname: Hostname } | { refused: string };

/**
 * The hostname that one word of a `proxy:host` tag claims, completed with the base domain.
 *
 * @example parseClaim('Shop', { baseDomain: 'dev.example.com', … }) // { hostname: 'shop.dev.example.com' }
 */
export function parseClaim(word: string, settings: Settings): Claim {
  // Check before lower-casing, which turns the Kelvin sign into a plain k.
  if (/[^ -~]/.test(word)) {
    return { refused: 'which is not printable ASCII; write an international name in its xn-- form' };
  }
  const name = word.toLowerCase().replace(/\.$/, '');
  const shape = shapeProblem(name, settings.baseDomain);
  if (shape) return { refused: shape };
  const wildcard = name.startsWith('*.');
  const completed = completedName(wildcard ? name.slice(2) : name, settings.baseDomain);
  if (completed === undefined) {
    return { refused: `which is outside ${settings.baseDomain}; use one label such as "shop"` };
  }
  const policy = policyProblem(completed, wildcard, settings);
  return policy ? { refused: policy } : { hostname: wildcard ? `*.${completed}` : completed };
}

const EVERY_NAME = 'which would claim every name; claim one label such as "shop"';

const ONE_LABEL = new RegExp(`^${LABEL}$`);

/** Scheme, port, query or user, or a path behind a whole name; a branch such as `feature/login` has none of them. */
const URL_PARTS = /[:?]|^[^/]*\.[^/]*\/|^[^/]+@[^/]+$/;

function shapeProblem(name: string, baseDomain: string): string | undefined {
  if (name === '*') return EVERY_NAME;
  if (/[,;]/.test(name))
    return `but names are separated by spaces${proposed(proposeNames(name, baseDomain))}`;
  if (URL_PARTS.test(name))
    return `which is not a bare hostname; leave out scheme, port and path${proposed(nearestName(name, baseDomain))}`;
  const label = name
    .replace(/^\*\./, '')
    .split('.')
    .find((each) => !ONE_LABEL.test(each));
  if (label === undefined) return undefined;
  return `in which "${label}" is not a label of 1–${LIMITS.label} letters, digits and inner hyphens${proposed(nearestName(name, baseDomain))}`;
}

const hostIn = (url: string) =>
  url
    .replace(/^.*:\/\//, '')
    .replace(/^[^/]*@/, '')
    .replace(/[:/?#].*/, '');

const proposed = (names: string) => (names === '' ? '' : `; write "${names}"`);

/** The valid names that a refused word of `proxy:host` probably means, separated by spaces; `''` if there are none. */
export function proposeNames(word: string, baseDomain: string): string {
  const listed = word.toLowerCase().split(/[,;]/);
  if (listed.length === 1) return nearestName(word.toLowerCase(), baseDomain);
  const names = listed.map((each) => validName(each, baseDomain));
  return names.filter((each) => each !== '').join(' ');
}

/** A word of a list, or the nearest valid name. */
function validName(word: string, baseDomain: string): string {
  return shapeProblem(word, baseDomain) === undefined ? word : nearestName(word, baseDomain);
}

/** The valid name that a refused word probably means; `''` if there is none, as for a URL of another domain. */
function nearestName(word: string, baseDomain: string): string {
  if (!URL_PARTS.test(word)) return oneLabel(word, baseDomain);
  const host = hostIn(word);
  return host.includes('.') && !host.endsWith(`.${baseDomain}`) ? '' : oneLabel(host, baseDomain);
}

/** The part before the base domain as one label. */
function oneLabel(name: string, baseDomain: string): string {
  const domain = baseDomain !== '' && name.endsWith(`.${baseDomain}`) ? `.${baseDomain}` : '';
  const label = makeLabel(name.slice(0, name.length - domain.length));
  return label === '' || name.includes('*') ? '' : `${label}${domain}`;
}

function completedName(name: string, baseDomain: string): string | undefined {
  if (baseDomain === '') return name;
  if (!name.includes('.') && name !== baseDomain) return `${name}.${baseDomain}`;
  return name === baseDomain || name.endsWith(`.${baseDomain}`) ? name : undefined;
}

function policyProblem(name: string, wildcard: boolean, settings: Settings): string | undefined {
  const below = settings.baseDomain === '' ? name : name.slice(0, -settings.baseDomain.length - 1);
  if (below === '') return wildcard ? EVERY_NAME : 'which is the base domain itself; claim a label below it';
  if (name.length > LIMITS.hostname) return `which is longer than ${LIMITS.hostname} characters`;
  const labels = below.split('.');
  if (settings.baseDomain === '' && (wildcard || labels.length > 1)) {
    return 'but without a base domain a name is one plain label';
  }
  if (labels.length > settings.depth) {
    return `which is ${labels.length} labels below ${settings.baseDomain}; this deployment allows ${settings.depth}`;
  }
  if (settings.reserved.includes(labels[0] ?? '')) return 'which is reserved; choose another label';
  const covered =
    settings.certificateNames === undefined ||
    isCovered(wildcard ? `*.${name}` : name, settings.certificateNames);
  return covered ? undefined : 'which the certificate does not cover; browsers would refuse it';
}

/** A certificate's wildcard stands for exactly one label (RFC 6125 §6.4.3), so it never covers a wildcard below it. */
function isCovered(name: string, certificateNames: readonly string[]): boolean {
  return certificateNames.includes(name) || certificateNames.includes(name.replace(/^[^.*]+/, '*'));
}
