import type { Hostname } from '../../../core/wire/brands.ts';
import type { Canaries } from './canaries.ts';
import { answered, NAVIGATION, one, startFor } from './router-case.ts';

/** An app without an entry, which viewers cannot request. */
const APP = 'gated.canary.invalid';

/**
 * Cases of the site router. It reads no entry, so there are none to write. No case has a session, because only the base domain takes
 * one here, and viewers can request it.
 */
export function buildSiteCanaries(home: Hostname): Canaries {
  const page = '/_proxy/errors/unreachable.html';
  return {
    store: {},
    cases: [
      {
        ...one(
          'the portal',
          { host: home, uri: '/_proxy/', headers: NAVIGATION },
          startFor('/_proxy/', 'sign-in'),
        ),
        withoutKeys: answered(503, 'fault'),
      },
      {
        ...one(
          'the list of apps, for a program',
          { host: home, uri: '/_proxy/routes.json' },
          answered(401, 'not signed in'),
        ),
        withoutKeys: answered(503, 'fault'),
      },
      one(
        'an endpoint of sign-in, with a forged hostname',
        { host: APP, uri: '/_proxy/api/start', headers: { 'x-proxy-host': 'forged' } },
        { uri: '/_proxy/api/start', headers: { 'x-proxy-host': APP } },
      ),
      one(
        'a path that is not an endpoint',
        { host: APP, uri: '/_proxy/api/started' },
        answered(404, 'unknown path'),
      ),
      one('the page for unreachable instances', { host: APP, uri: page }, { uri: page }),
      one(
        'the list of apps at an app',
        { host: APP, uri: '/_proxy/routes.json' },
        answered(404, 'unknown path'),
      ),
      one(
        'a path that is ours after normalisation',
        { host: home, uri: '/x/../_proxy/routes.json' },
        answered(400, 'ambiguous path'),
      ),
      one('a host that cannot exist', { host: 'a_b/..%00', uri: page }, answered(400, 'invalid host')),
    ],
  };
}
