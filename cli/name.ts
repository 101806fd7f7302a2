import { labelFor } from '../core/label.ts';
import { RESERVED_LABELS } from '../core/settings.ts';
import { argumentsOf, type Command, UsageError } from './command.ts';

/** Makes names of branches, so that scripts and people make the same. */
export const name: Command = {
  name: 'name',
  usage: 'BRANCH…',
  summary: 'Print a label for each branch or other text: what proxy:host takes, at most 63 characters.',
  async run(args, terminal) {
    const { names } = argumentsOf(args, {});
    if (names.length === 0) throw new UsageError('say for which branch: feature/login');
    for (const label of names.map(labelFrom)) {
      terminal.out(label);
      if (RESERVED.includes(label))
        terminal.err(`edge-proxy name: "${label}" is reserved unless the deployment says otherwise`);
    }
    return 0;
  },
};

const RESERVED: readonly string[] = RESERVED_LABELS;

function labelFrom(text: string): string {
  const label = labelFor(text);
  if (label !== '') return label;
  throw new UsageError(`"${text}" has no letter a–z and no digit, so that no label is left; choose a name`);
}
