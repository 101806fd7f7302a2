import type { RoutesFile } from '../../core/journal/routes-file.ts';
import { sumOf, type TrafficFile } from '../../core/traffic/traffic-file.ts';
import type { Hostname, Milliseconds } from '../../core/wire/brands.ts';
import { describeCause } from '../words/causes.ts';
import { describeState, type StateWords, stateNow } from '../words/states.ts';

/** An app that changed lately. */
export interface Recent extends StateWords {
  hostname: Hostname;
  at: Milliseconds;
  /** The event and its principal; empty if none is known. */
  cause: string;
}

/** An app with its requests in a span. */
export interface Busy {
  hostname: Hostname;
  requests: number;
  /** With a status of 500 and more. */
  errors: number;
}

/** The apps whose state changed last, the newest first. Names that are gone are not among them. */
export function findRecent({ routes }: RoutesFile, most: number, now: Milliseconds): Recent[] {
  return routes
    .flatMap((route): Recent[] => {
      const { hostname, since, cause } = route;
      if (since === undefined) return [];
      const looks = describeState(stateNow(route, now));
      return [
        { hostname, ...looks, at: Date.parse(since), cause: cause === undefined ? '' : describeCause(cause) },
      ];
    })
    .sort((a, b) => b.at - a.at)
    .slice(0, most);
}

/** The apps with the most requests in the last hours of the file. */
export function findBusiest({ apps }: TrafficFile, hours: number, most: number): Busy[] {
  return [...apps]
    .map(([hostname, { requests, serverErrors }]) => ({
      hostname,
      requests: sumOf(requests.slice(-hours)),
      errors: sumOf(serverErrors.slice(-hours)),
    }))
    .filter(({ requests }) => requests > 0)
    .sort((a, b) => b.requests - a.requests)
    .slice(0, most);
}
