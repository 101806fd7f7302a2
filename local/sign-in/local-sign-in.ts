import { randomBytes } from 'node:crypto';
import { appendFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ACCESS_KEY } from '../../core/entry/access-file.ts';
import { LIVE_PREFIX } from '../../core/live/shard.ts';
import { printConciergeSettings } from '../../core/settings/concierge-settings.ts';
import { toSeconds } from '../../core/time.ts';
import type { DeploymentId, Hostname, Milliseconds } from '../../core/wire/brands.ts';
import { REGION } from '../ec2/addresses.ts';
import { ACCOUNT } from '../ec2/cloudtrail.ts';
import type { OriginFunction } from '../edge/lambda-edge/origin-function.ts';
import { LocalLambda } from '../lambda/lambda.ts';
import type { LocalClock } from '../lambda/local-clock.ts';
import { LocalSecrets } from '../secrets/local-secrets.ts';
import { ACCESS_BUCKET, type StateFolder } from '../state/state-folder.ts';
import type { Teardown } from '../teardown.ts';
import { type OidcServer, startOidcServer } from './oidc-server.ts';
import { GROUP } from './people.ts';

/** Thrown for a base domain with which sign-in cannot be tried. */
export class NoSignInError extends Error {
  override name = 'NoSignInError';

  constructor(baseDomain: string) {
    super(
      `sign-in does not work with ${baseDomain === '' ? 'no base domain' : `the base domain ${baseDomain}`}: ${reasonAgainst(baseDomain)}; use a name below localhost, such as dev.localhost`,
    );
  }
}

function reasonAgainst(baseDomain: string): string | undefined {
  if (baseDomain === '') return 'one session would open all apps';
  if (baseDomain === 'localhost')
    return 'to a browser the names below it are different sites, and the apps of a deployment are not';
  // `__Host-` cookies are secure ones. Chromium and Firefox keep them without TLS below localhost alone.
  return baseDomain.endsWith('.localhost') ? undefined : 'without TLS a browser keeps no session there';
}

/** Sign-in before the edge has a port: the secrets, and the variables of the updater. */
export class LocalSignIn {
  readonly secrets: LocalSecrets;
  /** The provider, once it has started. */
  provider?: OidcServer;
  readonly #clientSecret = randomText();
  readonly #clock: LocalClock;

  /** @throws NoSignInError for a base domain whose names keep no cookies */
  constructor(
    { buckets }: Pick<StateFolder, 'buckets'>,
    { baseDomain, clock }: { baseDomain: string; clock: LocalClock },
  ) {
    if (reasonAgainst(baseDomain) !== undefined) throw new NoSignInError(baseDomain);
    this.#clock = clock;
    this.secrets = new LocalSecrets(() => toSeconds(clock.now()));
    this.rotate();
    this.secrets.put(CLIENT_SECRET_ARN, this.#clientSecret);
    // The rules and changes of the last session count from another store.
    for (const each of [ACCESS_KEY, LIVE_PREFIX])
      rmSync(join(buckets, ACCESS_BUCKET, each), { recursive: true, force: true });
  }

  /** Puts a new secret of session keys. */
  rotate(): void {
    this.secrets.put(SESSION_SECRET_ARN, randomText());
  }

  /** The variables that the updater has in a deployment with sign-in. */
  updaterEnvironment(endpoint: string): Record<string, string> {
    return {
      SESSION_SECRET_ARN,
      ACCESS_BUCKET,
      SIGN_IN_GROUPS: GROUP,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoint,
    };
  }

  /** Prepares the concierge, and starts the provider when the port of the edge is known. */
  prepare(
    { deployment, baseDomain, api, folder, conciergeFile }: SignInParts,
    teardown: Teardown,
  ): PreparedConcierge {
    const log = join(folder.logs, 'concierge.log');
    const concierge = new LocalLambda({
      file: conciergeFile,
      env: {
        AWS_REGION: REGION,
        AWS_ACCESS_KEY_ID: api.credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: api.credentials.secretAccessKey,
        AWS_ENDPOINT_URL_S3: api.url,
        AWS_ENDPOINT_URL_SECRETS_MANAGER: api.url,
      },
      print: (line) => appendFileSync(log, `${line}\n`),
      clock: this.#clock,
    });
    teardown.add(() => concierge.dispose());
    let settings: Record<string, string> | undefined;
    const open = async (port: number): Promise<string> => {
      const apex = `http://${baseDomain}:${port}`;
      const client = {
        id: CLIENT_ID,
        secret: this.#clientSecret,
        redirectUri: `${apex}/_proxy/api/callback`,
      };
      this.provider = await startOidcServer(client);
      const { issuer, dispose } = this.provider;
      teardown.add(dispose);
      settings = printConciergeSettings(settingsFor(deployment, apex, issuer));
      return issuer;
    };
    return {
      originFunction: {
        invoke: (event) => concierge.invoke(event),
        async customHeaders() {
          if (settings === undefined) throw new Error('sign-in is still starting; try again in a second');
          return settings;
        },
        timeout: TIMEOUT,
      },
      open,
    };
  }
}

/** The parts of {@link LocalSignIn.prepare}. */
export interface SignInParts {
  deployment: DeploymentId;
  baseDomain: Hostname;
  /** The endpoint of all services and its credentials. */
  api: { url: string; credentials: { accessKeyId: string; secretAccessKey: string } };
  folder: Pick<StateFolder, 'logs'>;
  /** The built concierge, `index.mjs`, or a function that builds it. It runs after the first request. */
  conciergeFile: string | (() => Promise<string>);
}

/** The concierge without its settings. */
export interface PreparedConcierge {
  originFunction: OriginFunction;
  /** Starts the provider for an edge at this port, and gives the concierge its settings. Returns the address of the provider. */
  open(port: number): Promise<string>;
}

const CLIENT_ID = 'dynamic-edge-proxy';

const SECRETS = `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret`;

/** The secret of session keys. */
export const SESSION_SECRET_ARN = `${SECRETS}:sessions`;

/** The secret that the provider and the concierge share. */
export const CLIENT_SECRET_ARN = `${SECRETS}:client`;

/** The timeout of the function in the edge stack (infra/sign-in/concierge-function.ts). It gives up by itself after 8 s. */
const TIMEOUT: Milliseconds = 10_000;

function settingsFor(
  deployment: DeploymentId,
  apex: string,
  issuer: string,
): Parameters<typeof printConciergeSettings>[0] {
  return {
    deployment,
    apex,
    provider: {
      issuer,
      clientId: CLIENT_ID,
      clientSecretArn: CLIENT_SECRET_ARN,
      userClaim: 'email',
      groupsClaim: 'groups',
      groups: new Map([[GROUP, GROUP]]),
    },
    keysArn: SESSION_SECRET_ARN,
    access: { region: REGION, bucket: ACCESS_BUCKET },
  };
}

function randomText(): string {
  return randomBytes(32).toString('base64url');
}
