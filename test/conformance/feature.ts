import type {
  ConformanceRequest,
  GatewayObject,
  HttpMatch,
  HttpRoute,
  HttpRule,
  NamedValue,
} from './gateway-api.ts';

/** A feature of HTTPRoute matching, with example requests and their results. docs/inside/conformance.md names each one. */
export interface Feature {
  /** A sentence about the behaviour. */
  name: string;
  objects: readonly GatewayObject[];
  /** The backend that answers, or the status of the router's own answer. */
  requests: readonly (readonly [ConformanceRequest, string | number])[];
}

export const SHOP = ['shop.test'] as const;

/** A rule that sends all requests of its matches to one backend. */
export function to(backend: string, ...matches: HttpMatch[]): HttpRule {
  return { matches, backendRefs: [{ name: backend, port: 3000 }] };
}

/** A route with these rules. An empty list of hostnames means every host. */
export function route(hostnames: readonly string[], ...rules: HttpRule[]): HttpRoute {
  return { kind: 'HTTPRoute', name: `route-of-${hostnames[0] ?? 'every-host'}`, spec: { hostnames, rules } };
}

export function prefix(value: string): HttpMatch {
  return { path: { type: 'PathPrefix', value } };
}

export function exact(value: string): HttpMatch {
  return { path: { type: 'Exact', value } };
}

/** A header or a query parameter with its value. */
export function pair(name: string, value: string): NamedValue {
  return { name, value };
}

/** A GET of shop.test, with changes. */
export function get(path: string, more: ConformanceRequest = {}): ConformanceRequest {
  return { host: 'shop.test', path, ...more };
}

/** A GET of another host. */
export function at(host: string, path = '/'): ConformanceRequest {
  return { host, path };
}

/** The condition of the first viewers of a rollout. */
export const BETA: NamedValue = pair('X-Stage', 'beta');
