import { isString, type Json, type JsonObject } from '../../../core/json.ts';
import { parseUser, subjectOf } from '../../../core/session/user.ts';
import type { Who } from '../../../core/session/who.ts';
import type { ProviderSettings } from '../../../core/settings/concierge-settings.ts';
import { sha256 } from '../cookies/crypto.ts';

/** A person as the provider describes it, in the parts that the deployment uses. */
export type Person = Pick<Who, 'user' | 'subject' | 'isDomainVouched' | 'groups'>;

/** Why a person cannot be signed in: the account has no name that counts, or more groups than the provider sends. */
export type PersonFault = 'no name' | 'groups left out' | 'groups unreadable';

/**
 * Reads a person from the claims of a checked ID token.
 *
 * A mail address counts only with `email_verified: true`, since other providers let people write any address. Google vouches for
 * the domain of an address only with `hd`: an account outside a Workspace may have any address. Other claims are trusted, because
 * the operator chose them.
 */
export function readPerson(claims: JsonObject, settings: ProviderSettings): Person | PersonFault {
  const { sub, iss } = claims;
  const user = readUser(claims, settings.userClaim);
  if (user === undefined || !isString(sub) || !isString(iss)) return 'no name';
  const groups = readGroups(claims, settings);
  if (isString(groups)) return groups;
  return { user, subject: subjectOf(iss, sub, sha256), isDomainVouched: isVouched(claims, user), groups };
}

/**
 * Whether an ID token leaves out a claim that the provider may tell at its UserInfo endpoint (OIDC Core 5.4): Okta's has neither
 * groups nor `email_verified`.
 */
export function lacksClaim(claims: JsonObject, { userClaim, groupsClaim }: ProviderSettings): boolean {
  const needed = userClaim === 'email' ? MAIL : [userClaim];
  const asksGroups = groupsClaim !== '' && !isOverage(claims, groupsClaim);
  return ![...needed, ...(asksGroups ? [groupsClaim] : [])].every((name) => Object.hasOwn(claims, name));
}

/** The claims of an ID token, and those that only UserInfo has. An address and its verification are of one source. */
export function addClaims(claims: JsonObject, told: JsonObject): JsonObject {
  if (MAIL.every((name) => Object.hasOwn(claims, name))) return { ...told, ...claims };
  const others = Object.entries(claims).filter(([name]) => !MAIL.includes(name));
  return { ...told, ...Object.fromEntries(others) };
}

const MAIL = ['email', 'email_verified'];

function readUser(claims: JsonObject, userClaim: string) {
  const claim = readClaim(claims, userClaim);
  if (!isString(claim) || (userClaim === 'email' && claims['email_verified'] !== true)) return undefined;
  return parseUser(claim);
}

function isVouched({ iss, hd }: JsonObject, user: string): boolean {
  return iss !== 'https://accounts.google.com' || (isString(hd) && user.endsWith(`@${hd.toLowerCase()}`));
}

/** The short names of the groups that the deployment maps. All others are dropped. */
function readGroups(claims: JsonObject, { groupsClaim, groups }: ProviderSettings): string[] | PersonFault {
  if (groupsClaim === '') return [];
  const claim = readClaim(claims, groupsClaim);
  if (claim === undefined) return isOverage(claims, groupsClaim) ? 'groups left out' : [];
  const values: readonly Json[] = Array.isArray(claim) ? claim : [claim];
  if (!values.every(isString)) return 'groups unreadable';
  const known = new Set<string>(values);
  return [...groups].flatMap(([name, value]) => (known.has(value) ? [name] : [])).sort();
}

/** Above 200 groups Entra sends a pointer to its API in place of the claim. */
function isOverage(claims: JsonObject, groupsClaim: string): boolean {
  const { _claim_names: names, hasgroups } = claims;
  const isPointed = typeof names === 'object' && names !== null && Object.hasOwn(names, groupsClaim);
  return isPointed || (hasgroups !== undefined && hasgroups !== false && hasgroups !== 'false');
}

function readClaim(claims: JsonObject, name: string): Json {
  return Object.hasOwn(claims, name) ? claims[name] : undefined;
}
