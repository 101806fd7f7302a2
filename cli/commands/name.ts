import { RESERVED_LABELS } from '../../core/settings/settings.ts';
import { makeLabel } from '../../core/tags/label.ts';
import { type Command, UsageError } from '../command.ts';
import { PROGRAM } from './help.ts';

/** Turns branch names into labels, so that scripts and people get the same ones. */
export const name: Command = {
  name: 'name',
  summary: 'Print a hostname label for a branch name, at most 63 characters, for use in proxy:host.',
  words: { usage: 'BRANCH…', missing: 'the branch is missing; for example: feature/login' },
  options: {},
  async run({ words }, terminal) {
    for (const label of words.map(parseLabel)) {
      terminal.out(label);
      if (RESERVED.includes(label))
        terminal.err(
          `${PROGRAM} name: "${label}" is reserved by default; a deployment can change its reserved names`,
        );
    }
    return 0;
  },
};

const RESERVED: readonly string[] = RESERVED_LABELS;

function parseLabel(text: string): string {
  const label = makeLabel(text);
  if (label !== '') return label;
  throw new UsageError(
    `"${text}" contains no letter a–z and no digit, so no label can be made of it; choose another name`,
  );
}
