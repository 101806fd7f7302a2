import { createHmac } from 'node:crypto';
import { type Entry, isServing, type ServingEntry } from '../../../core/entry/entry.ts';
import type { ClaimRule } from '../../../core/settings/claim-rules.ts';
import type { Environment } from '../../../updater/environment.ts';
import { nameIn } from '../../support/values/instances.ts';
import { LABELS, WILDCARD } from '../story/action.ts';
import { accessFault, mayAsk } from './access.ts';
import { leadsTo, type Shown } from './run-record.ts';

/**
 * The claims of instances, computed a second time and more simply, for the tags that histories use. This file shares no code
 * with core/routes/route.ts and core/routes/route-spec.ts, so that both do not have the same mistake.
 */

export const BASE_DOMAIN = 'dev.example.com';

/** One name for one region, and one for an account or a tag. */
export const CLAIMS: readonly ClaimRule[] = [
  { names: ['wiki'], regions: ['eu-west-1'] },
  { names: ['blog*'], accounts: ['444455556666'] },
  { names: ['blog*'], tag: 'proxy:port=8080' },
];

/** The settings on which claims depend. */
export interface Terms {
  isSignIn: boolean;
  /** The labels that a claim rule lets be public. */
  openNames: readonly string[];
}

export function termsOf({ signIn, claims = [] }: Environment): Terms {
  const open = claims.filter(({ access }) => access === 'public');
  return { isSignIn: signIn !== undefined, openNames: open.flatMap(({ names }) => names) };
}

/** The same rules once more. */
function mayHave(label: string, { region, account, tags }: Shown): boolean {
  if (label === 'wiki') return region === 'eu-west-1';
  // The wildcard covers names that begin with `blog`.
  return (
    (label !== 'blog' && label !== WILDCARD) ||
    account === '444455556666' ||
    tags.get('proxy:port') === '8080'
  );
}

const GOOD: Readonly<Record<string, (value: string) => boolean>> = {
  'proxy:host': () => true,
  'proxy:group': (value) => value !== '',
  'proxy:port': (value) => ['80', '443', '3000', '8080'].includes(value),
  'proxy:ttl': (value) => /^\d+[mh]$/.test(value),
  'proxy:weight': (value) => /^\d$/.test(value),
  'proxy:address': (value) => value === 'ipv4' || value === 'ipv6',
  'proxy:maintenance': (value) => value === 'on' || value === 'off',
};

/** Epoch seconds at which the instance's lease ends. */
export function endOf(shown: Shown): number {
  const [, count, unit] = /^(\d+)([mh])$/.exec(shown.tags.get('proxy:ttl') ?? '') ?? [];
  return count === undefined
    ? Number.POSITIVE_INFINITY
    : shown.launchedAt + Number(count) * (unit === 'h' ? 3600 : 60);
}

/** The hostnames that an instance validly claims at `now` (epoch seconds). */
export function claimsOf(shown: Shown, now: number, terms: Terms): readonly string[] {
  if (shown.state === 'shutting-down' || shown.state === 'terminated' || endOf(shown) <= now) return [];
  const ours = [...shown.tags].filter(([key]) => key.startsWith('proxy:') && key !== 'proxy:access');
  if (!ours.every(([key, value]) => GOOD[key]?.(value) === true)) return [];
  const words = (shown.tags.get('proxy:host') ?? '').split(' ');
  const isOurs = (word: string) => isLabel(word) && mayHave(word, shown);
  const names = words.filter((word) => isOurs(word) && mayAsk(shown, word, terms));
  return [...new Set(names)].map((name) => `${name}.${BASE_DOMAIN}`);
}

const isLabel = (word: string) => [...LABELS, WILDCARD].some((label) => label === word);

/** Whether a living instance claims the name, or an invalid name that may have been meant for it. */
export function stillAsks(shown: Shown, hostname: string): boolean {
  const { state, tags } = shown;
  if (!mayHave(hostname.replace(`.${BASE_DOMAIN}`, ''), shown)) return false;
  if (state === 'shutting-down' || state === 'terminated') return false;
  const words = (tags.get('proxy:host') ?? '').split(' ').filter((word) => word !== '');
  return words.some((word) => `${word}.${BASE_DOMAIN}` === hostname || !isLabel(word));
}

