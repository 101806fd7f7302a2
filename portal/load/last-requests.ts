import { Fault } from '../../core/schema.ts';
import { LAST_REQUESTS, type LastRequests, parseLastRequests } from '../../core/traffic/last-requests.ts';
import type { Milliseconds } from '../../core/wire/brands.ts';
import { ListError, request } from './document.ts';

/** Time between two questions. The logs behind the file come some minutes late. Without access logs there is no such file. */
const AGAIN: Milliseconds = 60_000;
const AGAIN_WITHOUT_FILE: Milliseconds = 600_000;

/** Makes a reader of `last-requests.json`: when each app last served a request. It returns the same object until the times change. */
export function createLastRequestsReader(): () => Promise<LastRequests> {
  let times: LastRequests = new Map();
  let next: Milliseconds = 0;
  return async () => {
    if (Date.now() < next) return times;
    try {
      const { ok, text } = await request(LAST_REQUESTS);
      next = Date.now() + (ok ? AGAIN : AGAIN_WITHOUT_FILE);
      const read = ok ? parseLastRequests(text) : times;
      if (!(read instanceof Fault)) times = read;
    } catch (error) {
      if (!(error instanceof ListError)) throw error;
    }
    return times;
  };
}
