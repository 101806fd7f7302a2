import { PRICES } from '../../infra/monitoring/prices.ts';
import type { Item } from './bill.ts';

/** A page of ours that asks again and again while a tab shows it. */
export interface WaitingTab {
  page: string;
  /** Seconds between two requests; a test compares them with the pages. */
  seconds: number;
  /** The same for another file that the page asks for less often. */
  otherSeconds?: number;
  /** Functions that each request runs: the router, and on our own pages the one for their headers. */
  functions: number;
  /** Whether the router reads the store for it. */
  readsStore: boolean;
  /** KB that one answer takes. */
  kilobytes: number;
}

export const WAITING_TABS: readonly WaitingTab[] = [
  { page: 'the page of an app that starts', seconds: 5, functions: 1, readsStore: true, kilobytes: 1 },
  { page: 'the page of an app under maintenance', seconds: 60, functions: 1, readsStore: true, kilobytes: 1 },
  {
    page: 'the portal, in a visible tab',
    seconds: 5,
    // The last requests. Above 2,000 apps the portal also asks for changes.json each time.
    otherSeconds: 60,
    functions: 2,
    readsStore: false,
    kilobytes: 0.5,
  },
];

/** The requests of one tab in an hour. */
export function requestsOfTab({ seconds, otherSeconds }: WaitingTab): number {
  return 3600 / seconds + (otherSeconds === undefined ? 0 : 3600 / otherSeconds);
}

/** What one tab costs in an hour, WAF included. */
export function itemsOfTab(tab: WaitingTab): Item[] {
  const { functions, readsStore, kilobytes } = tab;
  const quantity = requestsOfTab(tab);
  return [
    { what: 'requests', quantity, price: PRICES.cloudFrontRequests },
    { what: 'transfer', quantity: (quantity * kilobytes) / 1e6, price: PRICES.cloudFrontTransfer },
    { what: 'functions', quantity: functions * quantity, price: PRICES.functionCalls },
    ...(readsStore ? [{ what: 'reads', quantity, price: PRICES.storeReads }] : []),
    { what: 'WAF', quantity, price: PRICES.webAclRequests },
  ];
}
