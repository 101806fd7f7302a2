import { type Json, parseJson } from '../core/json.ts';
import {
  anyText,
  Fault,
  listOf,
  mapOf,
  objectWith,
  optional,
  parseDocument,
  type Schema,
} from '../core/schema.ts';
import type { Milliseconds } from '../core/wire/brands.ts';
import { LISTED_INSTANCE, type ListedInstance } from './ec2/listed-instance.ts';
import type { Routers } from './edge/function/deployed-router.ts';
import { CHANGE, type Change } from './timeline.ts';

/** The header that `/_local/` requires. A web page cannot send it across origins. */
export const LOCAL_HEADER = 'x-proxy-local';

/** Thrown for an unreadable answer or a refusal. The message names the remedy. */
export class CloudAnswerError extends Error {
  override name = 'CloudAnswerError';
}

const headers = { [LOCAL_HEADER]: '1' };

/** Milliseconds that a local cloud has to answer. */
const PATIENCE_MS = 2_000;

/** True when a local cloud answers at `api` (`http://127.0.0.1:<port>`). */
export async function isCloudAnswering(api: string): Promise<boolean> {
  try {
    const url = `${api}/_local/changes?since=${Date.now()}`;
    const response = await fetch(url, { headers, signal: AbortSignal.timeout(PATIENCE_MS) });
    await response.text();
    return response.ok;
  } catch (error) {
    // The port is closed, silent or used by another protocol.
    if (error instanceof TypeError || (error as Error).name === 'TimeoutError') return false;
    throw error;
  }
}

/** Reads the changes of routes from `since` on, oldest first. */
export async function changesSince(api: string, since: Milliseconds): Promise<Change[]> {
  return readList(api, `changes?since=${since}`, CHANGE);
}

/** Lists all instances, oldest first. */
export async function listInstances(api: string): Promise<ListedInstance[]> {
  const instances = await readList(api, 'instances', LISTED_INSTANCE);
  return instances.sort((a, b) => a.launchedAt - b.launchedAt);
}

async function readList<T>(api: string, path: string, schema: Schema<T>): Promise<T[]> {
  const response = await fetch(`${api}/_local/${path}`, { headers });
  const list = parseDocument(await response.text(), listOf(schema));
  if (!(list instanceof Fault)) return list;
  throw new CloudAnswerError(
    `this version cannot read the answer of the local cloud at ${api}: ${list}; restart it with this version`,
  );
}

const REFUSAL = objectWith<{ error: string }>({ error: anyText });

/** Reads a document that the updater has published for the portal. Undefined if it is not there. */
export async function readPublishedDocument(api: string, name: string): Promise<string | undefined> {
  const response = await fetch(`${api}/_local/published/${name}`, { headers });
  if (response.status === 404) return undefined;
  const text = await response.text();
  if (response.ok) return text;
  const refusal = parseDocument(text, REFUSAL);
  const reason = refusal instanceof Fault ? text : refusal.error;
  throw new CloudAnswerError(
    `the local cloud at ${api} cannot read ${name}: ${reason}; the updater writes it again with its next change`,
  );
}

/** The routers of a local cloud, and keys of its store. */
export interface EdgeFacts {
  /** The code that its edge runs. */
  routers: Routers;
  baseDomain: string;
  /** With sign-in: the id of the deployment. */
  deployment?: string;
  distributionDomainName: string;
  /** The values of the keys that were asked for and exist. */
  values: ReadonlyMap<string, string>;
}

const EDGE_FACTS = objectWith<EdgeFacts>({
  routers: objectWith<Routers>({ apps: anyText, site: optional(anyText) }),
  baseDomain: anyText,
  deployment: optional(anyText),
  distributionDomainName: anyText,
  values: mapOf(anyText),
});

/** Reads the routers and some keys of the store as they are now. */
export async function readEdge(api: string, keys: readonly string[]): Promise<EdgeFacts> {
  const query = new URLSearchParams(keys.map((key): [string, string] => ['key', key]));
  const response = await fetch(`${api}/_local/edge?${query}`, { headers });
  const facts = parseDocument(await response.text(), EDGE_FACTS);
  if (!(facts instanceof Fault)) return facts;
  throw new CloudAnswerError(
    `this version cannot read the answer of the local cloud at ${api}: ${facts}; restart it with this version`,
  );
}

/** The store of a local cloud, and the settings of its updater about names. */
export interface StoreFacts {
  deployment: string;
  baseDomain: string;
  /** The setting `claims` as JSON. */
  claims?: string;
  /** With sign-in: the setting `groups`. */
  groups?: readonly string[];
  /** Every entry. */
  values: ReadonlyMap<string, string>;
}

const STORE_FACTS = objectWith<StoreFacts>({
  deployment: anyText,
  baseDomain: anyText,
  claims: optional(anyText),
  groups: optional(listOf(anyText)),
  values: mapOf(anyText),
});

/** Reads the whole store as it is now, without the keys of sign-in. */
export async function readStore(api: string): Promise<StoreFacts> {
  const response = await fetch(`${api}/_local/store`, { headers });
  const facts = parseDocument(await response.text(), STORE_FACTS);
  if (!(facts instanceof Fault)) return facts;
  throw new CloudAnswerError(
    `this version cannot read the answer of the local cloud at ${api}: ${facts}; restart it with this version`,
  );
}

/** Sends an event as EventBridge would. */
export async function sendEvent(api: string, event: unknown): Promise<void> {
  const body = JSON.stringify(event);
  const response = await fetch(`${api}/_local/events`, { method: 'POST', headers, body });
  if (response.ok) return;
  throw new CloudAnswerError(
    `the local cloud at ${api} refused the event: ${response.status} ${await response.text()}`,
  );
}

/** Waits until no instance is changing and the updater has handled every event. Resolves with false after `patience`. */
export async function waitUntilSettled(api: string, patience: Milliseconds): Promise<boolean> {
  try {
    await fetch(`${api}/_local/settled`, { headers, signal: AbortSignal.timeout(patience) });
    return true;
  } catch (error) {
    if ((error as Error).name === 'TimeoutError') return false;
    throw error;
  }
}

/** Gives the updater an order about sign-in, as an invocation of its function does on AWS. Then it sweeps, so that no minute passes. */
export async function sendOrder(api: string, order: unknown): Promise<Json> {
  const response = await fetch(`${api}/_local/orders`, {
    method: 'POST',
    headers,
    body: JSON.stringify(order),
  });
  const text = await response.text();
  if (!response.ok) throw new CloudAnswerError(`the local cloud at ${api} refused the order: ${text}`);
  await sendEvent(api, { action: 'reconcile' });
  return parseJson(text);
}
