import { isString } from '../json.ts';
import { type Fault, mapOf, matching, objectWith, parseDocument, type Schema, text } from '../schema.ts';
import type { DeploymentId } from '../wire/brands.ts';

/** The provider of identities, and how its claims are read. */
export interface ProviderSettings {
  /** As the provider's metadata and ID tokens spell it. */
  issuer: string;
  clientId: string;
  /** The secret in Secrets Manager that holds the client secret, as plain text. */
  clientSecretArn: string;
  /** The claim that names a person. `email` counts only with `email_verified`; every other claim is trusted as it is. */
  userClaim: string;
  /** The claim that lists groups; `''` if the deployment uses no groups. */
  groupsClaim: string;
  /** Values of the groups claim by the short names that tags use. */
  groups: ReadonlyMap<string, string>;
}

/** The settings of the function that signs people in. None of them is secret. */
export interface ConciergeSettings {
  deployment: DeploymentId;
  /** Where viewers reach the base domain: `https://dev.example.com`, on a laptop `http://dev.localhost:8080`. */
  apex: string;
  provider: ProviderSettings;
  /** The secret in Secrets Manager from which session keys are derived. */
  keysArn: string;
  /** The bucket of the access rules. */
  access: { region: string; bucket: string };
}

/**
 * Lambda@Edge has no environment variables of its own, so the settings are custom headers of the origin behind `/_proxy/api/*`:
 * their JSON in pieces, `x-proxy-settings-0` and so on.
 */
const PREFIX = 'x-proxy-settings-';

/**
 * CloudFront takes 1,783 characters as the value of a custom header (DG, "Quotas"). At synth the first piece has short stand-ins for the
 * ARN of a secret and the name of a bucket, which are longer once they are known.
 */
const PIECE = 1_500;

/** CloudFront takes 10,240 characters in all custom headers of an origin (DG, "Quotas"). */
const MOST_PIECES = 6;

/**
 * The custom headers that carry the settings.
 *
 * @throws RangeError for settings that are too long for CloudFront
 */
export function printConciergeSettings({ provider, ...rest }: ConciergeSettings): Record<string, string> {
  const json = JSON.stringify({
    ...rest,
    provider: { ...provider, groups: Object.fromEntries(provider.groups) },
  });
  // Printable ASCII without spaces: CloudFront trims a value.
  const text = json.replace(/[^!-~]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);
  const pieces = text.match(new RegExp(`.{1,${PIECE}}`, 'g')) ?? [];
  if (pieces.length > MOST_PIECES)
    throw new RangeError(
      `the settings for sign-in have ${text.length} characters, and CloudFront takes ${MOST_PIECES * PIECE}; map fewer groups`,
    );
  return Object.fromEntries(pieces.map((piece, index) => [`${PREFIX}${index}`, piece]));
}

/**
 * Parses the settings.
 *
 * @param header value of a custom header by its name in lower case
 */
export function parseConciergeSettings(
  header: (name: string) => string | undefined,
): ConciergeSettings | Fault {
  let json = '';
  for (let index = 0; index < MOST_PIECES; index++) json += header(`${PREFIX}${index}`) ?? '';
  return parseDocument(json, SETTINGS);
}

/** An origin without a path: `https://dev.example.com`. */
const origin = matching(
  (json): json is string => isString(json) && /^https?:\/\/[a-z\d.-]+(:\d+)?$/.test(json),
  'an origin such as https://dev.example.com',
);

const secretArn = matching(
  (json): json is string => isString(json) && /^arn:[\w-]+:secretsmanager:[\w-]+:\d*:secret:.+$/.test(json),
  'the ARN of a secret',
);

const claimOrNone = matching(isString, 'the name of a claim');

const provider: Schema<ProviderSettings> = objectWith<ProviderSettings>({
  issuer: text,
  clientId: text,
  clientSecretArn: secretArn,
  userClaim: text,
  groupsClaim: claimOrNone,
  groups: mapOf(text),
});

const SETTINGS = objectWith<ConciergeSettings>({
  deployment: text,
  apex: origin,
  provider,
  keysArn: secretArn,
  access: objectWith({ region: text, bucket: text }),
});
