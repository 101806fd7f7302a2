/**
 * From the secret of session keys to the keys in use. The secret is one random text in Secrets Manager, whose version `AWSCURRENT`
 * is the newest and `AWSPREVIOUS` the one before. To rotate it, put a new random text.
 *
 * A new version first becomes the next key: the edge accepts it before a text is signed with it, because the store needs its time to
 * reach each edge. The updater, which writes `:keys`, and the concierge, which signs, count from the version's own creation, so they
 * agree without a message.
 */
import type { DeploymentId, Seconds } from '../wire/brands.ts';

/** A version of the secret. */
export interface SecretVersion {
  /** Random. */
  text: string;
  createdAt: Seconds;
}

/** The versions of the secret that matter. */
export interface SecretVersions {
  current: SecretVersion;
  /** Absent until the first rotation. */
  previous?: SecretVersion;
}

/** `edge` for sessions and passes, whose keys the store has; `apex` for texts that only the concierge reads. */
export type KeyUse = 'edge' | 'apex';

/** HKDF-SHA256 (RFC 5869) of a secret, without salt: 32 bytes as 43 characters of base64url. */
export type Derive = (secret: string, info: string) => string;

/** The keys of one use. */
export interface KeyGenerations {
  /** Signs. */
  current: string;
  /** Accepted because it has signed. */
  previous?: string;
  /** Accepted because it will sign. */
  next?: string;
}

/** A key is accepted everywhere for ten minutes before it signs. */
export const NEXT_SECONDS: Seconds = 600;

/** A key that no longer signs is accepted for one session life, in which sessions are renewed. Passes under it end earlier than they say. */
export const PREVIOUS_SECONDS: Seconds = 28_800;

/** The keys of a use at a time. */
export function keyGenerations(
  { current, previous }: SecretVersions,
  use: KeyUse,
  { deployment, now, derive }: { deployment: DeploymentId; now: Seconds; derive: Derive },
): KeyGenerations {
  const keyOf = ({ text }: SecretVersion) => derive(text, `dynamic-edge-proxy/1/${deployment}/${use}`);
  const signsFrom = current.createdAt + NEXT_SECONDS;
  if (previous === undefined || now >= signsFrom + PREVIOUS_SECONDS) return { current: keyOf(current) };
  return now < signsFrom
    ? { current: keyOf(previous), next: keyOf(current) }
    : { current: keyOf(current), previous: keyOf(previous) };
}
