import { type Distance, nearestWord } from '../explain/names/nearest.ts';
import { type Instance, isSameInstance } from '../instance.ts';
import { HIDDEN } from '../json.ts';
import { type Problem, type TagChange, withoutPeople } from '../problem.ts';
import type { ProblemCode } from '../problem-codes.ts';
import { type ParsedTags, parseTags } from '../routes/route-spec.ts';
import type { Settings } from '../settings/settings.ts';
import { isAttribute, TAGS } from '../tags/tags.ts';
import type { Hostname, InstanceId } from '../wire/brands.ts';
import { Effort } from './effort.ts';
import { guessKey } from './guess-key.ts';
import { firstNames, guessHosts, renameHost } from './guess-names.ts';
import { CLOSING, guessValues } from './guess-value.ts';
import { mayRestrict } from './may-restrict.ts';

/** The facts by which changes of tags are found. */
export interface MendContext {
  settings: Settings;
  /** An instance with its tags. */
  find(id: InstanceId): Instance | undefined;
  /** The hostnames of the deployment. */
  entries: { has(hostname: Hostname): boolean };
  distance: Distance;
}

/**
 * Gives each problem of a tag the change that mends it, if one is known. A change is tried on the tags of the instance before it is
 * suggested: the problem goes, the new value has no problem, and no other name or tag of the instance is lost.
 */
export function withMends(problems: readonly Problem[], context: MendContext): Problem[] {
  const given = new Set<Hostname>();
  const parsed = new Map<Instance, ParsedTags>();
  const parse = (instance: Instance) => {
    const tags = parsed.get(instance) ?? parseTags(instance, context.settings);
    parsed.set(instance, tags);
    return tags;
  };
  const isFree = (hostname: Hostname) => !context.entries.has(hostname) && !given.has(hostname);
  const effort = new Effort();
  return problems.map((problem) => {
    const instance = problem.instance === '' ? undefined : context.find(problem.instance);
    if (instance === undefined) return problem;
    const known = recall(problem, instance, isFree);
    // The next run goes on.
    if (known === undefined && effort.isSpent()) return problem;
    const found = known ?? findMend(problem, { instance, parse, isFree, effort }, context);
    KNOWN.set(problem, { ...found, instance });
    // The next instance without a name gets another number.
    for (const hostname of found.names) given.add(hostname);
    return found.mend === undefined ? problem : { ...problem, mend: found.mend };
  });
}

/** A change, and the names that the instance has for the first time with it. */
interface Found {
  mend?: TagChange;
  names: readonly Hostname[];
}

/** The changes of earlier runs: a problem whose instance has not changed is the same object. */
const KNOWN = new WeakMap<Problem, Found & { instance: Instance }>();

function recall(
  problem: Problem,
  instance: Instance,
  isFree: (hostname: Hostname) => boolean,
): Found | undefined {
  const known = KNOWN.get(problem);
  return known && isSameInstance(known.instance, instance) && known.names.every(isFree) ? known : undefined;
}

interface Tried {
  instance: Instance;
  parse(instance: Instance): ParsedTags;
  isFree(hostname: Hostname): boolean;
  effort: Effort;
}

function findMend(problem: Problem, { instance, parse, isFree, effort }: Tried, context: MendContext): Found {
  if (effort.isSpent(instance)) return { names: [] };
  const value = wholeValue(problem, instance);
  if (HIDDEN.test(problem.tag + value)) return { names: [] };
  const before = parse(instance);
  const had = new Set(before.specs.map(({ hostname }) => hostname));
  const isFreeName = (hostname: Hostname) => {
    effort.add(instance, 1);
    return isFree(hostname);
  };
  for (const mend of changesFor(problem, value, context, isFreeName)) {
    effort.add(instance, 1);
    if (effort.isSpent(instance)) break;
    if (!isSafe(mend) || isOverwriting(mend, problem, instance)) continue;
    effort.add(instance, Object.keys(instance.tags).length);
    const after = parseTags(changed(instance, mend), context.settings);
    const names = after.specs.map(({ hostname }) => hostname).filter((each) => !had.has(each));
    if (isMended(problem, mend, before, after))
      return { mend, names: NUMBERED.has(problem.code) ? names : [] };
  }
  return { names: [] };
}

/** The whole value of the tag; the problem may be about one word of it. */
function wholeValue({ tag }: Problem, { tags }: Instance): string {
  return (Object.hasOwn(tags, tag) ? tags[tag] : undefined) ?? '';
}

/** Problems whose change gives a name that must be free. */
const NUMBERED: ReadonlySet<string> = new Set(['name-taken', 'duplicate-route'] satisfies ProblemCode[]);

/** The most characters of a tag's value. */
const LONGEST_VALUE = 256;

/** Everybody who may read the portal reads the change, and types it into a terminal. */
function isSafe({ set, remove = '' }: TagChange): boolean {
  const { key, value } = set ?? { key: '', value: '' };
  return (
    !HIDDEN.test(key + value + remove) && withoutPeople(value) === value && value.length <= LONGEST_VALUE
  );
}

