import { splitHostname } from '../words/links.ts';

/** The order of the list; `-` in front reverses it. */
export type Sort = `${'' | '-'}${SortKey}`;

export const SORT_KEYS = ['name', 'state', 'since', 'owner', 'last'] as const;

export type SortKey = (typeof SORT_KEYS)[number];

const SORTS: readonly Sort[] = SORT_KEYS.flatMap((key) => [key, `-${key}` as const]);

/** Which apps the list shows, and in which order. An empty text is no limit. */
export interface Filters {
  query: string;
  state: string;
  owner: string;
  sort: Sort;
}

/** The part of the portal that is open. */
export type View =
  /** `problems`: with all problems, and at them. */
  | { on: 'list' | 'problems' }
  /** `name` is a hostname, or its part below the base domain. */
  | { on: 'app'; name: string }
  | { on: 'explain'; url: string }
  | { on: 'oncall' };

/** The state of the page in its URL: `?q=&state=&owner=&sort=#shop`. */
export interface Address {
  filters: Filters;
  view: View;
}

export const NO_FILTERS: Filters = { query: '', state: '', owner: '', sort: 'name' };

const PROBLEMS = 'problems';
const ON_CALL = 'oncall';
const EXPLAIN = 'explain=';

/** Parses the query and the fragment of a URL, with `?` and `#` or without. Unknown parts are left out. */
export function parseAddress(search: string, hash: string): Address {
  const given = new URLSearchParams(search);
  const sort = SORTS.find((each) => each === given.get('sort')) ?? NO_FILTERS.sort;
  const text = (name: string) => given.get(name)?.trim() ?? '';
  const filters = { query: text('q'), state: text('state'), owner: text('owner'), sort };
  return { filters, view: parseView(decode(hash.replace(/^#/, ''))) };
}

function parseView(fragment: string): View {
  if (fragment === '') return { on: 'list' };
  if (fragment === PROBLEMS) return { on: 'problems' };
  if (fragment === ON_CALL) return { on: 'oncall' };
  if (fragment.startsWith(EXPLAIN)) return { on: 'explain', url: fragment.slice(EXPLAIN.length) };
  return { on: 'app', name: fragment.replace(/^@/, '') };
}

/** A fragment that a person has written need not be encoded. */
function decode(fragment: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
}

/** A reference with the query and the fragment. It begins with `./`, because `#shop` alone would keep the present query. */
export function printAddress({ filters, view }: Address): string {
  const given = new URLSearchParams();
  for (const [name, value] of [
    ['q', filters.query],
    ['state', filters.state],
    ['owner', filters.owner],
    ['sort', filters.sort === NO_FILTERS.sort ? '' : filters.sort],
  ] as const)
    if (value !== '') given.set(name, value);
  return `./${given.size > 0 ? `?${given}` : ''}${printView(view)}`;
}

function printView(view: View): string {
  switch (view.on) {
    case 'list':
      return '';
    case 'problems':
      return `#${PROBLEMS}`;
    case 'oncall':
      return `#${ON_CALL}`;
    case 'explain':
      return `#${EXPLAIN}${encodeURIComponent(view.url)}`;
    case 'app':
      return `#${printName(view.name)}`;
  }
}

/** A name that a fragment uses for another view gets `@` in front. */
function printName(name: string): string {
  const isTaken = parseView(name).on !== 'app';
  return `${isTaken ? '@' : ''}${encodeURIComponent(name).replaceAll('%2A', '*')}`;
}

/** The hostname that the name of a view means: `shop` is `shop.dev.example.com`. */
export function hostnameOfName(name: string, baseDomain: string): string {
  if (baseDomain === '' || name === baseDomain || name.endsWith(`.${baseDomain}`)) return name;
  return `${name}.${baseDomain}`;
}

/** A hostname with the way to its page. */
export interface NameView {
  hostname: string;
  /** The hostname without the base domain. */
  label: string;
  /** The base domain with its dot; empty if the name is not below it. */
  suffix: string;
  /** `#shop`: a link to it keeps the filters. */
  fragment: string;
}

export function describeName(hostname: string, baseDomain: string): NameView {
  const { label, suffix } = splitHostname(hostname, baseDomain);
  return { hostname, label, suffix, fragment: `#${printName(label)}` };
}
