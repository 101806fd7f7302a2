/**
 * The orders of people about sign-in, as the updater keeps them: passes, revocations, and people to sign out. It is a document of its
 * own, because neither EC2 nor the store can repeat it: the mirror may be lost, and a lost revocation would make a pass valid again.
 */
import { isCount, type Json } from '../json.ts';
import {
  count,
  Fault,
  mapOf,
  matching,
  objectWith,
  oneOf,
  optional,
  parseDocument,
  text,
} from '../schema.ts';
import { isPassId, LONGEST_PASS } from '../session/pass.ts';
import { isEpoch, MAX_REVOKED, type SessionKeys } from '../session/session-keys.ts';
import { isUser } from '../session/user.ts';
import type { DeploymentId, Hostname, Seconds } from '../wire/brands.ts';

/** A pass that was made and has not ended. The text of the pass is not kept. */
export interface IssuedPass {
  host: Hostname;
  /** The program. */
  name: string;
  endsAt: Seconds;
}

export interface Orders {
  /** Sessions from an earlier epoch are refused. Epoch seconds of the last order to sign everybody out. */
  epoch: number;
  /** By their ids. */
  passes: ReadonlyMap<string, IssuedPass>;
  /** Ids of revoked passes, with their ends. */
  revoked: ReadonlyMap<string, Seconds>;
  /** The last order to sign a person out, by user. */
  signedOut: ReadonlyMap<string, Seconds>;
  /** Since when the secret of session keys cannot be read; absent while it can. */
  unreadableSince?: Seconds;
}

/** An order that cannot be carried out, in words for the person who gave it. */
export class Refusal {
  readonly reason: string;

  constructor(reason: string) {
    this.reason = reason;
  }
}

/** Passes of a deployment at a time: the document stays small. */
export const MAX_PASSES = 500;

/** A sign-in counts for eight hours, and an order to sign out concerns the sign-ins before it. */
const SIGN_IN_SECONDS: Seconds = 28_800;

/**
 * The first orders of a deployment, or those after the document was lost: what `:keys` says then still counts. Without `:keys` the epoch
 * is the present, so that no older session becomes valid again.
 *
 * @param stored the keys that the store holds
 */
export function firstOrders(stored: SessionKeys | undefined, now: Seconds): Orders {
  // The ends of these passes are not known.
  const revoked = (stored?.revoked ?? []).map((id): [string, Seconds] => [id, now + LONGEST_PASS]);
  return {
    epoch: stored?.epoch ?? now,
    passes: new Map(),
    revoked: new Map(revoked),
    signedOut: new Map(),
  };
}

/**
 * Orders that may be older than the store, because they could not be read again: what `:keys` says counts too. An epoch never falls, and
 * a revocation is not lost.
 *
 * @param stored the keys that the store holds
 */
export function joinStored(orders: Orders, stored: SessionKeys | undefined, now: Seconds): Orders {
  if (stored === undefined) return orders;
  const { epoch, revoked } = firstOrders(stored, now);
  return {
    ...orders,
    epoch: Math.max(orders.epoch, epoch),
    revoked: new Map([...revoked, ...orders.revoked]),
  };
}

/** The orders that still matter. */
export function currentOrders(orders: Orders, now: Seconds): Orders {
  const { passes, revoked, signedOut } = orders;
  return {
    ...orders,
    passes: filtered(passes, ({ endsAt }) => now < endsAt),
    revoked: filtered(revoked, (endsAt) => now < endsAt),
    signedOut: filtered(signedOut, (at) => now < at + SIGN_IN_SECONDS),
  };
}

function filtered<V>(map: ReadonlyMap<string, V>, isKept: (value: V) => boolean): ReadonlyMap<string, V> {
  return new Map([...map].filter(([, value]) => isKept(value)));
}

export function addPass(orders: Orders, id: string, pass: IssuedPass): Orders | Refusal {
  if (orders.passes.size < MAX_PASSES) return { ...orders, passes: new Map([...orders.passes, [id, pass]]) };
  return new Refusal(`${MAX_PASSES} passes have not ended yet; revoke one, or give the next ones fewer days`);
}

/** Revokes a pass. A pass that is revoked already stays so. */
export function revokePass(orders: Orders, id: string): Orders | Refusal {
  const { passes, revoked } = orders;
  if (revoked.has(id)) return orders;
  const pass = passes.get(id);
  if (pass === undefined)
    return new Refusal(`no pass with the id "${id}" is valid; \`pass --list\` shows all valid passes`);
  if (revoked.size >= MAX_REVOKED)
    return new Refusal(
      `${MAX_REVOKED} passes are revoked already, and the edge can refuse no more; put a new text into the secret of session keys, which ends all passes`,
    );
  return {
    ...orders,
    passes: new Map([...passes].filter(([each]) => each !== id)),
    revoked: new Map([...revoked, [id, pass.endsAt]]),
  };
}

/** Signs a person out: at the next renewal of a session, which is within an hour. */
export function signOut(orders: Orders, user: string, now: Seconds): Orders {
  return { ...orders, signedOut: new Map([...orders.signedOut, [user, now]]) };
}

/** Signs everybody out at once: the router refuses every session from before. */
export function signEverybodyOut(orders: Orders, now: Seconds): Orders {
  return { ...orders, epoch: Math.max(orders.epoch + 1, now) };
}

/** Folder of the document in the journal bucket. It never expires. */
const ORDERS_PREFIX = 'sign-in/';

/** The key of a deployment's document in its journal bucket. */
export function ordersKey(deployment: DeploymentId): string {
  return `${ORDERS_PREFIX}${deployment}.json`;
}

/** Prints the document that `parseOrders` reads. */
export function printOrders({ passes, revoked, signedOut, ...rest }: Orders): string {
  return JSON.stringify({
    ...{ version: 1, ...rest },
    passes: Object.fromEntries(passes),
    revoked: Object.fromEntries(revoked),
    signedOut: Object.fromEntries(signedOut),
  });
}

/** Parses the document. */
export function parseOrders(body: string): Orders | Fault {
  const document = parseDocument(body, DOCUMENT);
  if (document instanceof Fault) return document;
  const { version: _, ...orders } = document;
  return orders;
}

const PASS = objectWith<IssuedPass>({ host: text, name: text, endsAt: count });

const epoch = matching(
  (json: Json): json is number => isCount(json) && isEpoch(json),
  'a time in epoch seconds',
);

const DOCUMENT = objectWith<Orders & { version: 1 }>({
  version: oneOf(1),
  epoch,
  passes: mapOf(PASS, isPassId),
  revoked: mapOf(count, isPassId),
  signedOut: mapOf(count, isUser),
  unreadableSince: optional(count),
});
