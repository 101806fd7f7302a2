/** Reads the names in a `proxy:host` tag. */

import type { Instance } from '../instance.ts';
import { type Problem, type Tag, tagProblem, withHostnames } from '../problem.ts';
import type { ProblemCode } from '../problem-codes.ts';
import { findClaimRefusal } from '../settings/claim-rules.ts';
import type { Settings } from '../settings/settings.ts';
import type { Hostname } from '../wire/brands.ts';
import { parseClaim } from './claim.ts';
import { TAGS } from './tags.ts';

/** The most names of one tag and of one instance. Each is an entry, which every start and stop writes again. */
export const MOST_NAMES = { tag: 10, instance: 50 } as const;

/** The names of a route. */
export interface Names {
  hostnames: string[];
  problems: Problem[];
  /** A word of the tag is not a valid name, which is probably a slip. */
  isMisspelt: boolean;
}

const wordsIn = (value: string) => TAGS.host.parse(value) ?? [];

/** The names that a value asks for, whether they are allowed or not. */
export function wantedHostnames(value: string, settings: Settings): string[] {
  const claims = wordsIn(value).map((word) => parseClaim(word, settings));
  return claims.flatMap((claim) => ('hostname' in claim ? [claim.hostname] : []));
}

/** Reads the tag. A refused name does not affect the others. */
export function parseHostTag(instance: Instance, { key, value }: Tag, settings: Settings): Names {
  const words = wordsIn(value);
  const refuse = (code: ProblemCode, text: string, reason: string) =>
    tagProblem(code, instance.id, { key, value: text }, reason);
  if (words.length === 0)
    return {
      hostnames: [],
      problems: [refuse('missing-host', value, 'but a route needs a name such as "shop"')],
      isMisspelt: false,
    };
  const claims = words.map((word) => ({ word, claim: parseClaim(word, settings) }));
  if (words.length > MOST_NAMES.tag) {
    const reason = `which has ${words.length} names; a tag may have ${MOST_NAMES.tag}`;
    const problems = [
      withHostnames(wantedHostnames(value, settings), refuse('too-many-names', value, reason)),
    ];
    return { hostnames: [], problems, isMisspelt: true };
  }
  const hostnames = new Set<string>();
  const problems: Problem[] = [];
  for (const { word, claim } of claims) {
    const hostname = 'hostname' in claim ? claim.hostname : undefined;
    const code = 'refused' in claim ? 'bad-name' : 'name-not-allowed';
    const reason = 'refused' in claim ? claim.refused : forbidden(claim.hostname, instance, settings);
    if (reason !== undefined)
      problems.push(withHostnames(hostname === undefined ? [] : [hostname], refuse(code, word, reason)));
    else if (hostname !== undefined) hostnames.add(hostname);
  }
  const isMisspelt = claims.some(({ claim }) => 'refused' in claim);
  return { hostnames: [...hostnames], problems, isMisspelt };
}

/** Why this instance may not have a name; undefined when it may. */
function forbidden(hostname: Hostname, instance: Instance, settings: Settings) {
  return findClaimRefusal(nameBelow(hostname, settings), instance, settings.claims ?? []);
}

/** The part of a hostname before the base domain, as claim rules name it. */
export function nameBelow(hostname: Hostname, { baseDomain }: Pick<Settings, 'baseDomain'>): string {
  return baseDomain === '' ? hostname : hostname.slice(0, -baseDomain.length - 1);
}
