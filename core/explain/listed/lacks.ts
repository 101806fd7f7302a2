import type { Explanation } from '../explanation.ts';
import type { List } from './list.ts';

/** A fact that a list does not have, and that could change the outcome. */
export interface Lack {
  fact: 'details' | 'viewer' | 'headers' | 'session' | 'cookies';
  /** For people: one sentence. */
  words: string;
}

/**
 * The facts that could lead to another outcome.
 *
 * @param given the headers that the caller gave
 */
export function findLacks(
  { detail, baseDomain }: List,
  explanations: readonly Explanation[],
  given: Readonly<Record<string, string>>,
): Lack[] {
  const steps = explanations.flatMap((each) => each.steps);
  const { outcome } = explanations.at(-1) ?? {};
  const names = new Set(Object.keys(given).map((name) => name.toLowerCase()));
  const header = steps.find(({ facts }) => facts['on'] === 'header' && !names.has(String(facts['name'])))
    ?.facts['name'];
  const isNamed = explanations.some(({ hit }) => {
    const access = hit?.entry.access;
    return typeof access === 'object' && access.rule !== undefined;
  });
  return [
    ...(outcome?.is === 'unsure' ? [lack('details', DETAILS[detail])] : []),
    ...(outcome?.is === 'pool'
      ? [lack('viewer', 'Address and browser of the viewer, or a cookie, decide which instance answers.')]
      : []),
    ...(header === undefined
      ? []
      : [lack('headers', `The viewer's header ${header} decides about a rule; it is missing here.`)]),
    ...(isNamed
      ? [lack('session', 'An access rule names the people who may open it; this list does not say whom.')]
      : []),
    ...(steps.some(({ code }) => code === 'hint')
      ? [lack('cookies', 'A hint of the browser cannot be checked here.')]
      : []),
    ...(baseDomain === '' && outcome?.is !== 'site' && !steps.some(({ facts }) => 'app' in facts)
      ? [lack('cookies', CHOICE)]
      : []),
  ];
}

const DETAILS: Readonly<Record<List['detail'], string>> = {
  names: 'This list has the states of names alone.',
  full: 'The list is of another version, whose states are not known here.',
};

const CHOICE =
  'A cookie of the browser may remember an app, and cannot be read here; write /@NAME/ before the path.';

function lack(fact: Lack['fact'], words: string): Lack {
  return { fact, words };
}
