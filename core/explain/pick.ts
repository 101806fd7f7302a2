import type { ServingEntry, Target } from '../entry/entry.ts';
import type { Backend, Rule } from '../entry/rule.ts';
import { APP_COOKIE } from '../wire/app-path.ts';
import type { InstanceId } from '../wire/brands.ts';
import { pickOf, seedOf } from '../wire/pick.ts';
import type { Outcome, Steps } from './explanation.ts';
import { fieldOf, type Question } from './question.ts';

/** The instance and port for a request. */
export interface Picked {
  target: Target;
  port: number;
}

/** Instances of which one serves the request. Without a hash it is not known which. */
export interface Candidates {
  candidates: readonly InstanceId[];
}

/** Picks the instance of a rule for a viewer, as the router does. */
export function pickInstance(
  question: Question,
  entry: ServingEntry,
  rule: Rule & { to: readonly Backend[] },
  steps: Steps,
): Picked | Candidates | Outcome {
  const { instances, state } = entry;
  const pooled = instances.length > 1;
  const isDraining = state === 'draining';
  const backends = rule.to;
  const taking = isDraining ? backends : backends.filter(({ weight }) => weight > 0);
  const [only] = taking;
  if (only === undefined)
    return steps.notice('draining', 'Every instance of the rule has weight 0, so it takes no new viewers.');
  if (taking.length === 1)
    return pickedOf(entry, only, steps, 'the only instance of the rule that takes viewers');
  const ids = [...new Set(taking.map(({ instance }) => instances[instance]?.id ?? ''))];
  if (question.hash === undefined) {
    steps.add('pick', `One of ${ids.join(', ')}; this page cannot compute which.`, { candidates: ids });
    return { candidates: ids };
  }
  const { text, source } = identify(question, rule);
  const hash = question.hash(text.slice(0, 1_024));
  const seeds = pooled ? instances.map(({ id }) => seedOf(id)) : 0;
  const triples = backends.flatMap(({ instance, port, weight }) => [instance, port, weight]);
  const at = pickOf(hash, seeds, triples, isDraining ? 1 : undefined);
  const backend = backends[at / 3] ?? only;
  const weights = isDraining ? 'all alike' : `weight ${backend.weight} of ${sum(taking)}`;
  const digits = hash.toString(16).padStart(6, '0');
  const why = `the highest score of ${taking.length} for the hash ${digits} of ${source}, ${weights}`;
  return pickedOf(entry, backend, steps, why, { hash: digits, by: source, candidates: ids });
}

const sum = (backends: readonly Backend[]) => backends.reduce((total, { weight }) => total + weight, 0);

function pickedOf(
  { instances }: ServingEntry,
  { instance, port }: Backend,
  steps: Steps,
  why: string,
  facts: Readonly<Record<string, string | readonly string[]>> = {},
): Picked {
  const target = instances[instance];
  // `decodeEntry` refuses a backend without an instance.
  if (target === undefined) throw new RangeError(`the entry has no instance ${instance}`);
  steps.add('pick', `${target.id}: ${why}.`, { instance: target.id, ...facts });
  return { target, port };
}

/** The identity of a viewer: the app's own cookie, else the cookie that remembers the app, else address and browser. */
function identify({ place, request, viewer }: Question, { sticky }: Rule): { text: string; source: string } {
  const { cookies, headers } = request;
  // The router takes the name of a property of every object for a cookie without a value.
  const isSent = sticky !== undefined && (Object.hasOwn(cookies, sticky) || sticky in Object.prototype);
  const own = isSent ? sticky : undefined;
  const name = own ?? (place.baseDomain === '' ? APP_COOKIE : undefined);
  const value = name === undefined ? undefined : fieldOf(cookies, name);
  if (name !== undefined && value) return { text: value, source: `the cookie ${name}` };
  const agent = fieldOf(headers, 'user-agent') ?? '';
  return { text: (viewer ?? '') + (agent.length < 512 ? agent : ''), source: 'address and browser' };
}
