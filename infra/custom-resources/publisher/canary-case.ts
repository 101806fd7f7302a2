import type { DeploymentId, Hostname } from '../../../core/wire/brands.ts';

/** Header values by lower-case name; null for a header that must be absent. */
export type ExpectedHeaders = Readonly<Record<string, string | null>>;

/** A function's expected result for a canary: it forwards the request, or gives the answer. */
export type Expected =
  | { uri: string; headers?: ExpectedHeaders }
  | { status: number; headers?: ExpectedHeaders };

/** A test event for a function that is to be published. Plain JSON, because it is part of the template. */
export interface CanaryCase {
  name: string;
  /** A viewer-request or viewer-response event (CloudFront Developer Guide, "CloudFront Functions event structure"). */
  event: Readonly<Record<string, unknown>>;
  expected: Expected;
  /** The publisher adds a session to the event. It makes it with a key from the store, because a template must not hold one. */
  session?: CanarySession;
  /** The expected result while the store has no keys of sessions: until the updater has run. Absent if keys do not matter. */
  withoutKeys?: Expected;
}

/** A session that is valid for the time of the test. */
export interface CanarySession {
  deployment: DeploymentId;
  /** The hostname that it opens: that of the event. */
  host: Hostname;
  user: string;
}
