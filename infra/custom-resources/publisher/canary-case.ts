/** Header values by lower-case name; null for a header that must not be there. */
export type ExpectedHeaders = Readonly<Record<string, string | null>>;

/** What the router should make of a canary's request: send it on, or answer it. */
export type Expected =
  | { uri: string; headers?: ExpectedHeaders }
  | { status: number; headers?: ExpectedHeaders };

/** One request with which a router is proven before it is published. Plain JSON: it travels in the template. */
export interface CanaryCase {
  name: string;
  /** A viewer-request event (CloudFront Developer Guide, "CloudFront Functions event structure"). */
  event: Readonly<Record<string, unknown>>;
  expected: Expected;
}
