import { hkdfSync } from 'node:crypto';
import {
  type Derive,
  type KeyGenerations,
  keyGenerations,
  type SecretVersions,
} from '../../core/session/key-generations.ts';
import { UNREADABLE_SECONDS } from '../../core/sign-in/plan-keys.ts';
import { toMilliseconds, toSeconds } from '../../core/time.ts';
import type { DeploymentId, Milliseconds } from '../../core/wire/brands.ts';
import type { Clock, VersionedSecret } from '../ports.ts';
import { CachedValue } from '../tokens/cached-value.ts';

/**
 * A new version must be in the store, and the store at each edge, before the concierge signs with it, ten minutes after its creation:
 * four minutes until it is read, one until the next sweep, one until the edges have it.
 */
const RHYTHM = { fresh: 240_000, retry: 30_000, missing: 10_000 } as const;

/** Time for which a version is certain to be the newest. */
const JUST_READ_MS: Milliseconds = 5_000;

/** The secret of session keys. No log or message contains it or a key. */
export class SessionSecret {
  readonly #deployment: DeploymentId;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #versions: CachedValue<SecretVersions>;
  #readAt: Milliseconds = Number.NEGATIVE_INFINITY;
  /** Whether the last read failed. */
  isUnreadable = false;

  /** @param warn gets a message without the secret */
  constructor(
    secret: VersionedSecret,
    deployment: DeploymentId,
    clock: Pick<Clock, 'now'>,
    warn: (message: string) => void,
  ) {
    this.#deployment = deployment;
    this.#clock = clock;
    const read = async () => {
      const versions = await secret.readVersions();
      this.#readAt = clock.now();
      this.isUnreadable = false;
      return versions;
    };
    this.#versions = new CachedValue(read, RHYTHM, clock, (error) => {
      this.isUnreadable = true;
      warn(
        `the secret of session keys cannot be read, and gated hostnames answer 503 an hour after it began: ${String(error)}`,
      );
    });
  }

  /** Reads the secret if that is due. Never throws. */
  async refresh(): Promise<void> {
    await this.#versions.refresh();
  }

  /** Reads the secret again, unless that was a moment ago: before `:keys` changes, because another environment may know a newer version. */
  async confirm(): Promise<void> {
    if (this.#clock.now() >= this.#readAt + JUST_READ_MS) this.#versions.expire();
    await this.refresh();
  }

  /** The keys for sessions and passes; undefined if the secret was not read for an hour. */
  get generations(): KeyGenerations | undefined {
    const now = this.#clock.now();
    const versions = this.#versions.value;
    const isTooOld = this.isUnreadable && now >= this.#readAt + toMilliseconds(UNREADABLE_SECONDS);
    if (versions === undefined || isTooOld) return undefined;
    return keyGenerations(versions, 'edge', { deployment: this.#deployment, now: toSeconds(now), derive });
  }
}

const derive: Derive = (secret, info) =>
  Buffer.from(hkdfSync('sha256', secret, '', info, 32)).toString('base64url');
