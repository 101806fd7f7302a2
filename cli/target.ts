import { STATE } from './cloud/running-cloud.ts';
import { type Options, type ParsedArguments, UsageError } from './command.ts';
import { DEPLOYMENT } from './deployment.ts';

/** The options that select the local cloud or a deployment on AWS. */
export const TARGET: Options = {
  target: { value: 'local|aws', text: 'the local cloud, or a deployment on AWS', fallback: 'local' },
  ...STATE,
  ...DEPLOYMENT,
};

/** The target that a command line selects. */
export function parseTarget(given: ParsedArguments): 'local' | 'aws' {
  const target = given.value('target');
  if (target !== 'local' && target !== 'aws')
    throw new UsageError(`--target is "${target}"; expected local or aws`);
  const stray = Object.keys(target === 'local' ? DEPLOYMENT : STATE).find(
    (name) => given.text(name) !== undefined,
  );
  if (stray === undefined) return target;
  throw new UsageError(`--${stray} is not an option of --target ${target}; leave one of them out`);
}
