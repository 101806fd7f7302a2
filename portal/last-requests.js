/** Loads `last-requests.json`: when each app last served a request. */
import { isText, ListError, parseFile, request } from './route-list.js';

/** @type {Map<string, string>} */
let times = new Map();
let next = 0;

/** The times by hostname; the same object until they change. The logs behind the file come some minutes late. */
export async function loadLastRequests() {
  if (Date.now() < next) return times;
  try {
    const { ok, text } = await request('last-requests.json');
    // Without access logs there is no such file.
    next = Date.now() + (ok ? 60_000 : 600_000);
    if (ok) times = parseTimes(text);
  } catch (error) {
    if (!(error instanceof ListError)) throw error;
  }
  return times;
}

/** @param {string} text */
function parseTimes(text) {
  const lines = Object.entries(parseFile(text).lastRequests ?? {});
  return new Map(lines.filter(([, time]) => isText(time) && !Number.isNaN(Date.parse(time))));
}
