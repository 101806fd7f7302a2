import type { Duplex } from 'node:stream';
import type { Dispatcher } from 'undici';
import { firstHeader } from '../function/edge-event.ts';
import { isEdgeOwn, isHopByHop, nominated } from '../function/header-rules.ts';
import {
  ERROR_FROM_CLOUDFRONT,
  type ErrorPage,
  MISS_FROM_CLOUDFRONT,
  unreachablePage,
} from './error-page.ts';
import type { Visit } from './visit.ts';

/** The parts of one request to an origin. */
export interface Forward {
  visit: Visit;
  pool: Dispatcher;
  options: Dispatcher.DispatchOptions;
  /** Explains why the name does not answer, as far as this machine knows. Does not reject. */
  explain?: () => Promise<string | undefined>;
  /** At least 1. */
  attempts: number;
  /** Called when the origin switches protocols, with the names and values of its response headers in turn. */
  upgrade: (head: readonly string[], origin: Duplex) => void;
}

/** Error codes of Node and undici for a silent origin. Any other failure is a 502. */
const SILENT = new Set([
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

/** Statuses whose body is replaced, including an app's own, as by the distribution's custom error responses. */
const REPLACED = new Set([502, 504]);

/** One exchange with an origin, as undici's dispatch handler. It writes data as it arrives, and a slow viewer pauses the origin. */
export class OriginExchange implements Dispatcher.DispatchHandler {
  readonly #forward: Forward;
  #attempts = 0;
  #controller: Dispatcher.DispatchController | undefined;
  #state: 'waiting' | 'streaming' | 'over' = 'waiting';
  #flushed = false;

  constructor(forward: Forward) {
    this.#forward = forward;
  }

  /** Sends the request, or repeats it. */
  start(): void {
    if (this.#state === 'over') return;
    this.#attempts += 1;
    this.#forward.pool.dispatch(this.#forward.options, this);
  }

  /** Aborts the request to the origin because the viewer has gone. */
  cancel(): void {
    if (this.#state === 'over') return;
    this.#state = 'over';
    this.#controller?.abort(new Error('the viewer closed the connection'));
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#state === 'over') controller.abort(new Error('the viewer closed the connection'));
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number): void {
    if (status < 200 || this.#state === 'over') return;
    if (REPLACED.has(status)) {
      this.#fail(unreachablePage(status === 502 ? 502 : 504, `the app answered ${status}`));
      controller.abort(new Error('the body is replaced'));
      return;
    }
    this.#state = 'streaming';
    const { visit } = this.#forward;
    const xCache = status < 400 ? MISS_FROM_CLOUDFRONT : ERROR_FROM_CLOUDFRONT;
    visit.response.writeHead(status, [...viewerHead(controller.rawHeaders), ...visit.edgeHeaders(xCache)]);
    // A body that arrives with the head shares its packet. The head of a stream does not wait for a body.
    process.nextTick(flush, this);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#state !== 'streaming') return;
    this.#flushed = true;
    const { response } = this.#forward.visit;
    if (response.write(chunk)) return;
    controller.pause();
    response.once('drain', () => controller.resume());
  }

  /** Sends the head if no part of a body has been sent with it. */
  flush(): void {
    if (!this.#flushed && this.#state === 'streaming') this.#forward.visit.response.flushHeaders();
  }

  onResponseEnd(): void {
    if (this.#state !== 'streaming') return;
    this.#state = 'over';
    this.#forward.visit.response.end();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    if (this.#state === 'over') return;
    if (this.#state === 'waiting' && this.#attempts < this.#forward.attempts) {
      // In the next tick, because undici must first remove the failed connection from the pool.
      process.nextTick(startAgain, this);
      return;
    }
    this.#fail(unreachablePage(failureStatus(error), error.message || networkErrorCode(error)));
  }

  onRequestUpgrade(
    controller: Dispatcher.DispatchController,
    _status: number,
    _headers: unknown,
    origin: Duplex,
  ): void {
    if (this.#state === 'over') {
      origin.destroy();
      return;
    }
    this.#state = 'over';
    const { visit, upgrade } = this.#forward;
    upgrade([...viewerHead(controller.rawHeaders), ...visit.edgeHeaders(MISS_FROM_CLOUDFRONT)], origin);
  }

  #fail(page: ErrorPage): void {
    this.#state = 'over';
    const { visit, explain } = this.#forward;
    if (explain === undefined || visit.response.headersSent) visit.fail(page);
    else void explain().then((hint) => visit.fail(hint === undefined ? page : { ...page, hint }));
  }
}

/** The status for a failed origin: 504 if it was silent, 502 otherwise. */
export function failureStatus(error: Error): 502 | 504 {
  return SILENT.has(networkErrorCode(error)) ? 504 : 502;
}

/** An origin's response headers for the viewer. Keeps spelling and repetitions, and omits the headers of this hop. */
export function viewerHead(raw: Dispatcher.DispatchController['rawHeaders']): string[] {
  const sent = Array.isArray(raw) ? raw.map(toLatin1) : [];
  const ofThisHop = nominated(firstHeader(sent, 'connection'));
  const kept: string[] = [];
  for (let i = 0; i + 1 < sent.length; i += 2) {
    const spelled = sent[i] ?? '';
    const name = spelled.toLowerCase();
    if (isHopByHop(name) || isEdgeOwn(name) || ofThisHop.includes(name)) continue;
    kept.push(spelled, sent[i + 1] ?? '');
  }
  return kept;
}

function flush(exchange: OriginExchange): void {
  exchange.flush();
}

function startAgain(exchange: OriginExchange): void {
  exchange.start();
}

function toLatin1(text: Buffer | string): string {
  return typeof text === 'string' ? text : text.toString('latin1');
}

function networkErrorCode(error: Error): string {
  return 'code' in error ? String(error.code) : error.name;
}
