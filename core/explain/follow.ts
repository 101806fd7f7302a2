import { isServing, type ServingEntry, type Target } from '../entry/entry.ts';
import type { ClosedState, Rule } from '../entry/rule.ts';
import { isFlat, wireRules } from '../entry/wire-rules.ts';
import type { Hostname } from '../wire/brands.ts';
import { LIMITS } from '../wire/limits.ts';
import { wantsPage } from './admit.ts';
import { type Hit, type Outcome, printTime, type Steps } from './explanation.ts';
import { type Picked, pickInstance } from './pick.ts';
import { portOf, type Question, queryOf } from './question.ts';
import { isByPath, takeRule } from './rules.ts';
import { mayReachSite, refuseSpelling } from './site/own-pages.ts';

/** Follows an entry: the instance that serves the request, or the notice that says why none does. */
export function followEntry(question: Question, host: Hostname, hit: Hit, steps: Steps): Outcome {
  const { key, entry } = hit;
  const { expiresAt } = entry;
  if (expiresAt !== undefined) {
    const end = printTime(expiresAt);
    if (question.now >= expiresAt)
      return steps.notice(
        'expired',
        `The lease ended at ${end} (tag proxy:ttl). Launch the instance again, or change the tag.`,
      );
    steps.add('lease', `The lease lasts until ${end} (tag proxy:ttl).`, { expiresAt: end });
  }
  if (!isServing(entry)) return refuseClosed(entry.state, steps);
  const [first] = entry.instances;
  if (isPlain(entry) && first) {
    if (isRefused(question, entry)) return refuseSpelling(steps);
    const unusable = findUnusable(entry, first);
    if (unusable !== undefined) return steps.notice('unreadable', unusable);
  }
  const rule = takeRule(question, entry.rules, steps);
  if ('is' in rule) return rule;
  const { to } = rule;
  if (typeof to === 'string') return refuseClosed(to, steps);
  const picked = pickInstance(question, entry, { ...rule, to }, steps);
  if ('is' in picked) return picked;
  if ('candidates' in picked) return { is: 'pool', key, instances: picked.candidates, rule: rule.path };
  return send(question, { host, hit, entry, rule, picked }, steps);
}

/** Whether the router reads the whole value in one expression, before it looks at the path. */
function isPlain({ instances, rules, state, expiresAt }: ServingEntry): boolean {
  return instances.length === 1 && state === 'live' && expiresAt === undefined && isFlat(wireRules(rules, 1));
}

/** Whether the path may lead to our own pages. With rules by path the rules decide. */
function isRefused(question: Question, { rules }: ServingEntry): boolean {
  const { uri } = question.request;
  return !isByPath(rules) && uri.length > 8 && mayReachSite(uri, question);
}

/** The reason behind each state without an address, and its end. */
const CLOSED: Readonly<Record<ClosedState, string>> = {
  starting: 'The instance is starting, or has no public address yet.',
  asleep: 'The instance is stopped. Start it to open the app.',
  waking: 'The instance is starting again.',
  maintenance: 'The tag proxy:maintenance closes the app.',
  conflict: 'The tags of the instance are wrong, or need more than 1 KB.',
};

function refuseClosed(state: ClosedState, steps: Steps): Outcome {
  return steps.notice(state, CLOSED[state]);
}

interface Sent {
  host: Hostname;
  hit: Hit;
  entry: ServingEntry;
  rule: Rule;
  picked: Picked;
}

function send(question: Question, { host, hit, entry, rule, picked }: Sent, steps: Steps): Outcome {
  const { request } = question;
  const { target, port } = picked;
  if (isRefused(question, entry)) return refuseSpelling(steps);
  const unusable = findUnusable(entry, target);
  if (unusable !== undefined) return steps.notice('unreadable', unusable);
  const { certName = '' } = rule;
  if (certName !== '' && (certName.length > 64 || !CERT_NAME.test(certName)))
    return steps.notice('unreadable', `"${certName}" is not the name of a certificate.`);
  describeOrigin(target, { port, host, rule, isListed: hit.listed !== undefined }, steps);
  const path = rule.strip && rule.path !== '/' ? stripped(question, rule.path, steps) : request.uri;
  if (typeof path !== 'string') return path;
  describeHeaders(question, { host, entry, rule, path }, steps);
  return { is: 'app', key: hit.key, instance: target.id, rule: rule.path, port };
}

