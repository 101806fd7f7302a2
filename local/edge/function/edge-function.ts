import type { EdgeRequest, EdgeResponse, OriginUpdate, ViewerRequestEvent } from 'cloudfront';

/** The facts about one run of a CloudFront Function. */
export interface RunReport {
  /** Reads of the KeyValueStore, hits and misses (each is billed). */
  reads: number;
  /** The argument of `cf.logCustomData`. */
  log?: string;
}

/** CloudFront's reaction to one run of a viewer-request function. */
export type EdgeVerdict = RunReport &
  (
    | { kind: 'forward'; request: EdgeRequest; origin: OriginUpdate | undefined }
    | { kind: 'respond'; response: EdgeResponse }
    /** 503 if the function could not run, 502 if its result is refused. */
    | { kind: 'error'; status: 502 | 503; xCache: string; message: string }
  );

/** A compiled viewer-request function. */
export interface EdgeFunction {
  run(event: ViewerRequestEvent): Promise<EdgeVerdict>;
}

/** Reads one key as an edge location sees the store. Undefined if the key does not exist. */
export type ReadKey = (key: string) => string | undefined;
