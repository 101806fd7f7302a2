import { completeSettings, type Settings } from '../../core/settings/settings.ts';
import type { Gateway, HttpRoute, Listener, ParentRef } from './gateway-api.ts';

/** Stands for every host: a listener or a route that names none. */
export const EVERY_HOST = '*';

/** The label under which the world of the cases lies, so that every host has a wildcard: nobody may claim `*` itself. */
const WORLD = 'all';

/** A deployment that admits names as deep as those of the cases. */
export const SETTINGS: Settings = completeSettings({
  deployment: 'conformance',
  baseDomain: 'gateway.example',
  depth: 10,
  reserved: [],
});

/**
 * Where a name of a case lies in ours, spelling, trailing dot and port kept.
 *
 * @example placed('*.Example.com.:8080') // '*.Example.com.all.gateway.example.:8080'
 */
export function placed(name: string): string {
  const [, host = '', rest = ''] = /^(.*?)(\.?(?::\d+)?)$/.exec(name) ?? [];
  return `${host}.${WORLD}.${SETTINGS.baseDomain}${rest}`;
}

/** The hostnames under which a route is reached: those that it shares with the listeners that it is attached to. */
export function hostnamesOf(route: HttpRoute, gateways: readonly Gateway[]): string[] {
  const { parentRefs = [], hostnames = [] } = route.spec;
  const own = hostnames.length > 0 ? hostnames : [EVERY_HOST];
  const listeners =
    parentRefs.length > 0 ? parentRefs.flatMap((ref) => listenersOf(ref, gateways)) : [EVERY_HOST];
  const shared = listeners.flatMap((listener) => own.flatMap((name) => intersectionOf(listener, name)));
  return [...new Set(shared)];
}

/** The hostnames of the listeners that a route refers to; a gateway that nobody describes takes every host. */
function listenersOf(ref: ParentRef, gateways: readonly Gateway[]): string[] {
  const gateway = gateways.find(({ name }) => name === ref.name);
  const isMeant = ({ name, port }: Listener) =>
    (ref.sectionName ?? name) === name && (ref.port ?? port) === port;
  const listeners = gateway ? gateway.spec.listeners.filter(isMeant) : [{}];
  return listeners.map(({ hostname }: Listener) => (hostname ? hostname : EVERY_HOST));
}

/** What two names both mean: the narrower one, or nothing. */
function intersectionOf(a: string, b: string): string[] {
  if (a === b || covers(a, b)) return [b];
  return covers(b, a) ? [a] : [];
}

/** A wildcard stands for one or more labels. */
function covers(wildcard: string, name: string): boolean {
  return wildcard.startsWith('*') && name.endsWith(wildcard.slice(1));
}
