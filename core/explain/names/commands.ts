import { quoteWord } from '../../quoted-word.ts';
import { TAG_PREFIX } from '../../tags/tags.ts';
import type { Mend } from './mend.ts';

/** The commands that make a change: on the local cloud, or with the AWS CLI. */
export type MendPrinter = (mend: Mend) => string[];

/** Commands for the local cloud.
 *
 * @param state the option for another state folder, with a space before it
 */
export function localMends(program: string, state = ''): MendPrinter {
  return (mend) => {
    if ('launch' in mend)
      return [`${program} launch --host ${quoteWord(mend.launch)} --image ami-hello${state}`];
    if ('start' in mend) return [`${program} start ${mend.instance}${state}`];
    const words = [
      ...(mend.set ? [quoteWord(`${mend.set.key}=${mend.set.value}`)] : []),
      ...(mend.remove === undefined ? [] : ['--remove', quoteWord(mend.remove)]),
    ];
    return [`${program} tag ${mend.instance} ${words.join(' ')}${state}`];
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
