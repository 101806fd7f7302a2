import { isJsonObject } from '../../core/json.ts';
import { isShortName } from '../../core/session/fields.ts';
import { MAX_GROUPS } from '../../core/session/who.ts';
import { REGION } from '../../core/settings/region.ts';
import { type Manner, type Setting, SettingError } from './setting.ts';
import { compactJson } from './values.ts';

/** The provider that signs viewers in, and how its claims are read. */
export interface SignIn {
  /** As the provider's metadata and ID tokens spell it. */
  issuer: string;
  clientId: string;
  /** The secret in Secrets Manager that holds the client secret. */
  secretArn: string;
  /** The claim that names a person. */
  userClaim: string;
  /** The claim that lists groups; `''` without groups. */
  groupsClaim: string;
  /** Values of that claim by the short names that tags use. */
  groups: Readonly<Record<string, string>>;
}

const SECRET_ARN = new RegExp(
  `^arn:aws:secretsmanager:${REGION}:\\d{12}:secret:[\\w/+=.@-]+-[A-Za-z\\d]{6}$`,
);

/** Texts that the settings accept and that fit each other. */
const EXAMPLES = {
  issuer: 'https://login.example.com',
  clientId: '00001111-aaaa-2222-bbbb-3333cccc4444',
  secretArn: 'arn:aws:secretsmanager:us-east-1:111122223333:secret:sign-in-AbCdEf',
  userClaim: 'upn',
  groupsClaim: 'roles',
  groups: '{"devs":"3f0c7f3e-0000-4000-8000-000000000001"}',
} as const;

type Member = keyof typeof EXAMPLES;

/** The prop of a setting: `viewers`, with the members that are always required. */
function memberOf(member: Member) {
  const { issuer, clientId, secretArn, groups } = EXAMPLES;
  const required = { issuer, clientId, secretArn, ...(member === 'groupsClaim' ? { groups } : {}) };
  const code = (text: string) => {
    const members = Object.entries({ ...required, [member]: text });
    const printed = members.map(([name, value]) => `${name}: ${name === 'groups' ? value : `'${value}'`}`);
    return `Viewers.signedIn({ ${printed.join(', ')} })`;
  };
  return { name: 'viewers', code };
}

/** The settings of sign-in. */
export const SIGN_IN = {
  signInIssuer: {
    name: 'signInIssuer',
    meaning:
      'OpenID Connect provider that signs viewers in, before a request reaches an app ([guide](../operate/sign-in.md)). It says which viewers are admitted, alone or with `allowedCidrs`. Required with `signInClientId` and `signInSecretArn`; needs a `baseDomain`.',
    usual: 'none: viewers do not sign in',
    expected: 'the issuer as the provider spells it: an https URL without query, of one tenant',
    example: EXAMPLES.issuer,
    prop: memberOf('issuer'),
    parse: (text) => (describeIssuerFault(text) === undefined ? text : undefined),
    fault: describeIssuerFault,
  } satisfies Setting<string>,
  signInClientId: {
    name: 'signInClientId',
    meaning: 'Id of this deployment at the provider.',
    expected: '1–256 characters of printable ASCII without spaces',
    example: EXAMPLES.clientId,
    prop: memberOf('clientId'),
    parse: (text) => (/^[!-~]{1,256}$/.test(text) ? text : undefined),
  } satisfies Setting<string>,
  signInSecretArn: {
    name: 'signInSecretArn',
    meaning:
      "Secret in Secrets Manager that holds the client secret as plain text, encrypted with AWS's own key `aws/secretsmanager`.",
    expected: 'the ARN of a secret, with the six characters at its end',
    example: EXAMPLES.secretArn,
    prop: memberOf('secretArn'),
    parse: (text) => (SECRET_ARN.test(text) ? text : undefined),
  } satisfies Setting<string>,
  userClaim: {
    name: 'userClaim',
    meaning:
      'Claim that names a person, in `x-proxy-user` and in tags. `email` counts only if the provider says that the address is verified. Any other claim is believed, so choose one that people cannot change themselves.',
    usual: '`email`',
    expected: 'the name of a claim: 1–128 characters of printable ASCII without spaces',
    example: EXAMPLES.userClaim,
    prop: memberOf('userClaim'),
    parse: parseClaimName,
  } satisfies Setting<string>,
  groupsClaim: {
    name: 'groupsClaim',
    meaning: 'Claim that lists the groups of a person.',
    usual: '`groups`; for Cognito `cognito:groups`',
    expected: 'the name of a claim: 1–128 characters of printable ASCII without spaces',
    example: EXAMPLES.groupsClaim,
    prop: memberOf('groupsClaim'),
    parse: parseClaimName,
  } satisfies Setting<string>,
  groups: {
    name: 'groups',
    meaning:
      'Groups that `proxy:access = group:NAME` may name. Each name stands for a value of the groups claim. Entra sends ids of objects. Groups without a name are ignored.',
    usual: 'none',
    expected: `JSON, an object of at most ${MAX_GROUPS} names with values; a name has 1–32 lower-case letters, digits and inner hyphens, a value 1–256 characters`,
    example: EXAMPLES.groups,
    prop: memberOf('groups'),
    parse: (text) => (describeGroupsFault(text) === undefined ? compactJson(text) : undefined),
    fault: describeGroupsFault,
  } satisfies Setting<string>,
} as const;

