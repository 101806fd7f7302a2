import { resolveLocation } from '../../core/explain/listed/address.ts';
import { isReported } from '../../core/explain/names/report.ts';
import { SITE } from '../../core/wire/site-path.ts';
import { CloudAnswerError } from '../../local/cloud-client.ts';
import type { Command, ParsedArguments, Terminal } from '../command.ts';
import { NoDeploymentError } from '../deployment.ts';
import { InputError } from '../input.ts';
import { parseTarget, TARGET } from '../target.ts';
import { type Answer, answerAsked } from './answer.ts';
import { type Asked, parseAsked } from './asked.ts';
import type { Deployed } from './deployed.ts';
import { type NameReport, readName } from './name-report.ts';
import { isExplained, printAnswers, printJson } from './print.ts';
import { printName } from './print-name.ts';

/** Says which instance answers a URL, or why none does. */
export const explainCommand: Command = {
  name: 'explain',
  summary:
    'Say which instance answers a URL, or why none does, step by step. Runs the deployed router; sends no request.',
  words: {
    usage: 'URL',
    missing: 'the address is missing; for example: dynamic-edge-proxy explain shop',
    most: 1,
  },
  options: {
    method: { value: 'METHOD', text: 'method of the request', fallback: 'GET' },
    header: {
      value: 'NAME: VALUE',
      text: 'header of the request; by default those of a browser',
      many: true,
    },
    cookie: { value: 'NAME=VALUE', text: 'cookie of the request', many: true },
    viewer: {
      value: 'ADDRESS',
      text: 'address of the viewer, which decides in a pool',
      fallback: '192.0.2.1',
    },
    'signed-out': { text: 'the viewer has no session; otherwise sign-in admits the viewer' },
    json: { text: 'print JSON' },
    ...TARGET,
  },
  async run(given, terminal) {
    const deployed = await openDeployed(given);
    return explainAsked(deployed, given, terminal);
  },
};

async function openDeployed(given: ParsedArguments): Promise<Deployed> {
  return parseTarget(given) === 'local'
    ? (await import('./local.ts')).openLocal(given)
    : (await import('./aws.ts')).openAws(given);
}

/** Redirects that are followed, as a browser does. */
const MOST_HOPS = 4;

/** Explains the request of a command line, and those to which the router's redirects lead. */
export async function explainAsked(
  deployed: Deployed,
  given: ParsedArguments,
  terminal: Terminal,
): Promise<number> {
  const { place } = deployed;
  const answers: Answer[] = [];
  let next: Asked | undefined = parseAsked(given, deployed);
  while (next !== undefined && answers.length < MOST_HOPS) {
    const answer = await answerAsked(deployed, next, !given.flag('signed-out'));
    answers.push(answer);
    next = follow(answer);
  }
  const last = answers.at(-1);
  const report = last && (await reportOn(last, deployed).catch((error) => noteRefusal(error, terminal)));
  if (given.flag('json')) printJson(answers, report, place, terminal);
  else {
    printAnswers(answers, place, terminal);
    if (report) printName(report, deployed.printMend, terminal);
  }
  return last?.outcome.is === 'app' && answers.every(isExplained) ? 0 : 1;
}

/** The other documents may be damaged, or closed to this person; the answer is worth printing then. */
function noteRefusal(error: unknown, { err }: Terminal): undefined {
  if (!(error instanceof Error)) throw error;
  const isForPeople = [InputError, NoDeploymentError, CloudAnswerError].some((kind) => error instanceof kind);
  if (!isForPeople && !('$fault' in error)) throw error;
  const reason = isForPeople
    ? error.message
    : `${error.name}: ${error.message}; docs/use/explain.md lists the permissions`;
  err(`! cannot read why no app has the name: ${reason}`);
}

/** The facts about a name that no app answers. Undefined if the name has an app, or is not the name of an app. */
async function reportOn(
  { outcome, keys, explanation }: Answer,
  deployed: Deployed,
): Promise<NameReport | undefined> {
  const [hostname = ''] = keys;
  if (outcome.is !== 'notice') return undefined;
  const { state } = outcome;
  if (!isReported({ hostname, state }, deployed.place.baseDomain)) return undefined;
  const instances = explanation.hit?.entry.instances.map(({ id }) => id) ?? [];
  return readName({ hostname, keys, state, instances }, await deployed.openNames(), Date.now());
}

/** The request that follows a redirect of the router within the deployment, with the cookies that it set. */
function follow({ asked, response }: Answer): Asked | undefined {
  const location = response?.headers['location']?.value;
  if (location === undefined) return undefined;
  const next = resolveLocation(location, asked.host);
  const cookies = new Map(asked.cookies);
  for (const [name, { value }] of Object.entries(response?.cookies ?? {})) {
    if (value === '') cookies.delete(name);
    else cookies.set(name, value);
  }
  // The portal and sign-in are not apps.
  if (next.path.startsWith(SITE)) return undefined;
  return { ...asked, ...next, cookies };
}
