import { wantsColour } from '../local/edge/request-log.ts';
import { parseArguments } from './arguments.ts';
import { type Command, type Terminal, UsageError } from './command.ts';
import { commandTitle, formatHelp, formatUsage, PROGRAM } from './commands/help.ts';
import { nearest } from './nearest.ts';
import { showable } from './show.ts';

/** Loaded on demand: the SDKs that some commands need take half a second. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  local: async () => (await import('./commands/local.ts')).local,
  launch: async () => (await import('./commands/launch.ts')).launch,
  list: async () => (await import('./list/list.ts')).list,
  stop: async () => (await import('./commands/state.ts')).stop,
  start: async () => (await import('./commands/state.ts')).start,
  terminate: async () => (await import('./commands/state.ts')).terminate,
  tag: async () => (await import('./commands/tag.ts')).tag,
  explain: async () => (await import('./explain/explain.ts')).explainCommand,
  plan: async () => (await import('./plan/plan.ts')).planCommand,
  events: async () => (await import('./journal/events.ts')).events,
  history: async () => (await import('./commands/history.ts')).history,
  replay: async () => (await import('./commands/replay.ts')).replay,
  entries: async () => (await import('./commands/entries.ts')).entries,
  traffic: async () => (await import('./traffic/traffic.ts')).traffic,
  doctor: async () => (await import('./commands/doctor.ts')).doctor,
  token: async () => (await import('./commands/token.ts')).token,
  pass: async () => (await import('./sign-in/pass.ts')).pass,
  'sign-out': async () => (await import('./sign-in/sign-out.ts')).signOut,
  name: async () => (await import('./commands/name.ts')).name,
};

/** Runs one command line. Exit codes: 0 for success, 1 for a failure, 2 for a wrong command line. */
export async function main(args: readonly string[], terminal: Terminal = ownTerminal()): Promise<number> {
  const [name = 'help', ...rest] = args;
  const command = Object.hasOwn(COMMANDS, name) ? await COMMANDS[name]?.() : undefined;
  if (command) return runCommand(command, rest, terminal);
  if (['help', '--help', '-h'].includes(name)) return printOverview(rest, terminal);
  const meant = nearest(name, Object.keys(COMMANDS));
  const hint = meant === undefined ? `\`${PROGRAM} help\` lists all commands` : `did you mean ${meant}?`;
  terminal.err(`${PROGRAM}: unknown command "${name}"; ${hint}`);
  return 2;
}

/** Runs a command with the arguments that follow its name. */
export async function runCommand(
  command: Command,
  args: readonly string[],
  terminal: Terminal = ownTerminal(),
): Promise<number> {
  try {
    const given = parseArguments(command, args);
    if (!given.flag('help')) return await command.run(given, terminal);
    terminal.out(formatHelp(command));
    return 0;
  } catch (error) {
    return reportError(error, command, terminal);
  }
}

function ownTerminal(): Terminal {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', ignoreGoneReader);
  return {
    out: (line) => console.log(showable(line)),
    err: (line) => console.error(showable(line)),
    colour: wantsColour(process.stdout, process.env),
  };
}

/** A reader such as `head` may exit early; output after that is dropped. */
function ignoreGoneReader(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}

/** `help`, and `help launch`. */
async function printOverview([name]: readonly string[], terminal: Terminal): Promise<number> {
  if (name !== undefined) return main([name, '--help'], terminal);
  const { out } = terminal;
  out(`usage: ${PROGRAM} COMMAND [OPTION…]`);
  out(`\`${PROGRAM} COMMAND --help\` shows the options of a command.`);
  const commands = await Promise.all(Object.values(COMMANDS).map((load) => load()));
  for (const command of commands) {
    const { name: each, words, summary } = command;
    out(`\n  ${[each, words?.usage].filter(Boolean).join(' ')}\n      ${summary}`);
  }
  return 0;
}

/** Prints an expected error as one line. Any other error is a bug and shows its stack. */
function reportError(error: unknown, command: Command, { err }: Terminal): number {
  if (error instanceof UsageError) {
    err(`${commandTitle(command)}: ${error.message}`);
    err(formatUsage(command));
    return 2;
  }
  err(`${commandTitle(command)}: ${isExpected(error) ? describeError(error) : describeBug(error)}`);
  return 1;
}

/** Our own errors for people, refusals of the local AWS, and system errors for ports, files and connections. */
function isExpected(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  return EXPECTED.has(error.name) || error.message === NO_REGION || '$fault' in error || 'syscall' in error;
}

/** The SDK names the problem but not the remedy. */
function describeError({ name, message }: Error): string {
  if (message === NO_REGION) return 'no region of AWS is set; set AWS_REGION=REGION';
  if (!UNSIGNED.includes(name)) return message;
  return `${message}; sign in (aws sso login or aws configure), or select a profile with AWS_PROFILE=NAME`;
}

function describeBug(error: unknown): string {
  return error instanceof Error && error.stack !== undefined ? error.stack : String(error);
}

/** The SDK found no credentials, or expired ones. */
const UNSIGNED = ['CredentialsProviderError', 'TokenProviderError'];

/** The SDK's whole message, in a general error. */
const NO_REGION = 'Region is missing';

/** Errors whose message is written for people. */
const EXPECTED = new Set([
  ...UNSIGNED,
  'StateFolderError',
  'PortInUseError',
  'NoCloudError',
  'CloudAnswerError',
  'EdgeBuildRefusedError',
  'NoNativeLibraryError',
  'InputError',
  'NoDeploymentError',
]);
