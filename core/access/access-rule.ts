/**
 * The access rule of a hostname: the signed-in people who may open it. It is a text with its terms, sorted, each once, and with
 * commas between them, so equal rules are equal texts.
 *
 *     group:devs            a group of the setting `groups`
 *     alice@example.com     one person
 *     *@example.com         every person whose domain the provider vouches for
 *
 * Without a rule, every signed-in person may open the hostname.
 */
import { isShortName } from '../session/fields.ts';
import { isUser } from '../session/user.ts';

const GROUP = 'group:';
const DOMAIN = '*@';

/** The rule that admits no person: the rules of two instances of one hostname have no term in common. */
export const NO_PERSON = '-';

/** The rule with these terms in any order; undefined if one of them is not a term. */
export function makeAccessRule(terms: readonly string[]): string | undefined {
  // Check before lower-casing, which turns the Kelvin sign into a plain k.
  if (!terms.every((term) => /^[!-~]+$/.test(term))) return undefined;
  const known = [...new Set(terms.map((term) => term.toLowerCase()))].sort();
  return known.length > 0 && known.every(isTerm) ? known.join(',') : undefined;
}

/** Whether a text is a rule as `makeAccessRule` or `commonRule` makes it. */
export function isAccessRule(text: string): boolean {
  return text === NO_PERSON || makeAccessRule(text.split(',')) === text;
}

/** The groups that a rule names. */
export function groupsIn(rule: string): string[] {
  return rule
    .split(',')
    .filter((term) => term.startsWith(GROUP))
    .map((term) => term.slice(GROUP.length));
}

/** The rule with the terms that both rules have; undefined is the rule of every signed-in person. */
export function commonRule(a: string | undefined, b: string | undefined): string | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  const terms = b.split(',');
  return (
    a
      .split(',')
      .filter((term) => terms.includes(term))
      .join(',') || NO_PERSON
  );
}

/** Facts about a signed-in person that rules ask for. */
export interface Person {
  user: string;
  isDomainVouched: boolean;
  groups: readonly string[];
}

/** Whether a rule admits a signed-in person. */
export function isAdmitted(rule: string | undefined, { user, isDomainVouched, groups }: Person): boolean {
  if (rule === undefined) return true;
  // A provider may have a user of this name.
  if (rule === NO_PERSON) return false;
  return rule.split(',').some((term) => {
    if (term.startsWith(GROUP)) return groups.includes(term.slice(GROUP.length));
    if (term.startsWith(DOMAIN)) return isDomainVouched && domainOf(user) === domainOf(term);
    return term === user;
  });
}

/** The people whom a rule admits, as the end of a sentence for a person whom it does not. It names groups and domains, but no other person. */
export function describeAdmitted(rule: string | undefined): string {
  if (rule === undefined) return 'is for signed-in people';
  if (rule === NO_PERSON) return 'is closed, because the tags of its instances have no person in common';
  const terms = rule.split(',');
  const domains = terms.filter((term) => term.startsWith(DOMAIN)).map(domainOf);
  const names = terms.filter((term) => !term.startsWith(GROUP) && !term.startsWith(DOMAIN));
  const groups = groupsIn(rule);
  const people = [
    ...(groups.length === 0 ? [] : [`the ${groups.length === 1 ? 'group' : 'groups'} ${groups.join(', ')}`]),
    ...(domains.length === 0 ? [] : [`people of ${domains.join(', ')}`]),
    ...(names.length === 0 ? [] : ['people whom its tag names']),
  ];
  return `is for ${people.join(' and for ')}`;
}

/** The part after the last `@`; the part before it may contain one in quotes. */
function domainOf(user: string): string {
  return user.slice(user.lastIndexOf('@') + 1);
}

function isTerm(term: string): boolean {
  if (term.startsWith(GROUP)) return isShortName(term.slice(GROUP.length));
  // An asterisk within a name suggests a pattern.
  return isUser(term) && /^(?:\*|[^*]+)@[a-z\d-]+(?:\.[a-z\d-]+)+$/.test(term);
}
