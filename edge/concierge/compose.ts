import { hkdfSync } from 'node:crypto';
import { ACCESS_KEY, parseAccessFile } from '../../core/entry/access-file.ts';
import { Fault } from '../../core/schema.ts';
import { type KeyUse, keyGenerations, type SecretVersions } from '../../core/session/key-generations.ts';
import type { ConciergeSettings } from '../../core/settings/concierge-settings.ts';
import { toSeconds } from '../../core/time.ts';
import type { Milliseconds } from '../../core/wire/brands.ts';
import { accessTable } from './access-table.ts';
import { readObject } from './aws/bucket.ts';
import { changeReader } from './aws/changes.ts';
import { readSecret, readSecretVersions } from './aws/secrets-manager.ts';
import { randomBits128 } from './cookies/crypto.ts';
import { API, type Desk } from './desk.ts';
import type { KeyRing } from './ports.ts';
import { createProvider } from './provider/provider.ts';
import { UnavailableError } from './reading/bounded-fetch.ts';
import { kept } from './reading/kept.ts';

const SECOND: Milliseconds = 1_000;
const MINUTE = 60 * SECOND;

/** A secret that cannot be read again counts for an hour; afterwards sign-in answers 503. */
const SECRETS = { fresh: 5 * MINUTE, stale: 60 * MINUTE, now: Date.now };

/** Connects the endpoints with AWS and the provider. */
export function composeDesk(
  settings: ConciergeSettings,
  environment: NodeJS.ProcessEnv,
): Omit<Desk, 'report'> {
  const { deployment, apex, provider, keysArn, access } = settings;
  const now = Date.now;
  const readVersions = kept(() => readSecretVersions(keysArn, environment), SECRETS);
  const readFile = async () => {
    const file = parseAccessFile(await readObject({ ...access, key: ACCESS_KEY }, environment));
    if (file instanceof Fault) throw new UnavailableError(`${ACCESS_KEY} cannot be read: ${file}`);
    return accessTable(file, new URL(apex).hostname);
  };
  return {
    deployment,
    apex,
    clock: { now, bits128: randomBits128 },
    readKeys: async () => {
      const versions = await readVersions();
      return { edge: ringOf(versions, 'edge', deployment), apex: ringOf(versions, 'apex', deployment) };
    },
    readAccess: kept(readFile, { fresh: SECOND, stale: MINUTE, now }),
    readChange: changeReader(access, environment, now),
    provider: createProvider({
      settings: provider,
      redirectUri: `${apex}${API}callback`,
      readClientSecret: kept(() => readSecret(provider.clientSecretArn, environment), SECRETS),
      now,
    }),
  };
}

function ringOf(versions: SecretVersions, use: KeyUse, deployment: string): KeyRing {
  const { current, previous, next } = keyGenerations(versions, use, {
    deployment,
    now: toSeconds(Date.now()),
    derive: (secret, info) => Buffer.from(hkdfSync('sha256', secret, '', info, 32)).toString('base64url'),
  });
  return { sign: current, accept: [current, previous, next].filter((key) => key !== undefined) };
}
