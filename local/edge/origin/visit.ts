import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { withConcierge } from '../../../build/page-script.ts';
import type { LogLine } from '../../../core/traffic/access-record.ts';
import type { Milliseconds } from '../../../core/wire/brands.ts';
import { firstHeader, type ViewerRequest } from '../function/edge-event.ts';
import type { RunReport } from '../function/edge-function.ts';
import { printLogLine } from '../log-line.ts';
import type { RequestRecord } from '../request-log.ts';
import { toOriginForm } from '../request-target.ts';
import { ERROR_FROM_CLOUDFRONT, type ErrorPage, sendErrorPage } from './error-page.ts';
import { viaHeader } from './origin-request.ts';
import type { EarlyBytes } from './upgrade.ts';

/** The parts of the edge that every visit knows. */
interface VisitedEdge {
  distributionDomainName: string;
  originFunction?: object;
  /** The clock of the access log. */
  now?: () => Milliseconds;
}

/** One request at the edge, from its head to the last byte of its answer, with the facts for the log. */
export class Visit {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly viewer: ViewerRequest;
  /** Bytes after the head of an upgrade request. Absent for any other request. */
  readonly early: EarlyBytes | undefined;
  /** The exchange with an origin, once it has started. */
  exchange: { cancel(): void } | undefined;
  readonly #hasConcierge: boolean;
  readonly #now: () => Milliseconds;
  readonly #started = performance.now();
  readonly #sentBefore: number;
  #report: RunReport = { reads: 0 };
  #firstByte: number | undefined;
  #xCache = '';
  #problem: string | undefined;

  constructor(
    request: IncomingMessage,
    response: ServerResponse,
    { distributionDomainName, originFunction, now = Date.now }: VisitedEdge,
    early?: EarlyBytes,
  ) {
    this.request = request;
    this.response = response;
    this.early = early;
    this.#now = now;
    this.#hasConcierge = originFunction !== undefined;
    this.#sentBefore = request.socket.bytesWritten;
    this.viewer = {
      method: request.method ?? '',
      ...toOriginForm({ target: request.url ?? '', rawHeaders: request.rawHeaders }),
      ip: toIpv4(request.socket.remoteAddress ?? ''),
      id: randomUUID(),
      distributionDomainName,
    };
  }

  /** Keeps the report of the function for the log line. */
  keepReport(report: RunReport): void {
    this.#report = report;
  }

  /** The headers of every answer of the edge, names and values in turn. The answer begins now. */
  edgeHeaders(xCache: string): string[] {
    this.#firstByte ??= performance.now();
    this.#xCache = xCache;
    return ['x-cache', xCache, 'via', viaHeader(this.viewer), 'x-amz-cf-id', this.viewer.id];
  }

  /** The requested name: the one that the router found, or else the viewer's host. */
  get hostname(): string {
    const host = (this.request.headers.host ?? '').toLowerCase().replace(/\.?(?::\d*)?$/, '');
    return this.#report.log?.split(' ', 1)[0] ?? host;
  }

  /** Answers with a page of the edge. */
  fail(page: ErrorPage, xCache: string = ERROR_FROM_CLOUDFRONT): void {
    this.#problem = page.reason;
    const { html } = page;
    const shown = this.#hasConcierge && html !== undefined ? { ...page, html: withConcierge(html) } : page;
    sendErrorPage(this.response, shown, this.edgeHeaders(xCache));
  }

  /** The line of the access log, like CloudFront's. It has no address of the viewer. */
  logLine(status: number): LogLine {
    const { method, target, id, rawHeaders } = this.viewer;
    const now = performance.now();
    return printLogLine({
      ...{ method, target, id, status },
      host: firstHeader(rawHeaders, 'host') ?? '',
      isWebSocket: this.early !== undefined,
      sent: this.request.socket.bytesWritten - this.#sentBefore,
      endedAt: this.#now(),
      milliseconds: now - this.#started,
      firstByte: (this.#firstByte ?? now) - this.#started,
      xCache: this.#xCache,
      words: this.#report.log ?? '',
    });
  }

  /** The log record of the finished request. */
  record(status: number): RequestRecord {
    const { method, target } = this.viewer;
    const host = firstHeader(this.viewer.rawHeaders, 'host') ?? '';
    const milliseconds = performance.now() - this.#started;
    const { reads, log } = this.#report;
    return {
      ...{ method, host, target, status, reads, milliseconds },
      ...(log === undefined ? {} : { log }),
      ...(this.#problem === undefined ? {} : { problem: this.#problem }),
    };
  }
}

/** A dual-stack socket writes an IPv4 address as `::ffff:127.0.0.1` (RFC 4291 §2.5.5.2). */
function toIpv4(address: string): string {
  return address.startsWith('::ffff:') ? address.slice(7) : address;
}
