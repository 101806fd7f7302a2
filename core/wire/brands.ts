/**
 * Units and names as types. A value with one mark is refused where another mark is asked for; a plain number or text passes, so that
 * literals and arithmetic stay readable (docs/decisions/0200). Types only: the router does not grow by a byte.
 */
type Brand<T, Mark extends string> = T & { readonly [MARK]?: Mark };

declare const MARK: unique symbol;

/** Seconds, since 1970 (UTC) for a point in time. */
export type Seconds = Brand<number, 'seconds'>;

/** Milliseconds, since 1970 (UTC) for a point in time. */
export type Milliseconds = Brand<number, 'milliseconds'>;

/** A hostname in lower case without port and final dot; `*.suffix` for a wildcard. */
export type Hostname = Brand<string, 'hostname'>;

/** The id of one deployment of this project: the mark of its entries. */
export type DeploymentId = Brand<string, 'deployment'>;

/** `i-` and 8 or 17 hexadecimal digits. */
export type InstanceId = Brand<string, 'instance'>;
