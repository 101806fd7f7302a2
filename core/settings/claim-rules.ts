/** The rules of a deployment for claiming names (setting `claims`). */

import type { Instance } from '../instance.ts';
import { isJsonObject, type Json, quoted } from '../json.ts';
import { matchesGlob } from './glob.ts';
import { REGION_PATTERN } from './region.ts';

/** Instances that meet all conditions may claim the names that match one of the patterns. */
export interface ClaimRule {
  /** Names below the base domain; `*` stands for any characters. */
  names: readonly string[];
  accounts?: readonly string[];
  regions?: readonly string[];
  vpcs?: readonly string[];
  /** `team`, or `team=shop`. */
  tag?: string;
  /** `public`: these instances may let every viewer in, without signing in. */
  access?: 'public';
}

/** Thrown for invalid rules: a misread rule would open or close names. */
export class ClaimRulesError extends Error {
  override name = 'ClaimRulesError';
}

const LISTS = {
  names: { pattern: /^[a-z0-9.*-]{1,253}$/, what: 'names such as "shop" or "team-*"' },
  accounts: { pattern: /^\d{12}$/, what: 'account ids of 12 digits' },
  regions: { pattern: REGION_PATTERN, what: 'regions such as "eu-west-1"' },
  vpcs: { pattern: /^vpc-[0-9a-f]+$/, what: 'ids of VPCs' },
} as const;

/**
 * Reads the setting.
 *
 * @example parseClaimRules('[{"names":"shop*","accounts":["444455556666"]}]')
 * @throws ClaimRulesError with the rule, its member and the expected value
 */
export function parseClaimRules(text: string): ClaimRule[] {
  const json = parseRuleList(text);
  if (!Array.isArray(json))
    throw new ClaimRulesError(
      'claims: expected a list of rules, such as [{"names":"shop*","accounts":["444455556666"]}]',
    );
  return json.map((rule: Json, index) => parseRule(rule, `claims, rule ${index + 1}`));
}

function parseRuleList(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ClaimRulesError(`claims: not JSON: ${String(error)}`, { cause: error });
  }
}

function parseRule(json: Json, where: string): ClaimRule {
  if (!isJsonObject(json)) throw new ClaimRulesError(`${where}: expected an object with "names"`);
  const known = [...Object.keys(LISTS), 'tag', 'access'];
  const stranger = Object.keys(json).find((key) => !known.includes(key));
  if (stranger !== undefined)
    throw new ClaimRulesError(
      `${where}: ${quoted(stranger)} is not a member of a rule; the members are ${known.join(', ')}`,
    );
  const list = (key: keyof typeof LISTS) =>
    json[key] === undefined ? {} : { [key]: parseWords(json[key], key, where) };
  const { tag } = json;
  if (tag !== undefined && (typeof tag !== 'string' || !/^[^=]+(?:=.*)?$/.test(tag))) {
    throw new ClaimRulesError(
      `${where}: "tag" is ${JSON.stringify(tag)}, expected a key, or a key, "=" and a value`,
    );
  }
  const { access } = json;
  if (access !== undefined && access !== 'public')
    throw new ClaimRulesError(`${where}: "access" is ${JSON.stringify(access)}, expected "public"`);
  const names = parseWords(json['names'] ?? [], 'names', where);
  return {
    ...list('accounts'),
    ...list('regions'),
    ...list('vpcs'),
    ...(tag === undefined ? {} : { tag }),
    ...(access === undefined ? {} : { access }),
    names,
  };
}

function parseWords(json: Json, key: keyof typeof LISTS, where: string): string[] {
  const { pattern, what } = LISTS[key];
  const items: readonly unknown[] = Array.isArray(json) ? json : [json];
  const words = items.map((item) => (typeof item === 'string' ? item.toLowerCase() : ''));
  const wrong = items.find((_, index) => !pattern.test(words[index] ?? ''));
  if (items.length === 0 || wrong !== undefined) {
    throw new ClaimRulesError(`${where}: "${key}" is ${JSON.stringify(json)}, expected ${what}`);
  }
  return words;
}