const NAME = /^(?:[a-z\d][a-z\d-]{0,62}\.)+[a-z][a-z\d-]{0,62}$/;
const CERT_NAME = /^([a-z\d][a-z\d-]*\.)+[a-z][a-z\d-]*$/;

/** Why the router does not use an instance of an entry. The updater writes no such entry. */
function findUnusable({ token }: ServingEntry, { address, id }: Target): string | undefined {
  if (!/^[\w-]*$/.test(token)) return 'The token of the entry is not one that the updater writes.';
  if (!/^[\w-]+$/.test(id)) return `"${id}" is not the id of an instance.`;
  if (address.via === 'vpc') return 'The router does not reach private instances yet.';
  const isName = NAME.test(address.name) && address.name.length <= LIMITS.hostname;
  return isName ? undefined : `"${address.name}" is not a public name.`;
}

function describeOrigin(
  { address, id }: Target,
  { port, host, rule, isListed }: { port: number; host: Hostname; rule: Rule; isListed: boolean },
  steps: Steps,
): void {
  const scheme = rule.certName === undefined ? 'http' : 'https';
  const name = address.via === 'vpc' ? address.origin : address.name;
  const family = address.via === 'ipv6' ? 'IPv6' : 'IPv4';
  const certificate = rule.certName === undefined ? '' : ` and a certificate for ${rule.certName}`;
  const seconds = rule.timeout ?? 60;
  const where = isListed ? `${scheme} at port ${port} of ${id}` : `${scheme}://${name}:${port}`;
  steps.add(
    'origin',
    `${where} over ${family}, with the Host header ${host}${certificate}. It has ${seconds} s for its first byte.`,
    { instance: id, scheme, ...(isListed ? {} : { name }), port, family, host, timeout: seconds },
  );
}

/** The path without the prefix of its rule, or the answer to a path that cannot lose it. */
function stripped(question: Question, prefix: string, steps: Steps): string | Outcome {
  const { request } = question;
  const { uri, method } = request;
  if (uri === prefix && method === 'GET' && wantsPage(request)) {
    steps.add('path', `The router adds the slash to ${prefix}, so that relative links stay below it.`, {
      prefix,
    });
    return { is: 'redirect', to: `${prefix}/${queryOf(request)}` };
  }
  const below = uri.slice(prefix.length) || '/';
  if (/[^!"$-~\u0080-\uffff]/.test(below))
    return steps.notice('ambiguous path', 'CloudFront refuses a character of the path without its prefix.');
  steps.add('path', `The app gets the path ${below}: the tag proxy:strip-path removes ${prefix}.`, {
    prefix,
    path: below,
  });
  return below;
}

interface Headers {
  host: Hostname;
  entry: ServingEntry;
  rule: Rule;
  path: string;
}

function describeHeaders(
  { place, request, viewer }: Question,
  { host, entry, rule, path }: Headers,
  steps: Steps,
): void {
  const isStripped = rule.strip && rule.path !== '/';
  const names = [
    ...['forwarded', 'x-forwarded-host', 'x-forwarded-port', 'x-proxy-viewer', 'x-request-id'],
    ...(entry.token === '' ? [] : ['x-proxy-token']),
    ...(isStripped ? ['x-forwarded-prefix'] : []),
    ...(place.signIn && entry.access !== 'open' ? ['x-proxy-user', 'x-proxy-subject', 'x-proxy-until'] : []),
  ];
  steps.add(
    'headers',
    `The app also gets ${names.join(', ')}; x-forwarded-host is ${host}${portOf(request)}, and x-proxy-viewer ${viewer ?? 'the address of the viewer'}.`,
    { names, path, forwardedHost: host + portOf(request) },
  );
}
