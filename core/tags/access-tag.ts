/** Checks `proxy:access` against the settings of the deployment. */
import { groupsIn } from '../access/access-rule.ts';
import type { Access } from '../entry/access.ts';
import type { Instance } from '../instance.ts';
import { quoted } from '../json.ts';
import type { ProblemCode } from '../problem-codes.ts';
import { couldBePublic, mayBePublic } from '../settings/claim-rules.ts';
import type { Settings } from '../settings/settings.ts';
import type { Hostname } from '../wire/brands.ts';
import { nameBelow } from './host-tag.ts';
import type { Terms } from './tags.ts';

type AccessTerm = Terms['access'];

/** Why a deployment does not take a value, whatever the hostname; `value` is undefined for one that no deployment takes. */
export function refuseAccess(
  value: AccessTerm | undefined,
  { signIn }: Pick<Settings, 'signIn'>,
): { code: ProblemCode; reason: string } | undefined {
  if (signIn === undefined)
    return value === 'deployment'
      ? undefined
      : { code: 'bad-value', reason: 'expected `deployment`, because this deployment has no sign-in' };
  const unknown =
    typeof value === 'object' ? groupsIn(value.rule).filter((name) => !signIn.groups.includes(name)) : [];
  const [first] = unknown;
  if (first === undefined) return undefined;
  const known =
    signIn.groups.length === 0 ? 'it has no groups' : `its groups are ${signIn.groups.join(', ')}`;
  return { code: 'unknown-group', reason: `but this deployment has no group ${quoted(first)}: ${known}` };
}

/** Whether the deployment lets an instance open a hostname in this way: `public` needs a claim rule of the operator. */
export function mayAdmit(
  value: AccessTerm,
  hostname: Hostname,
  instance: Instance,
  settings: Settings,
): boolean {
  if (settings.signIn === undefined || value !== 'public') return true;
  return mayBePublic(nameBelow(hostname, settings), instance, settings.claims ?? []);
}

/** Whether a name that is open may stay so while its instance is not listed: the operator may have taken the claim rule away. */
export function mayStayOpen(hostname: Hostname, settings: Settings): boolean {
  return couldBePublic(nameBelow(hostname, settings), settings.claims ?? []);
}

/** The access of a route. The plan numbers it. */
export function accessOf(value: AccessTerm, { signIn }: Pick<Settings, 'signIn'>): Access {
  if (signIn === undefined) return 'public';
  if (value === 'public') return 'open';
  return typeof value === 'object' ? { since: 0, rule: value.rule } : { since: 0 };
}
