import type { Family } from '../cloud/cards.ts';

export const REGIONS = ['us-east-1', 'eu-west-1'] as const;
export const LABELS = ['shop', 'chat', 'wiki', 'api', 'docs', 'blog'] as const;

/** All names below `shop`. Only histories with sign-in have it. */
export const WILDCARD = '*.shop';

export type Tags = Readonly<Record<string, string>>;

/** An action or a fault. Instances have numbers, so that any step may be left out. */
export type Action =
  | { do: 'launch'; n: number; region: string; isPublic: boolean; family: Family; tags: Tags; late?: Tags }
  | { do: 'tag'; n: number; tags: Tags }
  | { do: 'untag'; n: number; keys: readonly string[] }
  | { do: 'stop' | 'start' | 'terminate' | 'reboot'; n: number; isQuiet: boolean }
  /** A spot warning, and the end two minutes later. */
  | { do: 'evict'; n: number }
  | { do: 'associate'; n: number; address: number }
  | { do: 'disassociate'; address: number }
  /** Moves an IPv6 address to an instance, from another one if it has it. */
  | { do: 'assign'; n: number; address: number }
  /** Takes away the lowest public IPv6 address. */
  | { do: 'unassign'; n: number }
  /** Moves an interface to an instance, from another one if it has it. */
  | { do: 'attach'; n: number; card: number }
  | { do: 'detach'; card: number }
  | { do: 'edit'; label: string; how: Edit }
  | { do: 'stray'; which: number }
  | { do: 'outage'; service: OutageService; seconds: number }
  | { do: 'blind'; region: string; seconds: number }
  /** Another deployment fills the store except for some bytes, for a while. */
  | { do: 'fill'; spare: number; seconds: number }
  | { do: 'recycle' }
  /** A person opens an app and gets a session, if the concierge admits the person. */
  | { do: 'sign in'; person: number; label: string }
  | { do: 'renew'; which: number }
  /** A request to an edge, with one of the sessions and passes, or without. */
  | { do: 'visit'; label: string; which: number; isLate: boolean }
  /** The secret of session keys gets a new text. */
  | { do: 'rotate' }
  | { do: 'pass'; label: string; days: number }
  | { do: 'revoke'; which: number }
  | { do: 'sign out'; person: number; everybody: boolean }
  /** A person changes the access of an instance once a second. */
  | { do: 'flap'; n: number; tags: readonly Tags[] }
  /** A deployment changes the names that may be public. */
  | { do: 'rules'; openNames: readonly string[] }
  | { do: 'edit keys'; how: 'delete' | 'spoil' };

/** The services that a history can switch off. */
export type OutageService = 'kvs' | 's3' | 'truth' | 'dns' | 'secrets' | 'us-east-1' | 'eu-west-1';

/** A change of one key by a person or another deployment. */
export type Edit = 'write text' | 'spoil' | 'delete' | 'claim for another' | 'release by another';

export interface Step {
  /** Milliseconds since the history began. */
  at: number;
  action: Action;
}
