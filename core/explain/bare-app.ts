import { APP_COOKIE, labelEnd, labelOf } from '../wire/app-path.ts';
import type { Hostname } from '../wire/brands.ts';
import { SITE } from '../wire/site-path.ts';
import type { Outcome, Steps } from './explanation.ts';
import { type AskedRequest, fieldOf, type Place, queryOf } from './question.ts';

/** The app that a request to the bare domain asks for. */
export interface Choice {
  key: Hostname;
  /** Whether the path asks for the app, which takes effect only if the store has it. */
  isByPath: boolean;
}

/** The app of a request to the bare domain, or the answer to a request that asks for none. */
export function chooseApp(request: AskedRequest, place: Place, steps: Steps): Choice | Outcome {
  const { uri } = request;
  const before = chosenBefore(request);
  if (uri[1] === '@' && (before === '' || isNavigation(request))) {
    const end = labelEnd(uri);
    const app = labelOf(uri.slice(2, end));
    if (app !== '') {
      steps.add('app', `The path /@${app} asks for the app.`, { app, by: 'path' });
      return { key: app, isByPath: true };
    }
    if (uri.length < 4 && end < 3) {
      steps.add('app', 'The path leads to the portal.');
      if (isDeliberate(request, place)) steps.cookies = { [APP_COOKIE]: '' };
      return { is: 'redirect', to: SITE };
    }
  }
  if (before !== '') {
    const by = labelOf(fieldOf(request.headers, 'x-proxy-app') ?? '') === '' ? 'cookie' : 'header';
    const words = by === 'header' ? 'The header x-proxy-app names the app' : 'A cookie remembers the app';
    steps.add('app', `${words} ${before}.`, { app: before, by });
    return { key: before, isByPath: false };
  }
  if (uri === '/') {
    steps.add('app', 'No app is chosen, so the router leads to the portal.');
    return { is: 'redirect', to: SITE };
  }
  return steps.notice(
    'unknown',
    'No app is chosen. Choose one with /@NAME/, or with the header x-proxy-app.',
  );
}

/** The app in the header or the cookie. */
function chosenBefore({ headers, cookies }: AskedRequest): string {
  const cookie = fieldOf(cookies, APP_COOKIE)?.slice(0, 99).split('.')[0] ?? '';
  return labelOf(fieldOf(headers, 'x-proxy-app') ?? '') || labelOf(cookie);
}

/** The answer to a path that asks for an app of the store: the choice itself, or a page that asks the viewer. */
export function confirmChoice(request: AskedRequest, place: Place, key: Hostname, steps: Steps): Outcome {
  const { uri } = request;
  const rest = uri.slice(labelEnd(uri)) || '/';
  if (/^.[/\\]/.test(rest))
    return steps.notice('ambiguous path', 'A browser could take the rest of the path for another host.');
  if (isDeliberate(request, place)) {
    const before = chosenBefore(request);
    if (before !== '' && before !== key) {
      steps.add('app', `The browser forgets ${before} first, with its cookies and storage.`, { app: before });
      steps.cookies = { [APP_COOKIE]: '' };
      return { is: 'redirect', to: uri + queryOf(request) };
    }
    steps.add('app', `The router remembers ${key} in a cookie and leads to ${rest}.`, { app: key });
    steps.cookies = { [APP_COOKIE]: key };
    return { is: 'redirect', to: rest + queryOf(request) };
  }
  return steps.notice(
    'open?',
    'Another page, or a program, asks for the app, so the router asks the viewer first.',
  );
}

function isNavigation({ method, headers }: AskedRequest): boolean {
  const dest = fieldOf(headers, 'sec-fetch-dest') ?? '';
  const isDocument =
    dest === '' ? (fieldOf(headers, 'accept') ?? '').startsWith('text/html') : dest === 'document';
  return method === 'GET' && isDocument;
}

/** Whether a person chooses: by a typed address, or by a link of our pages. */
function isDeliberate(request: AskedRequest, { scheme }: Place): boolean {
  const { headers, uri } = request;
  const site = fieldOf(headers, 'sec-fetch-site') ?? '';
  const from = fieldOf(headers, 'referer') ?? '';
  const home = `${scheme}://${fieldOf(headers, 'host') ?? ''}`;
  const isOwn =
    (site !== '' && chosenBefore(request) === '') ||
    from.startsWith(`${home}/_proxy/`) ||
    from === `${home}${uri}${queryOf(request)}`;
  return isNavigation(request) && (site === 'none' || ((site === '' || site === 'same-origin') && isOwn));
}
