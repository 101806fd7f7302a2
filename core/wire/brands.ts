/**
 * Units and names as types. TypeScript refuses a value with one brand where another brand is required. It accepts a plain
 * number or text, so that literals and arithmetic stay readable (docs/decisions/0200). These are types only, so the router does
 * not grow.
 */
type Brand<T, Mark extends string> = T & { readonly [MARK]?: Mark };

declare const MARK: unique symbol;

/** Seconds; a point in time is counted from 1970 (UTC). */
export type Seconds = Brand<number, 'seconds'>;

/** Milliseconds; a point in time is counted from 1970 (UTC). */
export type Milliseconds = Brand<number, 'milliseconds'>;

/** A hostname in lower case without port and final dot; `*.suffix` for a wildcard. */
export type Hostname = Brand<string, 'hostname'>;

/** The id of one deployment of this project, which marks its entries. */
export type DeploymentId = Brand<string, 'deployment'>;

/** `i-` and 8 or 17 hexadecimal digits. */
export type InstanceId = Brand<string, 'instance'>;

/** The id of a network interface, or of its attachment to an instance: `eni-` or `eni-attach-`, and 8 or 17 hexadecimal digits. */
export type InterfaceId = Brand<string, 'interface'>;
