import type { Access } from '../entry/access.ts';
import type { Entry } from '../entry/entry.ts';
import type { IsMac } from '../session/signed.ts';
import type { DeploymentId, Hostname, Seconds } from '../wire/brands.ts';

/** The settings of a deployment that decide about a request. */
export interface Place {
  /** `''`: all apps on the distribution's own domain. */
  baseDomain: string;
  scheme: 'https' | 'http';
  signIn?: { deployment: DeploymentId };
}

/** A value of a request. `multiValue` is there if the viewer sent several. */
export interface Field {
  readonly value: string;
  readonly multiValue?: readonly { readonly value: string }[];
}

/** A request in the form of CloudFront's event: raw path, lower-case header names, cookies apart. */
export interface AskedRequest {
  readonly method: string;
  readonly uri: string;
  /** As sent, without its `?`. */
  readonly query?: string | undefined;
  readonly querystring: Readonly<Record<string, Field>>;
  readonly headers: Readonly<Record<string, Field>>;
  readonly cookies: Readonly<Record<string, Field>>;
}

/** The value of a field. Undefined if the viewer did not send it; every object has a `constructor`. */
export function fieldOf(fields: Readonly<Record<string, Field>>, name: string): string | undefined {
  return Object.hasOwn(fields, name) ? fields[name]?.value : undefined;
}

/** The query with its `?`, as the viewer wrote it. */
export function queryOf({ query = '' }: AskedRequest): string {
  return query === '' ? '' : `?${query}`;
}

/** The port that the viewer wrote in the Host header, with its colon; `''` for the scheme's default port. */
export function portOf({ headers }: AskedRequest): string {
  return /:\d{1,5}$/.exec(fieldOf(headers, 'host') ?? '')?.[0] ?? '';
}

/** The content of one key of the store. */
export type Found =
  | { is: 'missing' }
  /** Without `goneAt` if a hint says so. */
  | { is: 'gone'; access: Access; sequence: number; goneAt?: Seconds }
  /** `listed`: it was made from a list, without addresses, token and number. */
  | { is: 'entry'; entry: Entry; listed?: Listed }
  /** A name of which a list has only the state, which may be one of another version. */
  | { is: 'named'; state: string }
  /** A value that this version would not write. The router may follow the parts that it can read. */
  | { is: 'unreadable' };

/** The facts about an entry that only a list has. */
export interface Listed {
  /** ISO 8601, UTC: since when it has its state. */
  since?: string;
}

/** A request to a deployment, and the facts by which the router decides. */
export interface Question {
  place: Place;
  request: AskedRequest;
  /** The address of the viewer, if it is known. It decides together with `hash`. */
  viewer?: string;
  now: Seconds;
  find(key: Hostname): Found;
  /** The first 24 bits of the MD5 of a text. Without it, the instance of a pool is not known. */
  hash?(text: string): number;
  /** The value of `:keys` and the comparison of MACs, for sessions and hints. Without them no hint counts. */
  keys?: { value: string; isMac: IsMac };
  /** True if the explanation assumes that every access rule admits the viewer. Without keys it always does. */
  admitted?: boolean;
}
