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

/** Commands of the AWS CLI, in the region of the instance, for people of its account. */
export const awsMends: MendPrinter = (mend) => {
  if ('launch' in mend)
    return [`aws ec2 create-tags --resources INSTANCE --tags ${tagWord('proxy:host', mend.launch)}`];
  const { instance, region } = mend;
  const where = region === undefined ? '' : ` --region ${quoteWord(region)}`;
  if ('start' in mend) return [`aws ec2 start-instances --instance-ids ${instance}${where}`];
  const { set, remove } = mend;
  return [
    ...(set
      ? [`aws ec2 create-tags --resources ${instance} --tags ${tagWord(set.key, set.value)}${where}`]
      : []),
    ...(remove === undefined
      ? []
      : [`aws ec2 delete-tags --resources ${instance} --tags ${tagWord(remove)}${where}`]),
  ];
};

/** A tag in the shorthand of the AWS CLI. */
function tagWord(key: string, value?: string): string {
  return quoteWord(`Key=${shorthand(key)}${value === undefined ? '' : `,Value=${shorthand(value)}`}`);
}

/** A text is quoted if it has characters that separate others in the shorthand, which also refuses an equals sign at the beginning. */
function shorthand(text: string): string {
  if (/^(?!=)[\w.:/=+@*-]*$/.test(text)) return text;
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
