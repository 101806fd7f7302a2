/**
 * Chooses the backend by the text of the Gateway API alone (v1, `HTTPRouteSpec.hostnames` and `HTTPRouteRule.matches`). It
 * tries every match of every rule, and sorts those that hold.
 *
 * Only the narrowest hostname that covers a host counts: no request falls back to a wider one.
 */
import { splitTarget } from '../../local/edge/function/edge-event.ts';
import type { ConformanceRequest, HttpMatch, HttpRoute } from './gateway-api.ts';

/** The compared numbers in their order; the larger one comes first. */
type Precedence = readonly number[];

export function backendFor(routes: readonly HttpRoute[], request: ConformanceRequest): string | undefined {
  const host = (request.host ?? '').toLowerCase().replace(/:\d+$/, '');
  const names = routes.flatMap((route) => route.spec.hostnames ?? ['*']).filter((name) => takes(name, host));
  const [narrowest] = names.sort((a, b) => width(a) - width(b) || b.length - a.length);
  const found: { backend: string; precedence: Precedence }[] = [];
  for (const { spec } of routes) {
    if (narrowest === undefined || !(spec.hostnames ?? ['*']).includes(narrowest)) continue;
    for (const { matches = [{}], backendRefs = [] } of spec.rules ?? []) {
      const backend = backendRefs[0]?.name ?? '';
      for (const match of matches)
        if (holds(match, request)) found.push({ backend, precedence: precedenceOf(match) });
    }
  }
  // Sorting is stable, so after a tie the older route wins, then the earlier rule.
  return found.sort((a, b) => compared(b.precedence, a.precedence))[0]?.backend;
}

const width = (name: string) => (name.startsWith('*') ? 1 : 0);

function takes(name: string, host: string): boolean {
  return name.startsWith('*') ? host.endsWith(name.slice(1)) : host === name;
}

function holds(match: HttpMatch, request: ConformanceRequest): boolean {
  const { path, query = '' } = splitTarget(request.path ?? '/');
  const sent = new Map(
    Object.entries(request.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const parameters = new URLSearchParams(query);
  return (
    holdsPath(match, path) &&
    (match.method === undefined || match.method === (request.method ?? 'GET')) &&
    (match.headers ?? []).every(({ name, value }) => sent.get(name.toLowerCase()) === value) &&
    (match.queryParams ?? []).every(({ name, value }) => parameters.get(name) === value)
  );
}

/** "Matching is case sensitive and done on a path element by element basis"; a trailing slash of a prefix is ignored. */
function holdsPath({ path }: HttpMatch, sent: string): boolean {
  const value = path?.value ?? '/';
  if (path?.type === 'Exact') return sent === value;
  const elements = value.split('/').filter((element) => element !== '');
  return elements.every((element, index) => sent.split('/')[index + 1] === element);
}

function precedenceOf({ path, method, headers = [], queryParams = [] }: HttpMatch): Precedence {
  const length = (path?.value ?? '/').replace(/(.)\/$/, '$1').length;
  const exact = path?.type === 'Exact' ? 1 : 0;
  return [exact, length, method === undefined ? 0 : 1, headers.length, queryParams.length];
}

function compared(a: Precedence, b: Precedence): number {
  const differing = a.findIndex((value, index) => value !== b[index]);
  return (a[differing] ?? 0) - (b[differing] ?? 0);
}