function parseClaimName(text: string): string | undefined {
  return /^[!-~]{1,128}$/.test(text) ? text : undefined;
}

const ENTRA = 'login.microsoftonline.com';

function describeIssuerFault(text: string): string | undefined {
  if (
    !/^https:\/\/[^/?#@\\]+(?:\/[^?#@\\]*)?$/.test(text) ||
    !/^[!-~]{1,512}$/.test(text) ||
    !URL.canParse(text)
  )
    return 'not an https URL without query';
  const url = new URL(text);
  if (/\.well-known\//.test(text))
    return 'the address of the metadata; the issuer is the part before /.well-known/';
  if (url.hostname === ENTRA && /^\/(?:common|organizations|consumers)\b/i.test(url.pathname))
    return 'it admits accounts of every tenant';
  if (/[{}]/.test(text)) return 'a placeholder is not replaced';
  return undefined;
}

function describeGroupsFault(text: string): string | undefined {
  const groups = parseGroups(text);
  if (groups === undefined) return 'not a JSON object';
  const names = Object.keys(groups);
  if (names.length > MAX_GROUPS) return `${names.length} groups`;
  const unfit = names.find((name) => !isShortName(name));
  if (unfit !== undefined) return `${JSON.stringify(unfit)} cannot be a name in a tag`;
  const empty = Object.entries(groups).find(
    ([, value]) => typeof value !== 'string' || value === '' || value.length > 256,
  );
  return empty === undefined ? undefined : `${empty[0]} has the value ${JSON.stringify(empty[1])}`;
}

function parseGroups(text: string): Readonly<Record<string, unknown>> | undefined {
  const json = compactJson(text);
  const value: unknown = json === undefined ? undefined : JSON.parse(json);
  return isJsonObject(value) ? value : undefined;
}

function asGroups(text: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(parseGroups(text) ?? {}).map(([name, value]) => [name, String(value)]),
  );
}

const isEntra = ({ hostname }: URL) => hostname === ENTRA || hostname === 'sts.windows.net';
const isGoogle = ({ hostname }: URL) => hostname === 'accounts.google.com';
const isCognito = ({ hostname }: URL) => /^cognito-idp\.[\w-]+\.amazonaws\.com$/.test(hostname);

/**
 * The settings of sign-in; undefined without sign-in.
 *
 * @throws SettingError if some of them are missing or do not fit the provider
 */
export function readSignIn(get: <T>(setting: Setting<T>) => T | undefined, by: Manner): SignIn | undefined {
  const issuer = get(SIGN_IN.signInIssuer);
  const clientId = get(SIGN_IN.signInClientId);
  const secretArn = get(SIGN_IN.signInSecretArn);
  const userClaim = get(SIGN_IN.userClaim);
  const groupsClaim = get(SIGN_IN.groupsClaim);
  const groupsText = get(SIGN_IN.groups);
  const given = [issuer, clientId, secretArn, userClaim, groupsClaim, groupsText];
  if (given.every((value) => value === undefined)) return undefined;
  if (issuer === undefined) throw lacking(by, SIGN_IN.signInIssuer);
  if (clientId === undefined) throw lacking(by, SIGN_IN.signInClientId);
  if (secretArn === undefined) throw lacking(by, SIGN_IN.signInSecretArn);
  const groups = asGroups(groupsText ?? '{}');
  const hasGroups = Object.keys(groups).length > 0;
  const url = new URL(issuer);
  refuseUnfit(by, url, { userClaim, groupsClaim, hasGroups });
  const usualClaim = isCognito(url) ? 'cognito:groups' : 'groups';
  return {
    ...{ issuer, clientId, secretArn, groups },
    userClaim: userClaim ?? 'email',
    groupsClaim: hasGroups ? (groupsClaim ?? usualClaim) : '',
  };
}

function lacking(by: Manner, setting: Setting<unknown>): SettingError {
  return new SettingError(
    `${by.word} ${setting.name} is missing beside other settings of sign-in; pass ${by.advise(setting, setting.example)} with your own, or leave all of them out`,
  );
}

interface GivenClaims {
  userClaim: string | undefined;
  groupsClaim: string | undefined;
  hasGroups: boolean;
}

/** Refuses settings with which a provider would admit the wrong people, or no person of a group. */
function refuseUnfit(by: Manner, issuer: URL, { userClaim, groupsClaim, hasGroups }: GivenClaims): void {
  const { word } = by;
  if (isEntra(issuer) && (userClaim ?? 'email') === 'email')
    throw new SettingError(
      `${word} userClaim is ${userClaim === undefined ? 'missing' : '"email"'}, but Entra does not verify the claim email, so a person could sign in as another one; pass ${by.advise(SIGN_IN.userClaim, 'upn')} and add this claim to the ID token (docs/operate/sign-in.md)`,
    );
  if (isGoogle(issuer) && hasGroups)
    throw new SettingError(
      `${word} groups is given, but Google's ID tokens have no groups; leave it out, and name people or domains in tags`,
    );
  if (groupsClaim !== undefined && !hasGroups)
    throw new SettingError(
      `${word} groupsClaim is "${groupsClaim}", but no groups are given, so no tag could name one; pass ${by.advise(SIGN_IN.groups, SIGN_IN.groups.example)} as well, or leave groupsClaim out`,
    );
}
