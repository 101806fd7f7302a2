import { type Entry, isServing } from '../../core/entry/entry.ts';
import { makeProblem, type Problem } from '../../core/problem.ts';
import type { Hostname } from '../../core/wire/brands.ts';

/** The token of a hostname: `''` if the deployment has no secret, undefined if the token is unknown at present. */
export type TokenOf = (hostname: Hostname) => string | undefined;

/**
 * While tokens are unknown, keeps the tokens that the store already has, so that routes still change and addresses are still
 * removed. A new hostname is held back: its app would reject every viewer or, worse, accept unverified requests.
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
    what: `${hostname} is not served yet: its token is unknown, because the origin secret or the token counts cannot be read`,
    remedy: "the updater's log has the reason",
  });
}
