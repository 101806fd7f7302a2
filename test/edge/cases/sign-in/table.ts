import { closed } from '../../support/entries.ts';
import type { CaseRequest, RouterCase } from '../../support/router-case.ts';
import {
  type Answer,
  OLD_ROWS,
  OTHER_SITES,
  OWN_SITES,
  ROWS,
  type Row,
  type Site,
} from '../../support/sign-in-table.ts';
import {
  cookie,
  gated,
  HOST,
  KEY,
  keys,
  NOBODY,
  open,
  PROGRAM,
  pass,
  place,
  SINCE,
  START,
  session,
  toApp,
  WILDCARD,
} from './values.ts';

/** No script of another origin reads why it was refused. */
const UNSHARED = { 'access-control-allow-origin': undefined, 'access-control-allow-methods': undefined };
const HTML = 'text/html;charset=utf-8';
const PROBLEM = 'application/problem+json';

const refusal = (page: boolean, head: boolean): RouterCase['expected'] => ({
  status: 401,
  state: 'not signed in',
  headers: {
    ...UNSHARED,
    'content-type': page ? HTML : PROBLEM,
    'x-proxy-renew': '/_proxy/api/renew',
  },
  ...(head ? { body: ['', '<', '{'] } : page ? { body: `<a href="${START}" target=_top>Sign in</a>` } : {}),
});

function expectedOf(answer: Answer, { method }: CaseRequest): RouterCase['expected'] {
  const head = method === 'HEAD' || method === 'OPTIONS';
  if (answer === 'app') return toApp();
  if (answer === 'start') return { status: 302, headers: { location: START } };
  if (answer === '403')
    return { status: 403, state: 'other site', headers: { ...UNSHARED, 'x-proxy-renew': undefined } };
  return refusal(answer === '401 page', head);
}

/** A column of the table: the viewer, the sites of the request, and the answer of a row. */
interface Column {
  name: string;
  sites: readonly Site[];
  cookies?: string;
  answerOf(row: Row): Answer;
}

const COLUMNS: readonly Column[] = [
  { name: 'without a session', sites: [...OWN_SITES, ...OTHER_SITES], answerOf: (row) => row.noSession },
  { name: 'with a session', sites: OWN_SITES, cookies: cookie(session()), answerOf: (row) => row.ownSite },
  {
    name: 'with a session',
    sites: OTHER_SITES,
    cookies: cookie(session()),
    answerOf: (row) => row.otherSite,
  },
];

/** A request of a row in a column, from one site. */
interface Cell {
  what: string;
  row: Row;
  site: Site;
  answer: Answer;
  request: CaseRequest;
}

const CELLS: readonly Cell[] = [...ROWS, ...OLD_ROWS].flatMap((row) =>
  COLUMNS.flatMap(({ name, sites, cookies, answerOf }) =>
    sites.map((site): Cell => {
      const request = { ...row.request(site), uri: '/cart', query: 'a=1', ...(cookies && { cookies }) };
      return { what: `${row.kind} from ${site} ${name}`, row, site, answer: answerOf(row), request };
    }),
  ),
);

/** Each cell of the table, at a hostname that is gated, unknown, open, or without keys. */
export const TABLE_CASES = CELLS.flatMap(({ what, answer, request }): RouterCase[] => {
  const base = { place, request } as const;
  const unknown: RouterCase['expected'] = { status: 404, state: 'unknown' };
  return [
    {
      ...base,
      name: `answers ${what}: ${answer}`,
      store: { [HOST]: gated, [KEY]: keys() },
      expected: expectedOf(answer, request),
      reads: [HOST, KEY],
    },
    {
      ...base,
      name: `answers ${what} alike at an unknown name`,
      store: { [KEY]: keys() },
      expected: answer === 'app' ? unknown : expectedOf(answer, request),
      reads: [HOST, WILDCARD, KEY],
    },
    {
      ...base,
      name: `answers ${what} alike at the name of a sleeping app`,
      store: { [HOST]: closed('asleep', { access: { since: SINCE } }), [KEY]: keys() },
      expected: answer === 'app' ? { status: 503, state: 'asleep' } : expectedOf(answer, request),
      reads: [HOST, KEY],
    },
    {
      ...base,
      name: `sends ${what} to an open app, which is told no user`,
      store: { [HOST]: open, [KEY]: keys() },
      expected: toApp(NOBODY),
      reads: [HOST],
    },
    {
      ...base,
      name: `answers ${what} with 503 while the keys are missing`,
      store: { [HOST]: gated },
      expected: { status: 503, state: 'fault', headers: { 'retry-after': '5' } },
      reads: [HOST, KEY],
    },
    {
      ...base,
      name: `sends ${what} and a pass to the app, as that of a program`,
      request: { ...request, headers: { ...request.headers, 'x-proxy-pass': pass() } },
      store: { [HOST]: gated, [KEY]: keys() },
      expected: toApp(PROGRAM),
      reads: [HOST, KEY],
    },
  ];
});
