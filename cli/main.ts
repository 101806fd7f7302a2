import { wantsColour } from '../local/request-log.ts';
import { type Command, type Terminal, UsageError } from './command.ts';
import { entries } from './entries.ts';
import { launch } from './launch.ts';
import { list } from './list.ts';
import { local } from './local.ts';
import { replay } from './replay.ts';
import { start, stop, terminate } from './state.ts';
import { tag } from './tag.ts';

const COMMANDS: readonly Command[] = [local, launch, list, stop, start, terminate, tag, replay, entries];

/** Runs one command line; returns the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const terminal: Terminal = {
    out: (line) => console.log(line),
    err: (line) => console.error(line),
    colour: wantsColour(process.stdout, process.env),
  };
  const [name = 'help', ...rest] = args;
  const command = COMMANDS.find((each) => each.name === name);
  if (!command) return help(name, terminal);
  try {
    return await command.run(rest, terminal);
  } catch (error) {
    return explain(error, command, terminal);
  }
}

function help(name: string, { out, err }: Terminal): number {
  const asked = ['help', '--help', '-h'].includes(name);
  if (!asked) err(`edge-proxy: there is no command "${name}"`);
  const print = asked ? out : err;
  print('usage: edge-proxy COMMAND');
  for (const { name: each, usage, summary } of COMMANDS) {
    print(`\n  ${`${each} ${usage}`.trim()}\n      ${summary}`);
  }
  return asked ? 0 : 2;
}

/** An expected mistake is told in a line; anything else is a bug and shows where it happened. */
function explain(error: unknown, command: Command, { err }: Terminal): number {
  if (error instanceof UsageError) {
    err(`edge-proxy ${command.name}: ${error.message}`);
    err(`usage: edge-proxy ${command.name} ${command.usage}`);
    return 2;
  }
  const expected = error instanceof Error && EXPECTED.has(error.name);
  err(
    `edge-proxy ${command.name}: ${expected ? error.message : error instanceof Error ? error.stack : String(error)}`,
  );
  return 1;
}

/** Errors whose message is written for people. */
const EXPECTED = new Set([
  'StateFolderError',
  'PortInUse',
  'NoCloudError',
  'EdgeBuildRefused',
  'NoNativeLibraryError',
  'InputError',
]);