export const partyOf = ({ id, account, tags }: Shown) => {
  const group = tags.get('proxy:group');
  return group === undefined ? id : `${account}/${group}`;
};

/** The token that proves to an app that a request came through its own name (docs/use/apps.md). */
export function tokenFor(hostname: string, secret: string | undefined): string {
  if (secret === undefined) return '';
  return createHmac('sha256', secret).update(hostname).digest('base64url').slice(0, 16);
}

export function isLive(shown: Shown): boolean {
  return shown.state === 'running' && shown.publicName !== '' && shown.tags.get('proxy:maintenance') !== 'on';
}

/** Why an entry must not follow the earlier one of its name; undefined if it may. */
export function heirFault(
  hostname: string,
  [before, after]: readonly [Entry, Entry],
  fleet: readonly Shown[],
  now: number,
  terms: Terms,
): string | undefined {
  const claimants = fleet.filter((shown) => claimsOf(shown, now, terms).includes(hostname));
  const stayed = before.instances.flatMap(({ id }) => claimants.filter((shown) => shown.id === id));
  const votes = (shown: Shown) => stayed.filter((other) => partyOf(other) === partyOf(shown)).length;
  const most = Math.max(...stayed.map(votes));
  const first = stayed.filter((shown) => votes(shown) === most);
  const heir = first.find(({ tags }) => tags.has('proxy:group')) ?? first[0];
  const taker = claimants.find((shown) => after.instances.some(({ id }) => id === shown.id));
  const isBefore = ({ id }: Shown) => before.instances.some((member) => member.id === id);
  // A claim with wrong tags may be kept, and then counts (core/routes/kept-claim.ts).
  const slipped = fleet.some(
    (shown) => isBefore(shown) && !claimants.includes(shown) && stillAsks(shown, hostname),
  );
  if (slipped) return undefined;
  if (heir === undefined || taker === undefined || partyOf(heir) === partyOf(taker)) return undefined;
  return `goes to ${taker.id}, although ${most} of its instances stay with ${heir.id}`;
}

/** Why these claimants may not have this entry; undefined if they may. */
export function faultOf(
  hostname: string,
  entry: Entry,
  fleet: readonly Shown[],
  now: number,
  terms: Terms,
): string | undefined {
  const claimants = fleet.filter((shown) => claimsOf(shown, now, terms).includes(hostname));
  const members = entry.instances.map((member) => claimants.find((shown) => shown.id === member.id));
  const present = members.filter((shown) => shown !== undefined);
  if (present.length < members.length) return 'names an instance that does not claim it';
  const parties = new Set(present.map(partyOf));
  if (parties.size !== 1) return `is shared by ${parties.size} parties`;
  const party = claimants.filter((shown) => parties.has(partyOf(shown)));
  const live = party.filter(isLive);
  const due = live.length > 0 ? live : party;
  if (new Set(members).size !== due.length) return `has ${members.length} members instead of ${due.length}`;
  const fault = isServing(entry) ? servingFault(entry, live) : closedFault(entry.state, party, live);
  return fault ?? accessFault(entry.access, party, terms);
}

function servingFault(entry: ServingEntry, live: readonly Shown[]): string | undefined {
  for (const target of entry.instances) {
    const shown = live.find(({ id }) => id === target.id);
    if (shown === undefined) return `serves ${target.id}, which is not live`;
    const name = nameIn(target.address);
    if (!leadsTo(shown, name)) return `names ${name}, not ${shown.publicName}`;
    if (target.launchedAt !== shown.launchedAt) return `names an earlier life of ${target.id}`;
  }
  return undefined;
}

function closedFault(state: string, party: readonly Shown[], live: readonly Shown[]): string | undefined {
  if (live.length > 0) return `is ${state} although ${live[0]?.id} is live`;
  const inMaintenance = party.some((shown) => shown.tags.get('proxy:maintenance') === 'on');
  const isStarting = party.some((shown) => shown.state === 'pending' || shown.state === 'running');
  const due = inMaintenance ? 'maintenance' : isStarting ? 'starting' : 'asleep';
  return state === due ? undefined : `is ${state} instead of ${due}`;
}
