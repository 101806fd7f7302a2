import type { Condition, Rule } from '../entry/rule.ts';
import { quoted } from '../json.ts';
import { normalisedPath } from '../wire/path.ts';
import { HEAD, LONG, RULE } from '../wire/path-bounds.ts';
import { hasSuspectCharacter } from '../wire/site-path.ts';
import type { Outcome, Steps } from './explanation.ts';
import { type AskedRequest, fieldOf, type Question } from './question.ts';
import { isForeign, mayReachSite } from './site/own-pages.ts';
import { unescapeText } from './unescape.ts';

/** The rule of an entry that takes a request, or the notice that says why none does. */
export function takeRule(question: Question, rules: readonly Rule[], steps: Steps): Rule | Outcome {
  try {
    return findRule(question, rules, steps);
  } catch (error) {
    if (error instanceof URIError)
      return steps.notice('unreadable', 'A condition of the entry has half of a character.');
    throw error;
  }
}

/** @throws URIError for a condition whose name is not text */
function findRule(question: Question, rules: readonly Rule[], steps: Steps): Rule | Outcome {
  const { request } = question;
  const byPath = isByPath(rules);
  if (byPath && isUnreadable(question)) return refusePath(steps);
  const head = request.uri.slice(0, HEAD);
  const ordered = inPrecedence(rules);
  const taken = tryRules(ordered, head, question, steps);
  if (byPath && isOdd(head) && !agrees(question, ordered, taken)) return refusePath(steps);
  return taken ?? steps.notice('unknown path', 'No rule of the entry takes the request.');
}

/** Whether the router compares paths. It does not if `/` is the only one. */
export function isByPath(rules: readonly Rule[]): boolean {
  return rules.length === 0 || rules.some(({ path }) => path !== '/');
}

function refusePath(steps: Steps): Outcome {
  return steps.notice(
    'ambiguous path',
    'Programs read this path in two ways, and the readings have different rules, or the path is too long to say.',
  );
}

/** Exact paths before prefixes, and longer prefixes before shorter ones. Rules of one path keep their order. */
function inPrecedence(rules: readonly Rule[]): Rule[] {
  const rank = ({ path }: Rule) => (path.startsWith('=') ? Number.POSITIVE_INFINITY : path.length);
  return [...rules].sort((a, b) => {
    const [first, second] = [rank(a), rank(b)];
    return first === second ? 0 : second - first;
  });
}

/** Whether a character of the head may have a second reading. */
function isOdd(head: string): boolean {
  return /[%\\;]/.test(head) || head.includes('//') || head.includes('/.');
}

/** Whether a path is too long, or too foreign, for a second reading. */
function isUnreadable({ request: { uri } }: Question): boolean {
  if (uri.length <= 64) return false;
  const head = uri.slice(0, HEAD);
  if (isForeign(uri, isOdd(head))) return true;
  if (uri.length > LONG) return isOdd(head) || hasSuspectCharacter(uri);
  return uri.length > HEAD && (uri.includes('..') || uri.toLowerCase().includes('%2e'));
}

/** Whether a lenient reader of the path would find the rule of the same path. */
function agrees(question: Question, ordered: readonly Rule[], taken: Rule | undefined): boolean {
  const { request } = question;
  const head = request.uri.slice(0, HEAD);
  const read = normalisedPath(head, unescapeText);
  if (read === '' || (request.uri.length > HEAD && read.length <= RULE) || mayReachSite(head, question))
    return false;
  const other = ordered.find((rule) => coversPath(rule, read) && !findFailed(rule, question));
  return other?.path === taken?.path;
}

function tryRules(
  ordered: readonly Rule[],
  head: string,
  question: Question,
  steps: Steps,
): Rule | undefined {
  for (const rule of ordered) {
    const { path } = rule;
    const shown = describeRule(rule);
    if (!coversPath(rule, head)) {
      steps.add('rule', `${shown}: another path.`, { path, taken: false });
      continue;
    }
    const failed = findFailed(rule, question);
    if (failed === undefined) {
      steps.add('rule', `${shown}: takes the request.`, { path, taken: true });
      return rule;
    }
    steps.add('rule', `${shown}: ${describeFailed(failed, question.request)}.`, {
      ...{ path, taken: false, condition: describeCondition(failed), on: failed.on },
      ...(failed.on === 'method' ? {} : { name: failed.name }),
    });
  }
  return undefined;
}

/** Whole segments of a prefix; an exact path in full. */
function coversPath({ path }: Rule, asked: string): boolean {
  if (path.startsWith('=')) return path.slice(1) === asked;
  return path === '/' || asked === path || asked.startsWith(`${path}/`);
}

function findFailed({ conditions }: Rule, question: Question): Condition | undefined {
  return conditions.find((condition) => !holds(condition, question));
}

/** An escaped character takes at most twelve characters, so a longer value cannot be equal. */
const ESCAPED = 12;

function holds(condition: Condition, { request }: Question): boolean {
  if (condition.on === 'method') return request.method === condition.value;
  const sent = sentFor(condition, request);
  if (sent === undefined || sent === condition.value) return sent !== undefined;
  return (
    condition.on === 'query' &&
    sent.length <= ESCAPED * condition.value.length &&
    unescapeText(sent.replaceAll('+', ' ')) === condition.value
  );
}

type Named = Exclude<Condition, { on: 'method' }>;

/** The value that the viewer sent for a condition, as sent. */
function sentFor({ on, name }: Named, { headers, querystring }: AskedRequest): string | undefined {
  if (on === 'header') return fieldOf(headers, name);
  return fieldOf(querystring, name) ?? fieldOf(querystring, encodeURIComponent(name));
}

function describeRule({ path, conditions }: Rule): string {
  const where = path.startsWith('=') ? `${path.slice(1)} exactly` : path;
  return conditions.length === 0 ? where : `${where} if ${conditions.map(describeCondition).join(' and ')}`;
}

function describeCondition(condition: Condition): string {
  if (condition.on === 'method') return `the method is ${condition.value}`;
  return `the ${condition.on} ${nameText(condition)} is ${quoted(condition.value)}`;
}

/** Names come from tags, which anybody in the account may write. */
function nameText({ name }: Named): string {
  return /^[!-~]{1,80}$/.test(name) ? name : quoted(name);
}

function describeFailed(condition: Condition, request: AskedRequest): string {
  if (condition.on === 'method') return `the method is ${request.method}`;
  const sent = sentFor(condition, request);
  const found = sent === undefined ? 'is missing' : `is ${quoted(sent)}`;
  return `the ${condition.on} ${nameText(condition)} ${found}`;
}
