/** Header values by lower-case name; null for a header that must be absent. */
export type ExpectedHeaders = Readonly<Record<string, string | null>>;

/** The router's expected result for a canary's request: it forwards the request, or answers it. */
export type Expected =
  | { uri: string; headers?: ExpectedHeaders }
  | { status: number; headers?: ExpectedHeaders };

/** A test request for a router that is to be published. Plain JSON, because it is part of the template. */
export interface CanaryCase {
  name: string;
  /** A viewer-request event (CloudFront Developer Guide, "CloudFront Functions event structure"). */
  event: Readonly<Record<string, unknown>>;
  expected: Expected;
}
