import type { Milliseconds } from '../../../core/wire/brands.ts';

/** Thrown when a service cannot be asked, or answers too much or too late. */
export class UnavailableError extends Error {
  override name = 'UnavailableError';
}

/** A request in the parts that we send. */
export interface Sent {
  method: string;
  headers: Readonly<Record<string, string>>;
  body?: RequestInit['body'] | undefined;
}

interface Bounds {
  timeout: Milliseconds;
  /** Bytes of the longest body, after decompression. */
  bytes: number;
}

/**
 * A fetch whose answer is complete when it resolves: within the time, and not larger than expected. A redirect is an answer like
 * any other.
 *
 * @throws UnavailableError
 */
export async function fetchWithin(
  url: string,
  { method, headers, body = null }: Sent,
  bounds: Bounds,
): Promise<Response> {
  const place = `${new URL(url).host}: `;
  try {
    const signal = AbortSignal.timeout(bounds.timeout);
    const response = await fetch(url, { method, headers, body, redirect: 'manual', signal });
    const received = await readBody(response, bounds.bytes);
    // A Response for a status without a body takes none.
    const isEmpty = [204, 205, 304].includes(response.status);
    return new Response(isEmpty ? null : received, { status: response.status, headers: response.headers });
  } catch (error) {
    throw error instanceof UnavailableError
      ? new UnavailableError(place + error.message)
      : new UnavailableError(place + describeFailure(error));
  }
}

async function readBody(response: Response, most: number): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of response.body ?? []) {
    bytes += piece.byteLength;
    if (bytes > most) throw new UnavailableError(`the answer has more than ${most} bytes`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

/** `ECONNREFUSED`, `TimeoutError`: says why without a part of the answer. */
function describeFailure(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const { cause } = error;
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  return typeof code === 'string' ? code : error.name;
}
