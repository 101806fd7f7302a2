import { isGated } from '../entry/access.ts';
import type { Hostname } from '../wire/brands.ts';
import { hostnameOf } from '../wire/hostname.ts';
import { admit } from './admit.ts';
import { chooseApp, confirmChoice } from './bare-app.ts';
import { type Explanation, type Hit, type Outcome, Steps } from './explanation.ts';
import { followEntry } from './follow.ts';
import { lookUp, rungsOf } from './lookup.ts';
import { type AskedRequest, fieldOf, type Place, type Question } from './question.ts';
import { answerOwn, toSite } from './site/own-pages.ts';

/**
 * The answer to one request, and the reasons for it step by step. Pure.
 *
 * It is a second implementation of the router's decisions, on decoded entries: shared with the router is only core/wire/. A test
 * compares both over all cases of the router's table and over generated ones.
 */
export function explain(question: Question): Explanation {
  const steps = new Steps();
  const outcome = decide(question, steps);
  const { list, hit, cookies } = steps;
  return { steps: list, outcome, ...(hit ? { hit } : {}), ...(cookies ? { cookies } : {}) };
}

/** The keys that the router may read for a request. A caller that must read them ahead reads these. */
export function keysFor(place: Place, request: AskedRequest): Hostname[] {
  const host = hostOf(request);
  if (place.baseDomain !== '') return rungsOf(host, place.baseDomain).map(({ key }) => key);
  const chosen = chooseApp(request, place, new Steps());
  return 'key' in chosen && !('is' in chosen) ? [chosen.key] : [];
}

function hostOf({ headers }: AskedRequest): Hostname {
  return hostnameOf(fieldOf(headers, 'host') ?? '');
}

function decide(question: Question, steps: Steps): Outcome {
  const { place, request } = question;
  const host = hostOf(request);
  steps.add('host', host === '' ? 'The request has no hostname.' : `The hostname is ${host}.`, { host });
  const own = answerOwn(question, host, steps);
  if (own !== undefined) return own;
  if (place.baseDomain === '') return decideBare(question, host, steps);
  // Only the portal of a deployment with sign-in is left here.
  if (host === place.baseDomain) return admit(question, host, undefined, steps) ?? toSite(steps);
  const hit = lookUp(question, rungsOf(host, place.baseDomain), steps);
  if (hit === undefined) return refuseUnknown(question, host, steps);
  return 'is' in hit ? hit : enter(question, host, hit, steps);
}

function enter(question: Question, host: Hostname, hit: Hit, steps: Steps): Outcome {
  const { access } = hit.entry;
  if (isGated(access)) {
    const refused = admit(question, host, { access, level: hit.level }, steps);
    if (refused !== undefined) return refused;
  } else
    steps.add('access', 'Every viewer whom the networks of the deployment admit may open it.', { access });
  return followEntry(question, host, hit, steps);
}

/** Without a session, a hostname without an entry looks like any other. */
function refuseUnknown(question: Question, host: Hostname, steps: Steps): Outcome {
  const refused = question.place.signIn ? admit(question, host, undefined, steps) : undefined;
  return refused ?? steps.notice('unknown', `The store has no entry for ${host}.`);
}

function decideBare(question: Question, host: Hostname, steps: Steps): Outcome {
  const choice = chooseApp(question.request, question.place, steps);
  if ('is' in choice) return choice;
  const hit = lookUp(question, [{ key: choice.key, label: '' }], steps);
  const isKnown = hit !== undefined;
  if (isKnown && choice.isByPath) return confirmChoice(question.request, question.place, choice.key, steps);
  if (hit === undefined) return refuseUnknown(question, choice.key, steps);
  return 'is' in hit ? hit : enter(question, host, hit, steps);
}
