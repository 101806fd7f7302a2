import { isInstanceId } from '../../core/instance.ts';
import type { Problem } from '../../core/problem.ts';
import type { ProblemCode } from '../../core/problem-codes.ts';
import { isAttribute, isLater, TAG_PREFIX, TAGS } from '../../core/tags/tags.ts';
import { quoteWord } from '../cloud/quoted-word.ts';
import { PROGRAM } from '../commands/help.ts';
import { nearest } from '../nearest.ts';

/** A change of one instance that mends a problem. */
export type Mend =
  | { instance: string; set?: { key: string; value: string }; remove?: string }
  | { instance: string; start: true }
  | { launch: string };

/** The commands that make a change: on the local cloud, or with the AWS CLI. */
export type MendPrinter = (mend: Mend) => string[];

/** The tags that a name has to give up to another instance. */
const TAKEN: readonly string[] = [
  'name-taken',
  'name-held',
  'name-occupied',
  'name-not-allowed',
] satisfies ProblemCode[];

/** Tags that this version cannot honour, or that exclude another tag. */
const NEEDLESS: readonly string[] = [
  'unsupported-tag',
  'address-missing',
  'access-not-allowed',
  'unknown-group',
] satisfies ProblemCode[];

/**
 * The change that mends a problem. Undefined if a tag does not mend it, or if the problem does not say which.
 *
 * @param label the name that a person asked for, below the base domain
 */
export function findMend({ code, instance, tag, found = '' }: Problem, label: string): Mend | undefined {
  // A terminal would obey control characters, and a person could not type them.
  if (!isInstanceId(instance) || /\p{C}/u.test(tag + found)) return undefined;
  if (TAKEN.includes(code)) return { instance, set: { key: hostKey(tag), value: `${label}-2` } };
  if (tag === '') return undefined;
  if (code === 'unknown-tag' || code === 'bad-route-name') return mendKey(instance, tag, found);
  if (NEEDLESS.includes(code)) return { instance, remove: tag };
  const attribute = tag.split(':').at(-1) ?? '';
  if (!isAttribute(attribute)) return undefined;
  const value = attribute === 'host' ? label : TAGS[attribute].example;
  return { instance, set: { key: tag, value } };
}

function hostKey(tag: string): string {
  return tag === '' ? `${TAG_PREFIX}host` : tag;
}

/** The key that a person probably meant, with the same value. */
function mendKey(instance: string, tag: string, value: string): Mend {
  const known = Object.keys(TAGS).filter((each) => isAttribute(each) && !isLater(each));
  const [, ...parts] = tag.toLowerCase().split(':');
  const meant = nearest(parts.at(-1) ?? '', known);
  if (meant === undefined) return { instance, remove: tag };
  const route = parts.length === 2 && /^[a-z0-9][a-z0-9-]{0,31}$/.test(parts[0] ?? '') ? `${parts[0]}:` : '';
  return { instance, set: { key: `${TAG_PREFIX}${route}${meant}`, value }, remove: tag };
}

/** Commands for the local cloud. */
export function localMends(state: string): MendPrinter {
  return (mend) => {
    if ('launch' in mend)
      return [`${PROGRAM} launch --host ${quoteWord(mend.launch)} --image ami-hello${state}`];
    if ('start' in mend) return [`${PROGRAM} start ${mend.instance}${state}`];
    const words = [
      ...(mend.set ? [quoteWord(`${mend.set.key}=${mend.set.value}`)] : []),
      ...(mend.remove === undefined ? [] : ['--remove', quoteWord(mend.remove)]),
    ];
    return [`${PROGRAM} tag ${mend.instance} ${words.join(' ')}${state}`];
  };
}

/** Commands of the AWS CLI, in the region and account of the instance. */
export const awsMends: MendPrinter = (mend) => {
  if ('launch' in mend)
    return [`aws ec2 create-tags --resources INSTANCE --tags ${tagWord(`${TAG_PREFIX}host`, mend.launch)}`];
  if ('start' in mend) return [`aws ec2 start-instances --instance-ids ${mend.instance}`];
  const { instance, set, remove } = mend;
  return [
    ...(set ? [`aws ec2 create-tags --resources ${instance} --tags ${tagWord(set.key, set.value)}`] : []),
    ...(remove === undefined
      ? []
      : [`aws ec2 delete-tags --resources ${instance} --tags ${quoteWord(`Key=${remove}`)}`]),
  ];
};

/** A tag in the shorthand of the AWS CLI. A value with its separators is quoted. */
function tagWord(key: string, value: string): string {
  const quoted = /^[\w.:/=+@*-]*$/.test(value) ? value : `"${value.replaceAll('"', '\\"')}"`;
  return quoteWord(`Key=${key},Value=${quoted}`);
}
