import type { Fault } from '../../core/schema.ts';
import { compareClock } from './edge-clock.ts';

/** Milliseconds that one request may take. */
export const PATIENCE = 8_000;

/** The list cannot be loaded. The message says why, as the rest of a sentence. */
export class ListError extends Error {
  override name = 'ListError';
  /** True if the session of this page has ended. */
  readonly isSignedOut: boolean;

  constructor(
    message: string,
    { isSignedOut = false, cause }: { isSignedOut?: boolean; cause?: unknown } = {},
  ) {
    super(message, { cause });
    this.isSignedOut = isSignedOut;
  }
}

/** The answer to a request for a document of the site. */
export interface Answer {
  ok: boolean;
  status: number;
  text: string;
}

/** A document beside the list: its content, or why there is none. */
export type Loaded<T> =
  | { is: 'loading' }
  | { is: 'here'; value: T }
  | { is: 'missing' | 'broken'; why: string };

/** Node's own types lack the cache of browsers. */
interface Options extends RequestInit {
  cache: 'no-cache';
}

/**
 * Asks for a document beside the page. With `no-cache` the browser sends its ETag and uses its copy on a 304.
 *
 * @throws ListError if there is no answer
 */
export async function request(name: string): Promise<Answer> {
  try {
    const options: Options = { cache: 'no-cache', signal: AbortSignal.timeout(PATIENCE) };
    const response = await fetch(name, options);
    compareClock(response.headers);
    return { ok: response.ok, status: response.status, text: await response.text() };
  } catch (cause) {
    throw new ListError('the edge does not answer', { cause });
  }
}

/** Why a document cannot be used, for people. @param missing such as "parts of it are missing" */
export function refuse(fault: Fault, missing: string): ListError {
  if (fault.where === '' && fault.expected === 'JSON') return new ListError('it is not JSON');
  if (fault.where === '.version') return new ListError('it has a newer format, so reload the page');
  return new ListError(`${missing}: ${fault}`);
}
