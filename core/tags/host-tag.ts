/** The names that one `proxy:host` tag asks for. */

import type { Instance } from '../instance.ts';
import { type Problem, tagProblem, withHostnames } from '../problem.ts';
import { findClaimRefusal } from '../settings/claim-rules.ts';
import type { Settings } from '../settings/settings.ts';
import { parseClaim } from './claim.ts';

export interface Tag {
  key: string;
  value: string;
}

/** Names that one tag and one instance may have: each is an entry, which every start and stop writes anew. */
export const MOST_NAMES = { tag: 10, instance: 50 } as const;

/** What the host tag of a route asks for. */
export interface Names {
  hostnames: string[];
  problems: Problem[];
  /** Some of it is no name that an instance could have, which is more likely a slip than a wish. */
  isMisspelt: boolean;
}

function wordsOf(value: string): string[] {
  return [...new Set(value.split(/\s+/).filter((word) => word !== ''))];
}

/** The names that a value asks for, whether they may be had or not. */
export function wantedHostnames(value: string, settings: Settings): string[] {
  const claims = wordsOf(value).map((word) => parseClaim(word, settings));
  return claims.flatMap((claim) => ('hostname' in claim ? [claim.hostname] : []));
}

/** Reads the tag. A name that is refused costs only itself. */
export function parseHostTag(instance: Instance, { key, value }: Tag, settings: Settings): Names {
  const words = wordsOf(value);
  const refuse = (text: string, reason: string) => tagProblem(instance.id, key, text, reason);
  if (words.length === 0)
    return {
      hostnames: [],
      problems: [refuse(value, 'but a route needs a name such as "shop"')],
      isMisspelt: false,
    };
  const claims = words.map((word) => ({ word, claim: parseClaim(word, settings) }));
  if (words.length > MOST_NAMES.tag) {
    const reason = `which is ${words.length} names; the most is ${MOST_NAMES.tag}`;
    const problems = [withHostnames(wantedHostnames(value, settings), refuse(value, reason))];
    return { hostnames: [], problems, isMisspelt: true };
  }
  const hostnames = new Set<string>();
  const problems: Problem[] = [];
  for (const { word, claim } of claims) {
    const hostname = 'hostname' in claim ? claim.hostname : undefined;
    const reason = 'refused' in claim ? claim.refused : forbidden(claim.hostname, instance, settings);
    if (reason !== undefined)
      problems.push(withHostnames(hostname === undefined ? [] : [hostname], refuse(word, reason)));
    else if (hostname !== undefined) hostnames.add(hostname);
  }
  const isMisspelt = claims.some(({ claim }) => 'refused' in claim);
  return { hostnames: [...hostnames], problems, isMisspelt };
}

/** Why this instance may not have a name; undefined when it may. */
function forbidden(hostname: string, instance: Instance, { baseDomain, claims = [] }: Settings) {
  const below = baseDomain === '' ? hostname : hostname.slice(0, -baseDomain.length - 1);
  return findClaimRefusal(below, instance, claims);
}
