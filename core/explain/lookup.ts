import { type Access, isGated } from '../entry/access.ts';
import { decodeEntry, type Entry } from '../entry/entry.ts';
import { decodeTombstone } from '../entry/tombstone.ts';
import type { Hostname } from '../wire/brands.ts';
import { WILDCARD_STEPS } from '../wire/hostname.ts';
import { type Hit, type Outcome, printTime, type Steps, timeOfWrite } from './explanation.ts';
import { newestFact } from './hint.ts';
import type { Found, Place, Question } from './question.ts';

/** One key of a lookup, and the label below it that the viewer chose; `''` for the hostname's own key. */
interface Rung {
  key: Hostname;
  label: string;
}

/** The keys that a lookup of a hostname reads until one of them has an entry, with the base domain as the upper end. */
export function rungsOf(host: Hostname, baseDomain: string): Rung[] {
  const rungs = [{ key: host, label: '' }];
  if (!host.endsWith(`.${baseDomain}`)) return rungs;
  let rest = host;
  for (let step = 0; step < WILDCARD_STEPS; step++) {
    const dot = rest.indexOf('.');
    if (dot < 0 || rest.length - dot <= baseDomain.length) return rungs;
    const label = rest.slice(0, dot);
    rest = rest.slice(dot + 1);
    rungs.push({ key: `*.${rest}`, label });
  }
  return rungs;
}

/** The content of a key of the store. */
export function findIn(value: string | undefined): Found {
  // The router treats an empty value like a missing key.
  if (value === undefined || value === '') return { is: 'missing' };
  const tombstone = decodeTombstone(value);
  if (tombstone !== undefined) return { is: 'gone', ...tombstone };
  const entry = decodeEntry(value);
  return entry === undefined ? { is: 'unreadable' } : { is: 'entry', entry };
}

/** Reads the keys of a hostname in turn. Undefined if none of them has an entry. */
export function lookUp(question: Question, rungs: readonly Rung[], steps: Steps): Hit | Outcome | undefined {
  const { place } = question;
  for (const [level, { key, label }] of rungs.entries()) {
    if (level > 0 && !isLabel(label))
      return steps.notice(
        'invalid host',
        `A wildcard cannot serve the label "${label}": CloudFront refuses a label that is empty, begins with a hyphen or has more than 63 characters.`,
      );
    const stored = question.find(key);
    if (stored.is === 'unreadable') {
      steps.add(
        'key',
        `${key}: a value that this version would not write. The router follows the parts that it can read, so only its own answer counts.`,
        { key, found: 'unreadable' },
      );
      return { is: 'unsure', key };
    }
    if (stored.is === 'named') {
      steps.add('key', `${key}: ${stored.state}. The list says no more, or is of another version.`, {
        key,
        found: 'named',
      });
      return { is: 'unsure', key };
    }
    steps.add('key', describeStored(key, stored), { key, found: stored.is });
    // The router looks for a hint at the hostname's own key only.
    const found = level === 0 ? newestFact(question, key, stored, steps) : stored;
    if (found.is === 'entry') {
      const { is: _, ...facts } = found;
      return describeEntry(place, { key, level, ...facts }, steps);
    }
    if (found.is === 'gone' && !isOf(found.access, place)) return refuseAccess(place, steps);
  }
  return undefined;
}

function isLabel(label: string): boolean {
  return label !== '' && label.length <= 63 && !label.startsWith('-');
}

function describeStored(key: Hostname, stored: Exclude<Found, { is: 'unreadable' | 'named' }>): string {
  if (stored.is === 'missing') return `${key}: no entry.`;
  if (stored.is === 'entry') return `${key}: an entry.`;
  const since = stored.goneAt === undefined ? '' : ` since ${printTime(stored.goneAt)}`;
  return `${key}: gone${since}, which counts as no entry.`;
}

function describeEntry(place: Place, hit: Hit, steps: Steps): Hit | Outcome {
  steps.hit = hit;
  const { entry, listed } = hit;
  const ids = entry.instances.map(({ id }) => id);
  const since = listed === undefined ? timeOfWrite(entry.sequence) : listed.since;
  const words =
    listed === undefined ? describeMark(entry, since) : since === undefined ? '' : ` since ${since}`;
  steps.add('entry', `${entry.state}${words}${ids.length === 0 ? '' : `; ${ids.join(', ')}`}.`, {
    ...{ state: entry.state, instances: ids },
    ...(listed === undefined ? { sequence: entry.sequence, deployment: entry.deployment } : {}),
    ...(since === undefined ? {} : { since }),
  });
  return isOf(entry.access, place) ? hit : refuseAccess(place, steps);
}

function describeMark({ sequence, deployment }: Entry, since: string | undefined): string {
  const written = since === undefined ? '' : `, written about ${since}`;
  return `, number ${sequence}${written} by deployment ${deployment}`;
}

function refuseAccess({ signIn }: Place, steps: Steps): Outcome {
  const [writer, router] = signIn ? ['without', 'with'] : ['with', 'without'];
  return steps.notice(
    'unreadable',
    `The value comes from a deployment ${writer} sign-in, so the router ${router} sign-in refuses it. The next sweep writes it again.`,
  );
}

/** Whether the router of a deployment accepts the access word. */
function isOf(access: Access, { signIn }: Place): boolean {
  return signIn ? access === 'open' || isGated(access) : access === 'public';
}
