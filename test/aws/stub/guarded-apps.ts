import type { SendOrder } from '../../../cli/sign-in/give-order.ts';
import { printRecord } from '../../../core/journal/journal-record.ts';
import { RECORD } from '../../support/values/decision-record.ts';
import type { Ask, Reply } from '../world.ts';

/** The base domain of the runs with sign-in. */
export const DOMAIN = 'dev.example.com';

/** From a change until the store has it, and from then until each edge has it. */
const EVENT_MS = 2_000;
const PROPAGATION_MS = 25_000;

const OK = { status: 200, headers: {}, body: '' };

/** The state of an app; `''`: live. */
export type AppState = '' | 'asleep' | 'maintenance' | 'unknown';

/** The route of one app. */
interface Route {
  state: AppState;
  /** When the store has it. */
  acceptedAt: number;
  sequence: number;
}

/** Test apps behind sign-in, at a provider that asks for nothing. Their routes are fresh by hints. */
export function guardedApps(now: () => number) {
  let [pass, asked] = ['', 0];
  const routes = new Map<string, Route[]>();
  /** Lines of the journal by their keys. */
  const records = new Map<string, string>();

  /** A change of an app: the store learns of it later, and the edges later still. */
  const turn = (label: string, state: AppState): void => {
    const before = routes.get(label) ?? [];
    const acceptedAt = now() + EVENT_MS;
    const route = { state, acceptedAt, sequence: before.length + 1 };
    routes.set(label, [...before, route]);
    records.set(recordKey(label, route), printWrite(label, route));
  };

  const app = (host: string, user: string): Reply => ({
    ...OK,
    body: JSON.stringify({ headers: { host, 'x-proxy-user': user } }),
  });

  /** The newest route that is in a place since a time. */
  const newest = (label: string, at: number): Route =>
    routes.get(label)?.findLast(({ acceptedAt }) => acceptedAt <= at) ?? {
      ...{ state: 'unknown', acceptedAt: 0, sequence: 0 },
    };

  /** The router's answer to a person with a session, and perhaps with a hint. */
  const answerApp = (host: string, cookie: string): Reply => {
    const [label = ''] = host.split('.');
    const atEdge = newest(label, now() - PROPAGATION_MS);
    const hinted = Number(/__Host-proxy-hint=(\d+)/.exec(cookie)?.[1] ?? 0);
    const { state } = hinted > atEdge.sequence ? (routes.get(label)?.[hinted - 1] ?? atEdge) : atEdge;
    if (state !== '')
      return { status: state === 'unknown' ? 404 : 503, headers: { 'x-proxy-state': state }, body: '' };
    // The instance itself stops at once.
    return routes.get(label)?.at(-1)?.state === 'asleep'
      ? { ...OK, status: 504 }
      : app(host, 'alice@example.com');
  };

  const order: SendOrder = async ({ action }) => {
    pass = action === 'pass' ? 'the-pass' : '';
    const issued = { id: 'abcDEF012-_x', host: `e2e.${DOMAIN}`, name: 'e2e', endsAt: '2026-11-26T10:00:00Z' };
    return action === 'pass' ? { pass, issued } : { revoked: issued.id };
  };

  const answer = ({ host, path, headers = {} }: Ask): Reply => {
    const [endpoint = '', query = ''] = path.split('?');
    const [label = ''] = host.split('.');
    const { cookie = '' } = headers;
    const hasSession = cookie.includes('__Host-proxy-session=s');
    switch (endpoint) {
      case '/_proxy/api/start': {
        asked += 1;
        if (asked > MOST_STARTS) return { ...OK, status: 429 };
        const cookies = ['__Host-proxy-browser=b; Path=/; Secure'];
        return { ...redirected(`https://${DOMAIN}/_proxy/api/sign-in?host=${host}&to=/`), cookies };
      }
      case '/_proxy/api/sign-in':
        return redirected(
          `https://login.example.com/authorize?state=${new URLSearchParams(query).get('host')}`,
        );
      case '/_proxy/api/callback':
        return passing(`https://${new URLSearchParams(query).get('state')}`);
      case '/_proxy/api/status': {
        if (!hasSession) return { ...OK, status: 401 };
        const { state, sequence } = newest(label, now());
        return { ...OK, body: JSON.stringify({ state: state || 'live', sequence }) };
      }
      case '/_proxy/api/arrive': {
        if (!query.includes('ticket=')) {
          const cookies = [`__Host-proxy-hint=${newest(label, now()).sequence}; Path=/`];
          return { ...redirected(`https://${host}/`), cookies };
        }
        return {
          ...OK,
          headers: { 'clear-site-data': '"cache", "storage"' },
          cookies: ['__Host-proxy-session=s; Path=/', '__Host-proxy-browser=; Max-Age=0'],
        };
      }
      default: {
        if (/_proxy|%/.test(path)) return { ...OK, status: 400 };
        if (pass !== '' && headers['x-proxy-pass'] === pass) return app(host, 'pass:e2e');
        if (hasSession) return answerApp(host, cookie);
        return headers['sec-fetch-mode'] === 'navigate'
          ? { ...redirected('/_proxy/api/start?to=%2F'), status: 302 }
          : { ...OK, status: 401, headers: { 'x-proxy-state': 'not signed in' } };
      }
    }
  };

  return { order, answer, turn, records, objects };

  /** The records in the journal. */
  function objects() {
    const all = [...routes].flatMap(([label, each]) =>
      each.map((route) => ({ key: recordKey(label, route), at: route.acceptedAt })),
    );
    return all.filter(({ at }) => at <= now());
  }
}

function recordKey(label: string, { sequence }: Route): string {
  return `decisions/${label}-${sequence}.json`;
}

/** Starts of sign-in that the web ACL admits. */
const MOST_STARTS = 100;

/** A redirect of the function. */
export function redirected(location: string): Reply {
  return { status: 303, headers: { location, 'cache-control': 'no-store' }, body: '' };
}

/** The page of the base domain that leads to an app. */
function passing(origin: string): Reply {
  const parts = [
    `<meta http-equiv=refresh content="0;url=${origin}/">`,
    `<img src="${origin}/_proxy/api/arrive?ticket=t">`,
  ];
  return { ...OK, body: parts.join('') };
}

/** The record of the run that wrote a route, as the journal has it. */
function printWrite(label: string, { state, acceptedAt }: Route): string {
  const puts =
    state === 'unknown'
      ? []
      : [{ hostname: `${label}.${DOMAIN}`, state: state || ('live' as const), instances: [] }];
  const at = new Date(acceptedAt).toISOString();
  return printRecord({ ...RECORD, puts, at, acceptedAt: at });
}
