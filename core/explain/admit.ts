import { admittedAtEdge, hasKeys, type Shown } from '../access/edge-check.ts';
import { type Access, isGated } from '../entry/access.ts';
import type { Hostname } from '../wire/brands.ts';
import { KEYS_KEY, MOST_COOKIES, PASS_HEADER, SESSION_COOKIE } from '../wire/session.ts';
import { API } from '../wire/site-path.ts';
import type { Outcome, Steps } from './explanation.ts';
import { type AskedRequest, fieldOf, portOf, type Question, queryOf } from './question.ts';

/** The rule that a session is checked against: of an entry, or none for a hostname without one. */
export interface Checked {
  access: Access;
  level: number;
}

/**
 * Whether a viewer may use a gated hostname: undefined, or the answer to a viewer who may not. The firewall of the deployment decides
 * about networks before that, so this says nothing about them.
 */
export function admit(
  question: Question,
  host: Hostname,
  checked: Checked | undefined,
  steps: Steps,
): Outcome | undefined {
  const words = describeRule(checked);
  const { keys, admitted, place, request, now } = question;
  const isPage = isNavigation(request);
  if (keys === undefined || admitted || place.signIn === undefined) {
    if (!isOfOwnSite(question, host, isPage)) return refuseOtherSite(steps);
    steps.add('access', `${words} The viewer is taken to be one of them.`, {
      access: 'gated',
      assumed: true,
    });
    return undefined;
  }
  if (!hasKeys(keys.value))
    return steps.notice(
      'fault',
      `The store has no keys for sessions under ${KEYS_KEY}; the updater writes them.`,
    );
  const shown: Shown = {
    ...{ keys: keys.value, now, isMac: keys.isMac },
    scope: { deployment: place.signIn.deployment, host },
  };
  const rule = { since: sinceOf(checked), level: checked?.level ?? 0 };
  const sent = fieldOf(request.headers, PASS_HEADER) ?? '';
  const pass = sent === '' ? undefined : admittedAtEdge('pass', sent, shown, rule);
  const found = sentSessions(request)
    .map((text) => admittedAtEdge('session', text, shown, rule))
    .filter((each) => each !== undefined);
  // An app's own reader of cookies may take the session of the other person.
  const isOne = found.every((each) => each.subject === found[0]?.subject);
  const session = isOne ? found[0] : undefined;
  if (!pass && !session)
    return refuse(question, host, { hasSeveral: found.length > 0, isPage, rule: words }, steps);
  if (!pass && !isOfOwnSite(question, host, isPage)) return refuseOtherSite(steps);
  const by = pass ? 'pass' : 'session';
  steps.add('access', `${words} The ${by} of the request is valid.`, { access: 'gated', by });
  return undefined;
}

function describeRule(checked: Checked | undefined): string {
  const { access } = checked ?? {};
  const rule = access !== undefined && isGated(access) ? access.rule : undefined;
  return rule === undefined ? 'Signed-in people only.' : `Signed-in people of ${rule} only.`;
}

/** The number of an access rule; 0 for a hostname without an entry. */
function sinceOf(checked: Checked | undefined): number {
  return checked !== undefined && isGated(checked.access) ? checked.access.since : 0;
}

/** The session cookies of a request: a browser may send several of one name. */
function sentSessions({ cookies }: AskedRequest): string[] {
  const cookie = Object.hasOwn(cookies, SESSION_COOKIE) ? cookies[SESSION_COOKIE] : undefined;
  if (cookie === undefined) return [];
  return (cookie.multiValue ?? [cookie]).slice(0, MOST_COOKIES).map(({ value }) => value);
}

function refuseOtherSite(steps: Steps): Outcome {
  return steps.notice(
    'other site',
    'Another site sent the request, so the session of the viewer does not count.',
  );
}

interface Refused {
  hasSeveral: boolean;
  isPage: boolean;
  rule: string;
}

function refuse(
  { place, request }: Question,
  host: Hostname,
  { hasSeveral, isPage, rule }: Refused,
  steps: Steps,
): Outcome {
  const why = hasSeveral
    ? 'The request has sessions of two people.'
    : 'The request has no session or pass that is valid here.';
  if (!isPage) return steps.notice('not signed in', `${rule} ${why}`);
  steps.add('access', `${rule} ${why} The router leads to sign-in.`, { access: 'gated', by: 'none' });
  const endpoint = host === place.baseDomain ? 'sign-in' : 'start';
  const back = (request.uri + queryOf(request)).slice(0, 1_025);
  return { is: 'redirect', to: `${API}${endpoint}?to=${encodeURIComponent(back)}` };
}

/** Whether the client wants a page for a person. */
export function wantsPage({ headers }: AskedRequest): boolean {
  const accept = fieldOf(headers, 'accept') ?? '';
  return (
    accept.length < 512 && accept.includes('text/html') && fieldOf(headers, 'sec-websocket-key') === undefined
  );
}

/** Whether the request fills a browser's window now: only then can a person be sent to sign in. */
function isNavigation(request: AskedRequest): boolean {
  const { method, headers } = request;
  const dest = fieldOf(headers, 'sec-fetch-dest') ?? '';
  const site = fieldOf(headers, 'sec-fetch-site') ?? '';
  const isEarly = fieldOf(headers, 'sec-purpose') !== undefined;
  return (
    method === 'GET' && (dest === '' ? site === '' : dest === 'document') && !isEarly && wantsPage(request)
  );
}

function isOfOwnSite({ place, request }: Question, host: Hostname, isPage: boolean): boolean {
  const { headers } = request;
  const site = fieldOf(headers, 'sec-fetch-site') ?? '';
  if (site !== '') return site === 'same-origin' || site === 'none' || isPage;
  const origin = fieldOf(headers, 'origin') ?? '';
  return origin === '' || origin === `${place.scheme}://${host}${portOf(request)}`;
}