function isOverwriting({ set }: TagChange, { tag }: Problem, { tags }: Instance): boolean {
  return set !== undefined && set.key !== tag && Object.hasOwn(tags, set.key);
}

/** The problem goes, the change brings no problem of its own, and no other name is lost. */
function isMended(
  { code, tag, found, hostnames = [] }: Problem,
  { set }: TagChange,
  before: ParsedTags,
  after: ParsedTags,
): boolean {
  const remains = after.problems.some(
    (each) => each.code === code && each.tag === tag && each.found === found,
  );
  const known = new Set(before.problems.map(({ message }) => message));
  const isWrongToo = after.problems.some(
    (each) => each.tag === set?.key && each.code !== PAIRED && !known.has(each.message),
  );
  const kept = new Set(after.specs.map(({ hostname }) => hostname));
  const isTaken = code === 'name-taken';
  const loses = before.specs.some(
    ({ hostname }) => !kept.has(hostname) && !(isTaken && hostnames.includes(hostname)),
  );
  return !remains && !isWrongToo && !loses && !(isTaken && hostnames.some((each) => kept.has(each)));
}

/** A problem that names the next tag to set. */
const PAIRED = 'scheme-without-cert-name';

function changed(instance: Instance, { set, remove }: TagChange): Instance {
  const kept = Object.entries(instance.tags).filter(([key]) => key !== remove);
  const more = set === undefined ? [] : [[set.key, set.value] as const];
  return { ...instance, tags: Object.fromEntries([...kept, ...more]) };
}

/** Changes that may mend a problem, the best first. */
function changesFor(
  { code, tag, found = '', hostnames: [hostname = ''] = [] }: Problem,
  value: string,
  { settings, distance }: MendContext,
  isFree: (hostname: Hostname) => boolean,
): TagChange[] {
  const set = (...values: (string | undefined)[]): TagChange[] =>
    values.flatMap((each) => (each === undefined ? [] : [{ set: { key: tag, value: each } }]));
  switch (code) {
    case 'unknown-tag':
    case 'bad-route-name':
      return changesOfKey(tag, value, settings, distance);
    case 'bad-value': {
      const attribute = attributeOf(tag);
      return attribute === undefined ? [] : set(...guessValues(attribute, value));
    }
    case PAIRED:
      return pairTag(tag);
    case 'tls-port':
      return [{ set: { key: siblingOf(tag, 'scheme'), value: 'http' } }];
    case 'bad-name':
    case 'name-not-allowed':
      return set(...guessHosts(value, found, settings));
    case 'too-many-names':
      return set(firstNames(value));
    case 'name-taken':
    case 'duplicate-route':
      return set(renameHost(value, hostname, settings, isFree));
    case 'unknown-group':
      return set(...knownGroups(value, settings, distance));
    case 'unsupported-tag':
    case 'access-not-allowed':
    case 'address-missing':
      return [{ remove: tag }];
    default:
      return [];
  }
}

function attributeOf(key: string) {
  const last = key.split(':').at(-1) ?? '';
  return isAttribute(last) ? last : undefined;
}

/** The key of another tag of the same route. */
function siblingOf(key: string, attribute: keyof typeof TAGS): string {
  return key.slice(0, key.lastIndexOf(':') + 1) + attribute;
}

/** Changes of a key that is not ours. A tag that may restrict who comes is never taken away, or taken for another. */
function changesOfKey(tag: string, value: string, settings: Settings, distance: Distance): TagChange[] {
  const meant = guessKey(tag, distance);
  if (meant?.attribute !== 'access' && mayRestrict(tag, value, settings)) return [];
  if (meant === undefined) return [{ remove: tag }];
  const { key, attribute } = meant;
  const words = attribute === 'host' ? (TAGS.host.parse(value) ?? []) : [];
  const values = [
    value.trim(),
    ...(attribute === 'host'
      ? words.flatMap((word) => guessHosts(value, word, settings))
      : guessValues(attribute, value)),
  ];
  const renamed = values.map((each) => ({ set: { key, value: each }, remove: tag }));
  return CLOSING.includes(attribute) ? renamed : [...renamed, { remove: tag }];
}

/** `https` and the name on the certificate belong together. */
function pairTag(tag: string): TagChange[] {
  if (attributeOf(tag) === 'scheme')
    return [{ set: { key: siblingOf(tag, 'cert-name'), value: TAGS['cert-name'].example } }];
  return [{ set: { key: siblingOf(tag, 'scheme'), value: 'https' } }, { remove: tag }];
}

/** An access rule with the nearest known group in place of one that the deployment does not have. */
function knownGroups(value: string, { signIn }: Settings, distance: Distance): string[] {
  const groups = signIn?.groups ?? [];
  const terms = value.split(/\s+/).map((term) => {
    const [, name] = /^group:(.*)$/.exec(term) ?? [];
    if (name === undefined || groups.includes(name)) return term;
    const near = nearestWord(name, groups, distance);
    return near === undefined ? undefined : `group:${near}`;
  });
  return terms.every((term) => term !== undefined) ? [[...new Set(terms)].join(' ')] : [];
}
