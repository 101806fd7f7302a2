import type { Access } from '../../../core/entry/access.ts';
import type { Terms } from './expected.ts';
import type { Shown } from './run-record.ts';

/** `proxy:access`, computed a second time and more simply. This file shares no code with core/access and core/tags. */

/** A viewer of a history. */
export interface Viewer {
  /** `''` for a viewer who has not signed in. */
  user: string;
  groups: readonly string[];
  isDomainVouched: boolean;
}

export const PEOPLE: readonly Viewer[] = [
  { user: 'alice@example.com', groups: ['devs'], isDomainVouched: true },
  { user: 'bob@example.com', groups: [], isDomainVouched: true },
  { user: 'carol@example.org', groups: ['ops'], isDomainVouched: false },
  { user: 'dave@example.com', groups: ['devs', 'ops'], isDomainVouched: false },
];

const STRANGER: Viewer = { user: '', groups: [], isDomainVouched: false };

/** The values of the tag that instances of a history may have with sign-in. */
export const ACCESS_TAGS = [
  ...['signed-in', 'group:devs', 'group:ops', 'alice@example.com', 'group:devs bob@example.com'],
  ...['*@example.com', `carol@example.org ${'x'.repeat(60)}@example.net`, 'public', 'public'],
] as const;

/** Values that no instance may have. */
export const BAD_ACCESS_TAGS = ['everybody', 'group:nobody', 'alice', 'public group:devs'] as const;

const isKnown = (value: string) => ACCESS_TAGS.some((tag) => tag === value);

/** Whether the tag of an instance is one that it may have for this name. */
export function mayAsk({ tags }: Shown, label: string, { isSignIn, openNames }: Terms): boolean {
  const value = tags.get('proxy:access');
  if (value === undefined) return true;
  if (!isSignIn || !isKnown(value)) return false;
  return value !== 'public' || openNames.includes(label);
}

/** The viewers whom the tag of an instance admits. */
function admittedByTag({ tags }: Shown): readonly Viewer[] {
  const value = tags.get('proxy:access') ?? 'signed-in';
  if (value === 'public') return [STRANGER, ...PEOPLE];
  return value === 'signed-in' ? PEOPLE : PEOPLE.filter((person) => isNamed(person, value.split(' ')));
}

/** The viewers whom an entry admits. */
export function admittedBy(access: Access): readonly Viewer[] {
  if (typeof access === 'string') return [STRANGER, ...PEOPLE];
  const { rule } = access;
  return rule === undefined ? PEOPLE : PEOPLE.filter((person) => isNamed(person, rule.split(',')));
}

function isNamed({ user, groups, isDomainVouched }: Viewer, words: readonly string[]): boolean {
  const names = [
    user,
    ...groups.map((group) => `group:${group}`),
    ...(isDomainVouched ? [domainOf(user)] : []),
  ];
  return words.some((word) => names.includes(word));
}

const domainOf = (user: string) => user.replace(/^.*@/, '*@');

/** A viewer whom an entry admits, and the tag of one of its instances does not; undefined if there is none. */
export function admittedTooMany(access: Access, shown: Shown): string | undefined {
  const admitted = admittedByTag(shown);
  const tooMany = admittedBy(access).find((viewer) => !admitted.includes(viewer));
  return tooMany && (tooMany.user || 'a viewer without a session');
}

/** Why an entry of these claimants must not have this access; undefined if it may. */
export function accessFault(
  access: Access,
  party: readonly Shown[],
  { isSignIn }: Terms,
): string | undefined {
  if (!isSignIn) return access === 'public' ? undefined : 'is gated without sign-in';
  const tags = [...new Set(party.map(({ tags: all }) => all.get('proxy:access') ?? 'signed-in'))];
  const due = dueAccess(tags);
  const is = typeof access === 'string' ? access : `gated ${access.rule ?? ''}`;
  return is === due ? undefined : `has the access "${is}" instead of "${due}"`;
}

/** The words that all tags have in common. `public` and `signed-in` name no word, and admit everybody whom the others admit. */
function dueAccess(tags: readonly string[]): string {
  if (tags.every((tag) => tag === 'public')) return 'open';
  const lists = tags.filter((tag) => tag !== 'public' && tag !== 'signed-in').map((tag) => tag.split(' '));
  const common = lists[0]?.filter((word) => lists.every((list) => list.includes(word))).sort() ?? [];
  return `gated ${lists.length === 0 ? '' : common.join() || '-'}`;
}
