/** JSON documents that several writers may change at the same time. */
export interface Documents {
  /** Undefined if there is none. */
  load(key: string): Promise<{ body: string; version: string } | undefined>;
  /**
   * Writes the document if it still has the version that was loaded; undefined stands for none.
   *
   * @returns false if it has another one
   */
  save(key: string, body: string, version: string | undefined): Promise<boolean>;
}

/** The access logs in their bucket. */
export interface Logs {
  /** The parts of one log as text, unpacked. Undefined for a log that is no longer there. */
  open(key: string): Promise<AsyncIterable<string> | undefined>;
  /** The keys of all logs. */
  keys(): AsyncIterable<string>;
}

/** Everything that counts logs. */
export interface TrafficParts {
  deployment: string;
  logs: Logs;
  /** Documents in the bucket of the logs. */
  days: Documents;
  /** Documents of the site. */
  site: Documents;
  sleep(milliseconds: number): Promise<void>;
  /** From 0 to 1. */
  random(): number;
  /** Writes a line for operators. */
  warn(message: string): void;
}
