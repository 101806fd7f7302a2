import { hkdfSync } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { admittedAtEdge } from '../../../core/access/edge-check.ts';
import { keyGenerations } from '../../../core/session/key-generations.ts';
import { printSessionKeys } from '../../../core/session/session-keys.ts';
import { KEYS_KEY } from '../../../core/wire/session.ts';
import { signInStand } from '../../support/stands/sign-in/sign-in-stand.ts';
import { app } from '../../support/stands/updater-stand.ts';
import { acceptedKeys, isMac, NO_ENTRY, SCOPE } from '../../support/values/session/session-values.ts';

/** An action of people or of chance; the number chooses among its objects. */
const ACTIONS = [
  ...['wait', 'wait', 'rotate', 'secret fails', 'pass', 'pass', 'revoke', 'sign everybody out'],
  ...['another writer', 'cold start', 'lost mirror', 'lost orders', 'sign-in off'],
] as const;

const history = fc.array(fc.tuple(fc.constantFrom(...ACTIONS), fc.nat(90)), { minLength: 1, maxLength: 25 });

const derive = (secret: string, info: string) =>
  Buffer.from(hkdfSync('sha256', secret, '', info, 32)).toString('base64url');

async function play(actions: readonly (readonly [(typeof ACTIONS)[number], number])[]) {
  const stand = await signInStand(app(1, 'shop'));
  const { clock, held, store, order, environment, mirror, paper } = stand;
  let updater = environment();
  let rotatedAt = Number.NEGATIVE_INFINITY;
  let rotations = 0;
  let epoch = 0;
  /** Since when the secret cannot be read. */
  let failedAt: number | undefined;
  const passes = new Map<string, { pass: string; endsAt: number; madeAt: number; isRevoked: boolean }>();
  const now = () => Math.floor(clock.now() / 1000);

  const check = () => {
    const value = store.store.get(KEYS_KEY);
    const keys = stand.keys();
    if (keys === undefined || value === undefined) {
      // The last good read may be four minutes older than the first failed one.
      expect(failedAt, 'the keys may be gone').toBeLessThanOrEqual(now() - 3_600);
      return;
    }
    expect(keys.epoch).toBeGreaterThanOrEqual(epoch);
    epoch = keys.epoch;
    if (held.secret && failedAt === undefined) {
      const { current } = keyGenerations(held.secret, 'edge', { deployment: 'main', now: now(), derive });
      expect(acceptedKeys(keys), 'the edge accepts the key with which the concierge signs').toContain(
        current,
      );
    }
    for (const { pass, endsAt, madeAt, isRevoked } of passes.values()) {
      const admitted = admittedAtEdge(
        'pass',
        pass,
        { keys: value, scope: SCOPE, now: now(), isMac },
        NO_ENTRY,
      );
      if (isRevoked || now() >= endsAt) expect(admitted).toBeUndefined();
      else if (madeAt > rotatedAt && failedAt === undefined) expect(admitted).toBeDefined();
    }
  };

  const sweepFor = async (minutes: number) => {
    for (let n = 0; n < minutes; n++) {
      clock.advance(60_000);
      await stand.sweep(updater);
      check();
    }
  };

  await stand.sweep(updater);
  check();
  for (const [action, number] of actions) {
    const chosen = [...passes.keys()][number % Math.max(1, passes.size)] ?? '';
    if (action === 'wait') await sweepFor(number);
    else if (action === 'rotate' && held.secret && now() - rotatedAt > 900) {
      rotatedAt = now();
      rotations += 1;
      held.secret = {
        current: { text: `secret ${rotations}`, createdAt: rotatedAt },
        previous: held.secret.current,
      };
      await sweepFor(5);
    } else if (action === 'secret fails') {
      const { secret } = held;
      held.secret = undefined;
      // A read that succeeded a moment ago counts for four minutes.
      failedAt = now();
      await sweepFor(number);
      held.secret = secret;
      await sweepFor(1);
      failedAt = undefined;
    } else if (action === 'pass') {
      const answer = await order(undefined, {
        action: 'pass',
        host: 'shop',
        for: 'ci',
        days: 1 + (number % 2),
      });
      if ('pass' in answer) {
        const { pass, issued } = answer;
        passes.set(issued.id, {
          pass,
          endsAt: Date.parse(issued.endsAt) / 1000,
          madeAt: now(),
          isRevoked: false,
        });
      }
    } else if (action === 'revoke' && passes.has(chosen)) {
      const answer = await order(undefined, { action: 'revoke', id: chosen });
      const pass = passes.get(chosen);
      if (pass && 'revoked' in answer) pass.isRevoked = true;
    } else if (action === 'sign everybody out') {
      const before = epoch;
      await order(undefined, { action: 'sign-out', user: 'alice@example.com', everybody: true });
      await sweepFor(1);
      if (stand.keys()) expect(epoch).toBeGreaterThan(before);
    } else if (action === 'another writer') {
      if (number % 2 === 0)
        store.put(KEYS_KEY, printSessionKeys({ epoch: 0, current: 'a'.repeat(43), revoked: [] }));
      else store.store.update({ deletes: [KEYS_KEY] }, store.store.describe().etag);
      await stand.handle(updater.parts, { action: 'audit' });
    } else if (action === 'cold start') updater = environment();
    else if (action === 'lost mirror') mirror.body = undefined;
    else if (action === 'lost orders') {
      // Orders of the last minute have not reached the store.
      await sweepFor(1);
      delete paper.body;
    } else if (action === 'sign-in off') {
      const value = store.store.get(KEYS_KEY);
      await stand.handle(stand.withoutSignIn(), { action: 'audit' });
      expect(store.store.get(KEYS_KEY)).toBe(value);
    }
    await sweepFor(1);
  }
}

test('in every history the edge accepts the keys that sign, no revoked pass, and no epoch falls', async () => {
  const numRuns = process.env['CI'] === 'true' ? 300 : 40;
  await fc.assert(fc.asyncProperty(history, play), { numRuns });
}, 120_000);
