import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { groupBy } from '../../core/group-by.ts';
import type { LogLine } from '../../core/traffic/access-record.ts';
import { formatLogKey } from '../../core/traffic/log-key.ts';
import type { Milliseconds } from '../../core/wire/brands.ts';
import { DISTRIBUTION } from '../edge/function/edge-event.ts';

/** The settings of an access log. */
export interface AccessLogOptions {
  /** Time from the first line of a file to its delivery. */
  every: Milliseconds;
  /** Takes a finished file: its key in the bucket, and its packed lines. */
  deliver(key: string, body: Buffer): Promise<void>;
  /** Receives the reason why a file could not be delivered. */
  onTrouble(message: string): void;
}

/** A file with this many lines is delivered at once. */
const MOST_LINES = 10_000;

const pack = promisify(gzip);

/** Collects lines and delivers them as CloudFront does: JSON lines in gzip, a file for each hour. */
export class AccessLog {
  readonly #options: AccessLogOptions;
  #lines: LogLine[] = [];
  #timer: NodeJS.Timeout | undefined;
  /** Ends when all earlier files have been delivered. */
  #delivery: Promise<void> = Promise.resolve();

  constructor(options: AccessLogOptions) {
    this.#options = options;
  }

  /** Adds a line. */
  add(line: LogLine): void {
    this.#lines.push(line);
    this.#timer ??= setTimeout(() => void this.flush(), this.#options.every);
    if (this.#lines.length >= MOST_LINES) void this.flush();
  }

  /** Delivers all lines. Resolves when they have been delivered. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const lines = this.#lines;
    this.#lines = [];
    this.#delivery = this.#delivery.then(() => this.#deliver(lines));
    return this.#delivery;
  }

  async #deliver(lines: readonly LogLine[]): Promise<void> {
    try {
      for (const [key, ofHour] of groupByHour(lines))
        await this.#options.deliver(
          key,
          await pack(ofHour.map((line) => `${JSON.stringify(line)}\n`).join('')),
        );
    } catch (error) {
      this.#options.onTrouble(`requests are not logged (${lines.length}): ${String(error)}`);
    }
  }
}

/** The lines of each hour, by the key of their file. */
function groupByHour(lines: readonly LogLine[]): Map<string, LogLine[]> {
  const part = randomBytes(4).toString('hex');
  return groupBy(lines, (line) => formatLogKey(DISTRIBUTION, new Date(Number(line['timestamp(ms)'])), part));
}
