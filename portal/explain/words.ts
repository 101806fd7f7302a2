import type { Outcome } from '../../core/explain/explanation.ts';
import { escapeUnseen } from '../../core/explain/listed/address.ts';
import type { ListedExplanation } from '../../core/explain/listed/explain-listed.ts';
import { findMend } from '../../core/explain/names/mend.ts';
import { quoteWord } from '../../core/explain/names/quote-word.ts';
import type { RoutesFile } from '../../core/journal/routes-file.ts';
import type { Problem } from '../../core/problem.ts';
import type { Hostname } from '../../core/wire/brands.ts';
import { mendPrinter, PROGRAM } from '../words/commands.ts';
import { isLocal, type Place } from '../words/links.ts';
import { describeState, type Tone } from '../words/states.ts';

/** A problem that keeps an instance out of a name, with the commands that mend it. */
export interface Hindrance {
  problem: Problem;
  commands: string[];
}

/** The answer to an address, in words. */
export interface ExplainedWords {
  tone: Tone;
  /** The outcome, in a few words: `Live`, `No app`. */
  title: string;
  /** One sentence. Backticks mark code. */
  outcome: string;
  requests: ListedExplanation['requests'];
  /** Facts that this page does not have and that could change the outcome; one sentence each. */
  lacks: string[];
  /** The command line for the full answer. */
  command: string;
  /** Of a name without an app; empty otherwise. */
  hostname: Hostname;
  hindrances: Hindrance[];
  /** The commands that serve a name without a problem. */
  commands: string[];
  /** A name that the reader may have meant; empty if there is none. */
  near: Hostname;
}

/** Describes the answer to an address. */
export function describeExplained(
  explained: ListedExplanation,
  address: string,
  list: RoutesFile,
  place: Place,
): ExplainedWords {
  const { requests, outcome, lacks, hostname, name } = explained;
  const print = mendPrinter(place);
  return {
    ...describeOutcome(outcome, requests),
    requests,
    lacks: lacks.map(({ words }) => words),
    command: commandFor(address, list, place),
    hostname: name === undefined ? '' : hostname,
    hindrances: (name?.hindrances ?? []).map(({ problem, mend }) => ({
      problem,
      commands: mend === undefined ? [] : print(mend),
    })),
    commands: name?.mend === undefined ? [] : print(name.mend),
    near: name?.near ?? '',
  };
}

/** The problems that concern a name, each with the commands that mend it. */
export function describeHindrances(hostname: Hostname, list: RoutesFile, place: Place): Hindrance[] {
  const print = mendPrinter(place);
  return list.problems
    .filter(({ hostnames = [] }) => hostnames.includes(hostname))
    .map((problem) => {
      const mend = findMend(problem, list.instances);
      return { problem, commands: mend === undefined ? [] : print(mend) };
    });
}

/** States of the router without an entry of their own. */
const NO_APP: ReadonlySet<string> = new Set(['unknown', 'unknown path']);

function describeOutcome(
  outcome: Outcome,
  requests: ListedExplanation['requests'],
): Pick<ExplainedWords, 'tone' | 'title' | 'outcome'> {
  switch (outcome.is) {
    case 'app': {
      const { instance, port, rule } = outcome;
      return good(`The app on ${instance} answers, at port ${port}, by the route ${nameRule(rule)}.`);
    }
    case 'pool':
      return good(`One of ${outcome.instances.join(', ')} answers, by the route ${nameRule(outcome.rule)}.`);
    case 'notice':
      return describeNotice(outcome.state, lastWords(requests));
    case 'redirect':
      return calm('Elsewhere', `The viewer is led to ${outcome.to}.`);
    case 'site':
      return calm('Our own pages', 'Our own pages answer, not an app.');
    case 'concierge':
      return calm('Sign-in', 'The function that signs people in answers, not an app.');
    case 'unsure':
      return calm('Not known here', 'Only the command line can tell the answer of this name.');
    default:
      return outcome satisfies never;
  }
}

const good = (outcome: string) => ({ tone: 'good', title: 'An app answers', outcome }) as const;
const calm = (title: string, outcome: string) => ({ tone: 'calm', title, outcome }) as const;

function nameRule(rule: string): string {
  return rule.startsWith('=') ? `\`${rule.slice(1)}\` exactly` : `\`${rule}\``;
}

function describeNotice(state: string, outcome: string) {
  if (NO_APP.has(state)) return { tone: 'bad', title: 'No app answers', outcome } as const;
  const { words, tone } = describeState(state);
  return { tone, title: words, outcome } as const;
}

/** The last step is the reason for a notice. */
function lastWords(requests: ListedExplanation['requests']): string {
  return requests.at(-1)?.steps.at(-1)?.words ?? '';
}

/** The command line for the answer of the router itself. A terminal would obey control characters of a link that led here. */
function commandFor(address: string, { deployment }: RoutesFile, place: Place): string {
  const target = isLocal(place) ? '' : ` --target aws --deployment ${quoteWord(deployment)}`;
  return `${PROGRAM} explain ${quoteWord(escapeUnseen(address))}${target}`;
}
