import type { Access } from '../../../../core/entry/access.ts';
import type { Change } from '../../../../core/live/change.ts';
import { accessTable } from '../../../../edge/concierge/access-table.ts';
import type { Desk } from '../../../../edge/concierge/desk.ts';
import type { KeyRing, Keys } from '../../../../edge/concierge/ports.ts';
import { createProvider, type Provider } from '../../../../edge/concierge/provider/provider.ts';
import { UnavailableError } from '../../../../edge/concierge/reading/bounded-fetch.ts';
import { keyNamed } from '../../../support/values/session/session-values.ts';
import { CLIENT } from './oidc-provider.ts';

export const APEX = 'dev.example.com';
export const SHOP = 'shop.dev.example.com';
export const NOW = 1_795_000_000;

export function ring(sign: string, ...others: readonly string[]): KeyRing {
  const accept = [sign, ...others].map(keyNamed);
  return { sign: keyNamed(sign), accept };
}

/** The surroundings of the concierge, which a test changes while it runs. */
export interface World {
  /** Epoch seconds. */
  now: number;
  keys: Keys;
  sequence: number;
  epoch: number;
  hosts: Map<string, Access>;
  signedOut: Map<string, number>;
  /** The last changes of hostnames; `unreadable` while S3 does not answer. */
  changes: Map<string, Change> | 'unreadable';
  reasons: string[];
  desk: Desk;
}

/** A provider that is not reached. */
export const NO_PROVIDER: Provider = {
  signInAddress: async () => 'https://id.example.com/authorize',
  finish: async () => 'no name',
};

/** A concierge whose surroundings are values. The clock begins at the real time, because a real provider has no other. */
export function createWorld(provider: Provider | string): World {
  let random = 0;
  const world: World = {
    now: Math.floor(Date.now() / 1_000),
    keys: { edge: ring('edge'), apex: ring('apex') },
    sequence: 100,
    epoch: 3,
    hosts: new Map<string, Access>([
      [SHOP, { since: 50, rule: 'group:devs' }],
      ['wiki.dev.example.com', { since: 50 }],
      ['mine.dev.example.com', { since: 50, rule: '*@example.org,alice@example.com' }],
      ['docs.dev.example.com', 'open'],
    ]),
    signedOut: new Map(),
    changes: new Map(),
    reasons: [],
    desk: {
      deployment: 'main',
      apex: `https://${APEX}`,
      clock: {
        now: () => world.now * 1_000,
        bits128: () => keyNamed(`random ${random++}`).slice(0, 22),
      },
      readKeys: async () => world.keys,
      readAccess: async () => accessTable(world, APEX),
      readChange: async (host) => {
        if (world.changes === 'unreadable')
          throw new UnavailableError('S3 answers 503 for access/live/0.json');
        return world.changes.get(host);
      },
      provider: typeof provider === 'string' ? clientOf(provider, () => world.now * 1_000) : provider,
      report: (reason) => world.reasons.push(reason),
    },
  };
  return world;
}

function clientOf(issuer: string, now: () => number): Provider {
  return createProvider({
    settings: {
      issuer,
      clientId: CLIENT.id,
      clientSecretArn: '',
      userClaim: 'email',
      groupsClaim: 'groups',
      groups: new Map([['devs', 'the developers']]),
    },
    redirectUri: `https://${APEX}/_proxy/api/callback`,
    readClientSecret: async () => CLIENT.secret,
    now,
  });
}
