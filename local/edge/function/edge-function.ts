import type {
  EdgeRequest,
  EdgeResponse,
  OriginResponse,
  OriginUpdate,
  ViewerRequestEvent,
  ViewerResponseEvent,
} from 'cloudfront';

/** The facts about one run of a CloudFront Function. */
export interface RunReport {
  /** Reads of the KeyValueStore, hits and misses (each is billed). */
  reads: number;
  /** The argument of `cf.logCustomData`. */
  log?: string;
}

/** CloudFront's answer if a function could not run (503), or if its result is refused (502). */
export interface EdgeError {
  kind: 'error';
  status: 502 | 503;
  xCache: string;
  message: string;
}

/** CloudFront's reaction to one run of a viewer-request function. */
export type EdgeVerdict = RunReport &
  (
    | { kind: 'forward'; request: EdgeRequest; origin: OriginUpdate | undefined }
    | { kind: 'respond'; response: EdgeResponse }
    | EdgeError
  );

/** A compiled viewer-request function. */
export interface EdgeFunction {
  run(event: ViewerRequestEvent): Promise<EdgeVerdict>;
}

/** CloudFront's reaction to one run of a viewer-response function. */
export type HeadersVerdict = { kind: 'respond'; response: OriginResponse } | EdgeError;

/** A compiled viewer-response function, which may change headers and cookies. */
export interface HeadersFunction {
  run(event: ViewerResponseEvent): HeadersVerdict;
}

/** Reads one key as an edge location sees the store. Undefined if the key does not exist. */
export type ReadKey = (key: string) => string | undefined;
