import type { Entry } from '../../core/entry/entry.ts';
import { toSeconds } from '../../core/time.ts';
import type { Command, Terminal } from '../command.ts';
import { parseTarget, TARGET } from '../target.ts';
import { wrap } from '../wrap.ts';
import { type Difference, type Differences, findDifferences } from './differences.ts';

/** Shows what a reconcile would change, and changes nothing. */
export const planCommand: Command = {
  name: 'plan',
  summary: 'Show which names a reconcile would change, with reasons. Changes nothing.',
  options: { json: { text: 'print JSON' }, ...TARGET },
  async run(given, terminal) {
    const { mode, ...facts } =
      parseTarget(given) === 'local'
        ? await (await import('./local.ts')).readLocal(given)
        : await (await import('./aws.ts')).readAws(given);
    const found = findDifferences({ ...facts, now: toSeconds(Date.now()) });
    if (given.flag('json')) printJson(found, terminal);
    else printDifferences(found, terminal);
    if (mode !== 'sync')
      terminal.err(
        `! the updater of this deployment is in the mode ${mode}, so it does not make all of these changes`,
      );
    return 0;
  },
};

/** Prints a line for each change: `+` a new name, `~` a changed one, `-` one that goes, `=` one that is held back; then its reasons. */
export function printDifferences(found: Differences, { out }: Terminal): void {
  for (const difference of found.changes) {
    for (const line of wrap(`${signOf(difference)} `, describe(difference))) out(line);
    for (const reason of difference.reasons) for (const line of wrap('    ', reason)) out(line);
  }
  // Names of others have no difference, so these problems are shown here.
  for (const { code, message } of found.problems)
    if (code === 'name-occupied') for (const line of wrap('! ', message)) out(line);
  for (const { source, reason } of found.failures)
    for (const line of wrap('! ', `${source} was not listed, so names of its instances stay: ${reason}`))
      out(line);
  const { length } = found.changes.filter(({ withheld }) => !withheld);
  const kept = found.changes.length - length;
  const waiting = kept === 0 ? '' : `, ${kept} held back`;
  out(
    `${length === 0 ? 'no change' : length === 1 ? '1 change' : `${length} changes`}${waiting}, ${found.unchanged} unchanged`,
  );
}

function signOf({ before, after, withheld }: Difference): string {
  if (withheld) return '=';
  if (before === undefined) return after === undefined ? '-' : '+';
  return after === undefined ? '-' : '~';
}

function describe({ hostname, before, after }: Difference): string {
  const states = [before, after].flatMap((entry) => (entry === undefined ? [] : [entry.state]));
  const [first, second = first] = states;
  const state = first === undefined ? 'unreadable' : first === second ? first : `${first} → ${second}`;
  return `${hostname}  ${state}  ${idsOf(after ?? before)}`.trim();
}

const idsOf = (entry: Entry | undefined) => entry?.instances.map(({ id }) => id).join(' ') ?? '';

/** Without addresses and tokens. */
function printJson({ changes, ...rest }: Differences, { out }: Terminal): void {
  const summary = (entry: Entry | undefined) =>
    entry && { state: entry.state, instances: entry.instances.map(({ id }) => id) };
  const shown = changes.map(({ before, after, ...more }) => ({
    ...{ ...more, before: summary(before), after: summary(after) },
  }));
  out(JSON.stringify({ changes: shown, ...rest }, null, 2));
}
