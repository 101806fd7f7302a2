import type { Seconds } from '../../core/wire/brands.ts';
import { PRICES } from '../../infra/monitoring/prices.ts';
import type { Item } from './bill.ts';
import { ASSUMED } from './usage.ts';

/** One part of a schedule: a question each `every` seconds while the wait is shorter than `until`. */
interface Pace {
  every: Seconds;
  until: Seconds;
}

/** The schedule of portal/errors/wait.js, which asks at once as well; a test compares them. */
export const WAIT: readonly Pace[] = [
  { every: 1, until: 60 },
  { every: 5, until: 300 },
  { every: 30, until: 1_800 },
];

/** The schedule of portal/errors/unreachable.html for the newest state: at once, then after pauses that double up to 30 s. */
export const UNREACHABLE = { first: 2, most: 30, until: 300 } as const;

/** Questions of a page that waits for so long. */
export function countWaitQuestions(seconds: Seconds): number {
  let questions = 1;
  let began = 0;
  for (const { every, until } of WAIT) {
    questions += Math.floor(Math.max(0, Math.min(seconds, until) - began) / every);
    began = until;
  }
  return questions;
}

/** Questions of the page for 502 about the newest state, if its viewer waits for so long. */
export function countUnreachableQuestions(seconds: Seconds): number {
  const { first, most, until } = UNREACHABLE;
  let questions = 0;
  let pause = 0;
  for (let waited = 0; waited <= Math.min(seconds, until); waited += pause) {
    questions += 1;
    pause = Math.min(2 * pause || first, most);
  }
  return questions;
}

/** Questions of a page that waits until it gives up. */
export const QUESTIONS_OF_A_TAB = countWaitQuestions(Number.POSITIVE_INFINITY);

/** A page of ours that asks again and again while a tab shows it. */
export interface WaitingTab {
  page: string;
  /** How often, for people. */
  asks: string;
  /** Requests of the first hour, and of a working day. */
  inAnHour: number;
  inADay: number;
  /** Functions that each request runs: the router, and on our own pages the one for their headers. */
  functions: number;
  /** Whether the router reads the store for it. */
  readsStore: boolean;
  /** Whether the concierge answers it. */
  asksConcierge?: true;
  /** KB that one answer takes. */
  kilobytes: number;
}

/** Seconds between two requests; a test compares them with the pages. */
export const PAUSES = { starting: 5, maintenance: 60, portal: 5, lastRequests: 60 } as const;

export const WAITING_TABS: readonly WaitingTab[] = [
  {
    ...asking('the page of an app that starts', PAUSES.starting),
    ...{ functions: 1, readsStore: true, kilobytes: 1 },
  },
  {
    ...asking('the page of an app under maintenance', PAUSES.maintenance),
    ...{ functions: 1, readsStore: true, kilobytes: 1 },
  },
  {
    page: 'with sign-in, the page of an app that does not answer',
    asks: 'every second, then every 5 s, then every 30 s, for half an hour',
    ...{ inAnHour: QUESTIONS_OF_A_TAB, inADay: QUESTIONS_OF_A_TAB },
    ...{ functions: 1, readsStore: false, asksConcierge: true, kilobytes: 1 },
  },
  {
    // The last requests. Above 2,000 apps the portal also asks for changes.json each time.
    ...asking('the portal, in a visible tab', PAUSES.portal, PAUSES.lastRequests),
    ...{ functions: 2, readsStore: false, kilobytes: 0.5 },
  },
];

/** A page that asks as long as its tab is visible, on a working day for eight hours. */
function asking(page: string, every: Seconds, lastRequests?: Seconds) {
  const others = lastRequests === undefined ? 0 : 3_600 / lastRequests;
  const inAnHour = 3_600 / every + others;
  const more = lastRequests === undefined ? '' : `, and for the last requests every ${lastRequests} s`;
  return { page, asks: `every ${every} s${more}`, inAnHour, inADay: 8 * inAnHour };
}

/** The cost of some requests of one tab, WAF included. */
export function itemsOfTab(
  { functions, readsStore, asksConcierge, kilobytes }: WaitingTab,
  quantity: number,
): Item[] {
  return [
    { what: 'requests', quantity, price: PRICES.cloudFrontRequests },
    { what: 'transfer', quantity: (quantity * kilobytes) / 1e6, price: PRICES.cloudFrontTransfer },
    { what: 'functions', quantity: functions * quantity, price: PRICES.functionCalls },
    ...(readsStore ? [{ what: 'reads', quantity, price: PRICES.storeReads }] : []),
    ...(asksConcierge
      ? [
          { what: 'invocations', quantity, price: PRICES.edgeCalls },
          { what: 'time', quantity: quantity * ASSUMED.answerSeconds, price: PRICES.edgeTime },
          { what: 'reads of S3', quantity: 2 * quantity, price: PRICES.s3Reads },
        ]
      : []),
    { what: 'WAF', quantity, price: PRICES.webAclRequests },
  ];
}
