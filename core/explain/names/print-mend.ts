import type { Mend } from './mend.ts';
import { quoteWord } from './quote-word.ts';

/** The commands that make a change: on the local cloud, or with the AWS CLI. */
export type MendPrinter = (mend: Mend) => string[];

/**
 * Commands for the local cloud.
 *
 * @param program the command line, such as `npx dynamic-edge-proxy`
 * @param options more options for each command, with a blank before them
 */
export function localMends(program: string, options = ''): MendPrinter {
  return (mend) => {
    if ('launch' in mend)
      return [`${program} launch --host ${quoteWord(mend.launch)} --image ami-hello${options}`];
    if ('start' in mend) return [`${program} start ${mend.instance}${options}`];
    const words = [
      ...(mend.set ? [quoteWord(`${mend.set.key}=${mend.set.value}`)] : []),
      ...(mend.remove === undefined ? [] : ['--remove', quoteWord(mend.remove)]),
    ];
    return [`${program} tag ${mend.instance} ${words.join(' ')}${options}`];
  };
}

/** Commands of the AWS CLI, in the region and account of the instance. */
export const awsMends: MendPrinter = (mend) => {
  if ('launch' in mend)
    return [`aws ec2 create-tags --resources INSTANCE --tags ${tagWord('proxy:host', mend.launch)}`];
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
