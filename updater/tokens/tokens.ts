import { type Entry, isServing } from '../../core/entry/entry.ts';
import { makeProblem, type Problem } from '../../core/problem.ts';
import type { Hostname } from '../../core/wire/brands.ts';

/** The token of a hostname: `''` when the deployment has no secret, undefined when it can't be known now. */
export type TokenOf = (hostname: Hostname) => string | undefined;

/**
 * Gives entries the tokens that the store holds already where tokens are not known: routes go on, and addresses go
 * out. A name that would be served without a token for the first time stays as it is: its app would refuse viewers, or
 * worse, not.
 */
export function settleTokens(
  desired: ReadonlyMap<Hostname, Entry>,
  owned: ReadonlyMap<Hostname, Entry>,
  tokenOf: TokenOf,
): { entries: ReadonlyMap<Hostname, Entry>; problems: readonly Problem[] } {
  const entries = new Map<Hostname, Entry>();
  const problems: Problem[] = [];
  for (const [hostname, entry] of desired) {
    const before = owned.get(hostname);
    if (!isServing(entry) || tokenOf(hostname) !== undefined) entries.set(hostname, entry);
    else if (before && isServing(before)) entries.set(hostname, { ...entry, token: before.token });
    else {
      if (before) entries.set(hostname, before);
      problems.push(tokenless(hostname));
    }
  }
  return { entries, problems };
}

function tokenless(hostname: Hostname): Problem {
  return makeProblem({
    ...{ code: 'token-unknown', hostnames: [hostname] },
    what: `${hostname} is not served yet: its token is not known, since the origin secret or the token counts can't be read`,
    remedy: "the updater's log says why",
  });
}
