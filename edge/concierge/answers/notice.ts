import { escapeHtml } from '../../../core/html.ts';
import type { Seconds } from '../../../core/wire/brands.ts';
import { answer, type Extras } from './answer.ts';

interface Notice {
  status: number;
  title: string;
  text: string;
  /** For a state that ends by itself: the page asks again. */
  retryAfter?: Seconds;
}

/** Every case in which a person or a program gets a reason in place of a redirect. */
const NOTICES = {
  'not found': { status: 404, title: 'Not found', text: 'This address does not exist.' },
  'wrong method': { status: 405, title: 'Wrong method', text: 'This address takes other requests.' },
  'other site': {
    status: 403,
    title: 'Not from here',
    text: 'Another site has sent this request, so it has no effect.',
  },
  'signed out': {
    status: 200,
    title: 'Signed out',
    text: 'You are signed out here. Other apps that you have used may know you for up to an hour.',
  },
  'still signed in': {
    status: 400,
    title: 'Still signed in',
    text: 'This link signs another person out, or it is too old.',
  },
  'not signed in': { status: 401, title: 'Not signed in', text: 'Sign in first.' },
  'link not valid': {
    status: 400,
    title: 'Link not valid',
    text: 'This sign-in link is incomplete or not ours. Open the app again.',
  },
  'no cookies': {
    status: 400,
    title: 'No cookies',
    text: 'Your browser does not keep the cookies that sign-in needs, or it loads no pictures. Allow both for this site, then try again.',
  },
  cancelled: { status: 403, title: 'Not signed in', text: 'The sign-in was cancelled.' },
  'sign-in failed': {
    status: 403,
    title: 'Sign-in failed',
    text: 'The answer of the identity provider was not accepted. Try again; if it fails again, tell the operator.',
  },
  'client refused': {
    status: 403,
    title: 'Sign-in failed',
    text: 'The identity provider does not accept these apps. Tell the operator: the client id or the client secret is wrong.',
  },
  'no name': {
    status: 403,
    title: 'No usable name',
    text: 'Your account has no confirmed mail address or other name that apps can take. Confirm the address at the identity provider, or ask the operator.',
  },
  'groups left out': {
    status: 403,
    title: 'Too many groups',
    text: 'Your account is in too many groups: the identity provider does not list them. Ask the operator to send only assigned groups.',
  },
  'groups unreadable': {
    status: 403,
    title: 'Groups not readable',
    text: 'The identity provider lists your groups in a form that is not known here. Ask the operator.',
  },
  'not admitted': {
    status: 403,
    title: 'No access',
    text: 'Ask the owner of the app, or use another account.',
  },
  'to the app': { status: 200, title: 'One moment', text: 'You are signed in, and the app opens.' },
  'not known yet': {
    status: 503,
    title: 'One moment',
    text: 'You are signed in, but the nearest edge does not know it yet.',
    retryAfter: 5,
  },
  'provider unavailable': {
    status: 503,
    title: 'No answer',
    text: 'The identity provider does not answer at the moment.',
    retryAfter: 5,
  },
  'state not known': {
    status: 503,
    title: 'State not known',
    text: 'The newest state of this app cannot be read at the moment.',
    retryAfter: 2,
  },
  unavailable: {
    status: 503,
    title: 'No sign-in',
    text: 'Sign-in does not work at the moment.',
    retryAfter: 5,
  },
} as const satisfies Readonly<Record<string, Notice>>;

export type NoticeCode = keyof typeof NOTICES;

/** Everything else that a notice may show. */
export interface NoticeExtras extends Extras {
  /** The place where the person goes on, and the words of the link. */
  link?: { href: string; words: string };
  /** More words before the text. */
  detail?: string;
  /** A page that asks again goes there; without it, to its own address. */
  again?: string;
  /** The address of a picture, which the header of `policyWith` allows. The page loads it, and then goes on at once. */
  picture?: string;
}

/** Tells why there is no redirect. A browser gets a page that needs no JavaScript, a program `application/problem+json` (RFC 9457). */
export function notice(code: NoticeCode, request: Request, extras: NoticeExtras = {}): Response {
  const { status, title, text, retryAfter }: Notice = NOTICES[code];
  const { cookies = [], link, detail, picture } = extras;
  const words = detail === undefined ? text : `${detail} ${text}`;
  const wait = retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) };
  const rest = { cookies, headers: { ...extras.headers, ...wait } };
  if (!wantsPage(request)) {
    const problem = { title, status, detail: words, ...(link === undefined ? {} : { next: link.href }) };
    return answer(code, status, JSON.stringify(problem), 'application/problem+json', rest);
  }
  // Browsers count the time of a refresh from the moment at which everything is loaded.
  const seconds = picture === undefined ? retryAfter : 0;
  const parts = [
    '<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content="width=device-width">',
    '<link rel=stylesheet href=/_proxy/errors/notice.css>',
    seconds === undefined ? '' : refresh(seconds, extras.again),
    `<title>${escapeHtml(title)}</title><main><h1>${escapeHtml(title)}</h1><p>${escapeHtml(words)}`,
    link === undefined ? '' : `<p><a href="${escapeHtml(link.href)}">${escapeHtml(link.words)}</a>`,
    '</main>',
    picture === undefined ? '' : `<img src="${escapeHtml(picture)}" alt width=1 height=1>`,
  ];
  return answer(code, status, parts.join(''), 'text/html; charset=utf-8', rest);
}

function refresh(seconds: Seconds, address: string | undefined): string {
  const target = address === undefined ? '' : `;url=${escapeHtml(address)}`;
  return `<meta http-equiv=refresh content="${seconds}${target}">`;
}

/** Whether a person reads the answer. */
export function wantsPage({ headers }: Request): boolean {
  return headers.get('accept')?.includes('text/html') ?? false;
}
