import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';

/** A complete answer. */
export interface Reply {
  status: number;
  headers: Readonly<Record<string, string>>;
  body: string | Uint8Array;
}

/** Makes a listener for node:http from a function that answers requests. `failed` turns its errors into replies. */
export function replyListener(
  answer: (request: IncomingMessage) => Promise<Reply>,
  failed: (error: unknown) => Reply,
): RequestListener {
  return (request, response) => {
    void answer(request)
      .catch(failed)
      .then((reply) => sendReply(response, reply));
  };
}

/** A call that a service of AWS refuses. */
export class ServiceError extends Error {
  override name = 'ServiceError';
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

/** One of AWS's JSON protocols. */
export interface JsonProtocol {
  type: 'application/x-amz-json-1.0' | 'application/x-amz-json-1.1';
  /** The code of an error that is not of the caller. */
  internal: string;
  describe: (code: string, message: string) => object;
}

/** Makes a listener from a function that returns the result of a call, or throws a ServiceError. Any other error is a bug of ours. */
export function jsonListener(
  { type, internal, describe }: JsonProtocol,
  answer: (request: IncomingMessage) => Promise<object>,
): RequestListener {
  const reply = (status: number, body: object): Reply => ({
    ...{ status, body: JSON.stringify(body) },
    headers: { 'content-type': type, 'x-amzn-requestid': randomUUID() },
  });
  return replyListener(
    async (request) => reply(200, await answer(request)),
    (error) => {
      const { code, message, status } =
        error instanceof ServiceError ? error : new ServiceError(internal, String(error), 500);
      return reply(status, describe(code, message));
    },
  );
}

function sendReply(response: ServerResponse, { status, headers, body }: Reply): void {
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) }).end(body);
}
