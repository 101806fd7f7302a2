import { RESERVED_LABELS } from '../../core/settings/settings.ts';
import { makeLabel } from '../../core/tags/label.ts';
import { type Command, UsageError } from '../command.ts';
import { PROGRAM } from './help.ts';

/** Makes names of branches, so that scripts and people make the same. */
export const name: Command = {
  name: 'name',
  summary: 'Print a label for each branch or other text: what proxy:host takes, at most 63 characters.',
  words: { usage: 'BRANCH…', missing: 'say for which branch, such as feature/login' },
  options: {},
  async run({ words }, terminal) {
    for (const label of words.map(parseLabel)) {
      terminal.out(label);
      if (RESERVED.includes(label))
        terminal.err(`${PROGRAM} name: "${label}" is reserved unless the deployment says otherwise`);
    }
    return 0;
  },
};

const RESERVED: readonly string[] = RESERVED_LABELS;

function parseLabel(text: string): string {
  const label = makeLabel(text);
  if (label !== '') return label;
  throw new UsageError(`"${text}" has no letter a–z and no digit, so that no label is left; choose a name`);
}
