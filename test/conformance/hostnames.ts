import { completeSettings, type Settings } from '../../core/settings/settings.ts';
import type { Gateway, HttpRoute, Listener, ParentRef } from './gateway-api.ts';

/** Represents every host, for a listener or a route without hostnames. */
export const EVERY_HOST = '*';

/** A label above all hosts of the cases. It gives every host a wildcard, because no instance may claim `*` itself. */
const WORLD = 'all';

/** A deployment that accepts names as deep as those in the cases. */
export const SETTINGS: Settings = completeSettings({
  deployment: 'conformance',
  baseDomain: 'gateway.example',
  depth: 10,
  reserved: [],
});

/**
 * Moves a hostname of a case below our base domain, and keeps its case, trailing dot and port.
 *
 * @example placed('*.Example.com.:8080') // '*.Example.com.all.gateway.example.:8080'
 */
export function placed(name: string): string {
  const [, host = '', rest = ''] = /^(.*?)(\.?(?::\d+)?)$/.exec(name) ?? [];
  return `${host}.${WORLD}.${SETTINGS.baseDomain}${rest}`;
}

/** The hostnames of a route: those that it shares with its listeners. */
export function hostnamesOf(route: HttpRoute, gateways: readonly Gateway[]): string[] {
  const { parentRefs = [], hostnames = [] } = route.spec;
  const own = hostnames.length > 0 ? hostnames : [EVERY_HOST];
  const listeners =
    parentRefs.length > 0 ? parentRefs.flatMap((ref) => listenersOf(ref, gateways)) : [EVERY_HOST];
  const shared = listeners.flatMap((listener) => own.flatMap((name) => intersectionOf(listener, name)));
  return [...new Set(shared)];
}

/** The hostnames of the listeners of a route. A gateway without a description takes every host. */
function listenersOf(ref: ParentRef, gateways: readonly Gateway[]): string[] {
  const gateway = gateways.find(({ name }) => name === ref.name);
  const isMeant = ({ name, port }: Listener) =>
    (ref.sectionName ?? name) === name && (ref.port ?? port) === port;
  const listeners = gateway ? gateway.spec.listeners.filter(isMeant) : [{}];
  return listeners.map(({ hostname }: Listener) => (hostname ? hostname : EVERY_HOST));
}

/** The intersection of two hostnames: the narrower one, or none. */
function intersectionOf(a: string, b: string): string[] {
  if (a === b || covers(a, b)) return [b];
  return covers(b, a) ? [a] : [];
}

/** A wildcard stands for one or more labels. */
function covers(wildcard: string, name: string): boolean {
  return wildcard.startsWith('*') && name.endsWith(wildcard.slice(1));
}
