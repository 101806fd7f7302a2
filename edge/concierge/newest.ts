import { type ClosedState, closedStateOf } from '../../core/entry/rule.ts';
import { type Change, isCurrent } from '../../core/live/change.ts';
import { hintOf } from '../../core/live/hint-of.ts';
import { HINT, type Hint, type HintedFact } from '../../core/session/hint.ts';
import type { Session } from '../../core/session/session.ts';
import type { Call } from './call.ts';
import { clearCookie, cookieValues, setCookie } from './cookies/cookies.ts';
import { type Desk, seal } from './desk.ts';
import type { AccessTable, Keys } from './ports.ts';

/** The newest state of a hostname, in the words of the router's pages. */
export type Newest =
  /** It has not changed in the last minutes, so every edge has its entry. */
  | { state: 'unchanged' }
  /** It has changed in a way that no hint can tell this viewer: the page waits for the store. */
  | { state: 'changed' }
  | { state: 'live' | ClosedState | 'unknown'; hint: Hint };

/** A viewer who may know about a hostname. Without a session the hostname is open. */
interface Knower {
  session?: Pick<Session, 'sequence' | 'level'>;
  access: AccessTable;
}

/** The newest state of a hostname for a viewer. */
export function newestFor(
  change: Change | undefined,
  { session, access }: Knower,
  { host, now }: Pick<Call, 'host' | 'now'>,
): Newest {
  if (change === undefined || !isCurrent(change, now)) return { state: 'unchanged' };
  const hint = hintOf(change, now);
  // A wildcard covers the hostname, whose own entry is gone or not among the rules yet: a hint would say that the app is unknown.
  const isCovered = (access.accessOf(host)?.level ?? 0) > 0;
  return hint !== undefined && !isCovered && isFor(hint.fact, session)
    ? { state: stateOf(hint.fact), hint }
    : { state: 'changed' };
}

/** Whether the router will admit the viewer with the fact as its entry. A hint is about the hostname's own entry, never about a wildcard. */
function isFor({ since }: HintedFact, session: Pick<Session, 'sequence' | 'level'> | undefined): boolean {
  return since === 'open' || (session !== undefined && session.level === 0 && session.sequence >= since);
}

function stateOf(fact: HintedFact): 'live' | ClosedState | 'unknown' {
  if (fact.is === 'app') return 'live';
  return (fact.is === 'closed' ? closedStateOf(fact.letter) : undefined) ?? 'unknown';
}

/** The last change of the hostname of a call; `unreadable` with a reason in the log, since nothing else depends on it. */
export function readLastChange({ host }: Call, desk: Desk): Promise<Change | undefined | 'unreadable'> {
  return desk.readChange(host).catch((error: unknown) => {
    desk.report(String(error));
    return 'unreadable';
  });
}

/** The cookie that carries the newest state to the router, or the end of an older one. */
export function hintCookies(desk: Desk, call: Call, { edge }: Keys, newest: Newest): string[] {
  if ('hint' in newest) {
    const { hint } = newest;
    return [setCookie('hint', seal(desk, HINT, hint, call.host, edge), hint.endsAt - call.now)];
  }
  return cookieValues(call.cookies, 'hint').length > 0 ? clearCookie('hint') : [];
}
