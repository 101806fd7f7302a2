import type { EdgeRequest, EdgeResponse, OriginUpdate, ViewerRequestEvent } from 'cloudfront';

/** What every run of a CloudFront Function reports beside its answer. */
export interface RunReport {
  /** Reads of the KeyValueStore, hits and misses alike (each is billed). */
  reads: number;
  /** What the function gave to `cf.logCustomData`, if anything. */
  log?: string;
}

/** What CloudFront does with one run of a viewer-request function. */
export type EdgeVerdict = RunReport &
  (
    | { kind: 'forward'; request: EdgeRequest; origin: OriginUpdate | undefined }
    | { kind: 'respond'; response: EdgeResponse }
    /** 503 when the function could not run, 502 when what it returned is refused. */
    | { kind: 'error'; status: 502 | 503; xCache: string; message: string }
  );

/** A viewer-request function, built and ready to run. */
export interface EdgeFunction {
  run(event: ViewerRequestEvent): Promise<EdgeVerdict>;
}

/** Reads one key as an edge location sees the store: `undefined` where the key does not exist. */
export type ReadKey = (key: string) => string | undefined;