/**
 * Why an instance may not claim a name; undefined if it may. The most specific matching patterns decide, and the instance must
 * meet one of their rules. Anyone may claim a name that no pattern matches. A wildcard covers names below it, so more specific
 * patterns that could match one of them must be met as well.
 *
 * @param below the name without the base domain, `shop` or `*.shop`
 */
export function findClaimRefusal(
  below: string,
  instance: Instance,
  rules: readonly ClaimRule[],
): string | undefined {
  const unmet = findDeciding(below, rules).find(
    ([, alternatives]) => !alternatives.some((rule) => isMet(rule, instance)),
  );
  if (unmet === undefined) return undefined;
  return `which this deployment reserves for ${unmet[1].map(printRule).join(' or ')} (claims: ${unmet[0]})`;
}

/**
 * Whether an instance may open a name to viewers who are not signed in. Every deciding pattern needs a rule with
 * `"access": "public"` that the instance meets; a name that no pattern matches is never open.
 *
 * @param below the name without the base domain, `shop` or `*.shop`
 */
export function mayBePublic(below: string, instance: Instance, rules: readonly ClaimRule[]): boolean {
  return isPublicIf(below, rules, (rule) => isMet(rule, instance));
}

/** Whether the rules let any instance open a name: an instance that is not listed may be one of them. */
export function couldBePublic(below: string, rules: readonly ClaimRule[]): boolean {
  return isPublicIf(below, rules, () => true);
}

function isPublicIf(
  below: string,
  rules: readonly ClaimRule[],
  isRuleMet: (rule: ClaimRule) => boolean,
): boolean {
  const deciding = findDeciding(below, rules);
  return (
    deciding.some(([pattern]) => matchesGlob(pattern, below)) &&
    deciding.every(([, alternatives]) =>
      alternatives.some((rule) => rule.access === 'public' && isRuleMet(rule)),
    )
  );
}

/** The patterns that decide about a name, each with its rules. */
function findDeciding(below: string, rules: readonly ClaimRule[]): [string, ClaimRule[]][] {
  const byPattern = new Map<string, ClaimRule[]>();
  for (const rule of rules)
    for (const name of rule.names) byPattern.set(name, [...(byPattern.get(name) ?? []), rule]);
  const highest = Math.max(
    ...[...byPattern.keys()].filter((pattern) => matchesGlob(pattern, below)).map(specificityOf),
  );
  return [...byPattern].filter(([pattern]) =>
    matchesGlob(pattern, below)
      ? specificityOf(pattern) === highest
      : specificityOf(pattern) > highest && mayLieBelow(pattern, below),
  );
}

/** A name without `*` is more specific than any pattern; a longer pattern is more specific than a shorter one. */
function specificityOf(pattern: string): number {
  const said = pattern.replaceAll('*', '').length;
  return pattern.includes('*') ? said : said + 1_000;
}

/** True if a pattern could match a name below the wildcard `*.x`. Comparing their ends errs on the safe side. */
function mayLieBelow(pattern: string, wildcard: string): boolean {
  if (!wildcard.startsWith('*.')) return false;
  const end = pattern.slice(pattern.lastIndexOf('*') + 1);
  const suffix = wildcard.slice(1);
  return end.endsWith(suffix) || (pattern.includes('*') && suffix.endsWith(end));
}

function isMet({ accounts, regions, vpcs, tag }: ClaimRule, instance: Instance): boolean {
  return (
    (accounts?.includes(instance.account) ?? true) &&
    (regions?.includes(instance.region) ?? true) &&
    (vpcs?.includes(instance.vpc ?? '') ?? true) &&
    (tag === undefined || hasTag(tag, instance))
  );
}

function hasTag(tag: string, { tags }: Instance): boolean {
  const at = tag.indexOf('=');
  if (at < 0) return Object.hasOwn(tags, tag);
  return tags[tag.slice(0, at)] === tag.slice(at + 1);
}

function printRule({ accounts, regions, vpcs, tag }: ClaimRule): string {
  const said = [
    ...(accounts ? [`account ${accounts.join(' or ')}`] : []),
    ...(regions ? [`region ${regions.join(' or ')}`] : []),
    ...(vpcs ? [vpcs.join(' or ')] : []),
    ...(tag === undefined ? [] : [`instances tagged ${tag}`]),
  ];
  return said.join(' and ');
}
