import { findMend, type Mend } from '../../core/explain/names/mend.ts';
import { ownerOf } from '../../core/journal/instance-summary.ts';
import type { RouteSummary, RoutesFile } from '../../core/journal/routes-file.ts';
import { mergeEqual, type Problem } from '../../core/problem.ts';
import { problemPage } from '../../core/problem-codes.ts';
import type { Hostname, Milliseconds } from '../../core/wire/brands.ts';
import { describeName, type NameView } from '../address/address.ts';
import { searchText } from '../list/apps.ts';
import { type FindInstance, type InstanceFacts, instanceFinder } from '../list/facts.ts';
import { splitHostname } from '../words/links.ts';
import { describeClock } from '../words/spans.ts';

/** A problem as the page shows it. */
export interface ProblemView {
  code: string;
  /** The page that explains the code. */
  page: string;
  /** The fault, in one sentence without the remedy. Backticks mark code. */
  headline: string;
  /** The rest of the message, as a sentence. */
  detail?: string;
  /** True if an instance wants a name that another has. */
  isClaim: boolean;
  instance?: Pick<InstanceFacts, 'id' | 'name'>;
  /** The owner of the instance. */
  owner?: string;
  /** The key of the tag; empty if no single tag is at fault. */
  tag: string;
  /** The value that is wrong. */
  found?: string;
  /** The names that it keeps down: each has no route, or does not serve. */
  down: readonly NameView[];
  /** The names that it concerns and that serve nevertheless. */
  others: readonly NameView[];
  /** A sentence without its full stop. */
  remedy?: string;
  /** A change that mends it. */
  mend?: Mend;
  /** All that a search finds, in lower case. */
  text: string;
}

/** The problems of a list. Equal ones are one. */
export function describeProblems(list: RoutesFile, now: Milliseconds): ProblemView[] {
  const find = instanceFinder(list);
  const routes = new Map(list.routes.map((route) => [route.hostname, route]));
  return mergeEqual(list.problems).map((problem) => {
    const { code, instance, tag, hostnames = [], found, remedy } = problem;
    const facts = instance === '' ? undefined : find(instance);
    const mend = findMend(problem, facts === undefined ? [] : [facts]);
    const owner = facts === undefined ? undefined : ownerOf([facts]);
    // Another instance has the name that a claim is about.
    const isDown = (name: string) => code !== 'name-taken' && routes.get(name)?.state !== 'live';
    const namesIn = (names: readonly string[]) => names.map((name) => describeName(name, list.baseDomain));
    return {
      ...{
        code,
        tag,
        page: problemPage(code),
        ...headlineOf(problem, { routes, find, now, baseDomain: list.baseDomain }),
      },
      isClaim: code === 'name-taken',
      ...(facts === undefined ? {} : { instance: facts }),
      ...(owner === undefined ? {} : { owner }),
      // The value of a claim is the list of the instances that have the name.
      ...(found === undefined || found === '' || code === 'name-taken' ? {} : { found }),
      down: namesIn(hostnames.filter(isDown)),
      others: namesIn(hostnames.filter((name) => !isDown(name))),
      ...(remedy === undefined ? {} : { remedy: asSentence(remedy) }),
      ...(mend === undefined ? {} : { mend }),
      text: searchText(hostnames, facts === undefined ? [] : [facts], [problem]),
    };
  });
}

interface Claimed {
  routes: ReadonlyMap<Hostname, RouteSummary>;
  find: FindInstance;
  now: Milliseconds;
  baseDomain: string;
}

function headlineOf(
  problem: Problem,
  { routes, find, now, baseDomain }: Claimed,
): Pick<ProblemView, 'headline' | 'detail'> {
  const { code, instance, hostnames: [name] = [] } = problem;
  const route = name === undefined ? undefined : routes.get(name);
  if (code === 'name-taken' && name !== undefined && route !== undefined) {
    const { since } = route;
    const holders = route.instances.map((id) => nameOf(find(id))).join(' and ');
    const when = since === undefined ? '' : ` had since ${describeClock(since, now)}`;
    const have = route.instances.length === 1 ? 'has' : 'have';
    const { label } = splitHostname(name, baseDomain);
    return { headline: `${nameOf(find(instance))} wants \`${label}\`, which ${holders} ${have}${when}` };
  }
  const [headline = '', ...rest] = whatIsWrong(problem).split('; ');
  return { headline, ...(rest.length === 0 ? {} : { detail: asSentence(rest.join('; ')) }) };
}

function asSentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The message without its parts that the page shows beside it. */
function whatIsWrong({ message, instance, remedy }: Problem): string {
  const start = instance !== '' && message.startsWith(`${instance}: `) ? instance.length + 2 : 0;
  const end = remedy !== undefined && message.endsWith(`; ${remedy}`) ? -remedy.length - 2 : message.length;
  return message.slice(start, end);
}

/** `i-0abc (web-1)`. */
function nameOf({ id, name }: InstanceFacts): string {
  return name === undefined ? `\`${id}\`` : `\`${id}\` (${name})`;
}
