import { PASS } from '../../core/session/pass.ts';
import { SESSION } from '../../core/session/session.ts';
import { type Kind, sign } from '../../core/session/signed.ts';
import { STATE } from '../../core/session/state.ts';
import { TICKET } from '../../core/session/ticket.ts';
import { parseUser } from '../../core/session/user.ts';
import { WHO } from '../../core/session/who.ts';
import type { DeploymentId, Hostname, Seconds } from '../../core/wire/brands.ts';
import { nodeMac } from './node-mac.ts';

/** Where and when a forged text should be valid. */
export interface Place {
  deployment: DeploymentId;
  app: Hostname;
  apex: Hostname;
  now: Seconds;
}

/** Of the form of a key, but not one of the deployment's. */
const WRONG_KEY = 'A'.repeat(43);

const BITS = 'A'.repeat(22);

/** A session that is right except for its key. */
export function forgeSession({ app, ...place }: Omit<Place, 'apex'>): string {
  return forge(SESSION, { ...mallory(place.now), sequence: 1, level: 0 }, app, place);
}

/** A pass that is right except for its key. */
export function forgePass({ app, ...place }: Omit<Place, 'apex'>): string {
  return forge(
    PASS,
    { endsAt: place.now + 60, madeAt: place.now, id: 'A'.repeat(12), name: 'ci' },
    app,
    place,
  );
}

/** A person, as the base domain knows one, that is right except for its key. */
export function forgeWho({ apex, ...place }: Place): string {
  return forge(WHO, { ...mallory(place.now), isDomainVouched: true, groups: [] }, apex, place);
}

/** A ticket that is right except for its key. */
export function forgeTicket({ app, ...place }: Omit<Place, 'apex'>): string {
  const value = { ...mallory(place.now), sequence: 1, level: 0, browser: BITS };
  return forge(TICKET, value, app, place);
}

/** A state that is right except for its key. */
export function forgeState({ app, apex, ...place }: Place): string {
  const value = { endsAt: place.now + 60, round: 0, nonce: BITS, browser: BITS, host: app, to: '/' };
  return forge(STATE, value, apex, place);
}

/** A person whom no provider knows (RFC 2606). */
function mallory(now: Seconds) {
  const user = parseUser('mallory@canary.invalid');
  if (user === undefined) throw new RangeError('the user of the canaries is not a user');
  return { signedInAt: now, endsAt: now + 60, epoch: 0, subject: BITS, user };
}

function forge<T>(
  kind: Kind<T>,
  value: T,
  host: Hostname,
  { deployment }: Pick<Place, 'deployment'>,
): string {
  return sign(kind, value, { deployment, host }, WRONG_KEY, nodeMac);
}
