import type { Outcome } from '../../core/explain/explanation.ts';
import { describeRequest } from '../../core/explain/listed/address.ts';
import type { Place } from '../../core/explain/question.ts';
import type { Terminal } from '../command.ts';
import { wrap } from '../wrap.ts';
import type { Answer } from './answer.ts';
import type { NameReport } from './name-report.ts';

/** Columns of the words before each reason. */
const LABEL = 11;

/** Prints the answer to each request, with one line or more for each reason. */
export function printAnswers(answers: readonly Answer[], place: Place, terminal: Terminal): void {
  for (const [at, answer] of answers.entries()) {
    if (at > 0) terminal.out('');
    printAnswer(answer, place, terminal);
  }
}

function printAnswer(answer: Answer, place: Place, { out, err }: Terminal): void {
  const { asked, outcome, explanation } = answer;
  out(describeRequest(asked.method, asked, place));
  for (const line of wrap('  → ', describeOutcome(answer))) out(line);
  for (const { code, words } of explanation.steps)
    for (const line of wrap(`  ${code}`.padEnd(LABEL), words)) out(line);
  if (!isExplained(answer))
    err(
      `! the reasons lead to another answer (${JSON.stringify(explanation.outcome)} instead of ${JSON.stringify(outcome)}), so one of them is wrong; please report it`,
    );
}

/** Whether the reasons lead to the router's answer, or leave it to the router. */
export function isExplained({ outcome, explanation }: Answer): boolean {
  const { is } = explanation.outcome;
  return is === 'unsure' || JSON.stringify(sorted(explanation.outcome)) === JSON.stringify(sorted(outcome));
}

const sorted = (outcome: Outcome) => Object.entries(outcome).sort(([a], [b]) => (a < b ? -1 : 1));

function describeOutcome({ outcome, response }: Answer): string {
  switch (outcome.is) {
    case 'app':
      return `the app on ${outcome.instance}, port ${outcome.port}`;
    case 'notice':
      return response === undefined ? outcome.state : `${response.statusCode} ${outcome.state}`;
    case 'redirect':
      return `${response?.statusCode} to ${outcome.to}`;
    case 'site':
      return 'our own pages';
    case 'concierge':
      return 'the concierge, which signs people in and tells the newest state';
    case 'pool':
    case 'unsure':
      return outcome.is;
    default:
      return outcome satisfies never;
  }
}

/** The answers as one JSON document. */
export function printJson(
  answers: readonly Answer[],
  name: NameReport | undefined,
  place: Place,
  { out }: Terminal,
): void {
  const requests = answers.map((answer) => ({
    request: describeRequest(answer.asked.method, answer.asked, place),
    viewer: answer.asked.viewer,
    outcome: answer.outcome,
    ...(answer.response === undefined ? {} : { status: answer.response.statusCode }),
    explained: isExplained(answer),
    steps: answer.explanation.steps,
  }));
  out(JSON.stringify({ requests, ...(name === undefined ? {} : { name }) }, null, 2));
}
