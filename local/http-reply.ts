import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';

/** A whole answer, decided before a byte of it is sent. */
export interface Reply {
  status: number;
  headers: Readonly<Record<string, string>>;
  body: string | Uint8Array;
}

/** A listener for node:http out of a function from request to reply; `failed` words what the function threw. */
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
