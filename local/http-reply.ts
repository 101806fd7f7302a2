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

function sendReply(response: ServerResponse, { status, headers, body }: Reply): void {
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) }).end(body);
}
