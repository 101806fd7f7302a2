import { SHARDS } from '../../core/live/shard.ts';
import { PRICES } from '../../infra/monitoring/prices.ts';
import type { Item } from './bill.ts';
import { ASSUMED, AUDITS_PER_HOUR, DAYS, HOURS, type Usage } from './usage.ts';
import { countUnreachableQuestions, countWaitQuestions, QUESTIONS_OF_A_TAB } from './waiting.ts';

/** Invocations of the concierge in a month. */
interface Invocations {
  /** The way through start, sign-in and arrive. A session lasts for an hour, so a person takes it once an hour for each app in use. */
  ways: number;
  /** Sign-ins at the provider, one a day for each person. */
  callbacks: number;
  /** Pages that wait for an app that starts: their questions, the way through arrive, and the page for 502 while the app boots. */
  waits: number;
  /** Pages of closed apps that are left alone. */
  forgotten: number;
}

export function countInvocations({ people, changesPerDay }: Usage): Invocations {
  const days = people * ASSUMED.workdays;
  const perWait =
    countWaitQuestions(ASSUMED.waitSeconds) + 1 + countUnreachableQuestions(ASSUMED.bootSeconds);
  return {
    ways: days * ASSUMED.appsInUse * ASSUMED.hoursInUse * ASSUMED.requestsPerSession,
    callbacks: days,
    waits: changesPerDay * DAYS * ASSUMED.waitsPerChange * perWait,
    forgotten: days * ASSUMED.forgottenTabsPerDay * QUESTIONS_OF_A_TAB,
  };
}

function sumOf({ ways, callbacks, waits, forgotten }: Invocations): number {
  return ways + callbacks + waits + forgotten;
}

/** GB of logs that the copies of the concierge write, all regions together. */
export function signInLogGb(usage: Usage): number {
  return (sumOf(countInvocations(usage)) * ASSUMED.logKbPerInvocation) / 1e6;
}

/** The lines of Lambda@Edge. */
export function edgeItems(usage: Usage, answerSeconds: number = ASSUMED.answerSeconds): Item[] {
  const invocations = countInvocations(usage);
  const { callbacks } = invocations;
  const calls = sumOf(invocations);
  return [
    { what: 'Sign-in: invocations of Lambda@Edge', quantity: calls, price: PRICES.edgeCalls },
    {
      what: 'Sign-in: time of Lambda@Edge, 1,024 MB',
      quantity: (calls - callbacks) * answerSeconds + callbacks * ASSUMED.callbackSeconds,
      price: PRICES.edgeTime,
    },
  ];
}

/** Lines that only a deployment with sign-in has. Reads of the store, alarms and logs are in lines that each deployment has. */
export function signInItems(usage: Usage): Item[] {
  const invocations = countInvocations(usage);
  const { ways, waits, forgotten } = invocations;
  const environments = ASSUMED.environmentsPerDay * DAYS;
  return [
    ...edgeItems(usage),
    {
      what: 'Sign-in: the secret of sessions, and that of the client',
      quantity: 2,
      price: PRICES.secrets,
    },
    {
      what: 'Sign-in: reads of the secrets',
      quantity: READS_OF_UPDATER + ASSUMED.edgeEnvironmentHours * DAYS * READS_PER_ENVIRONMENT_HOUR,
      price: PRICES.secretReads,
    },
    {
      what: 'Sign-in: reads of access rules, orders and truth',
      // The updater reads the orders each minute, and the truth in each audit and with each new environment. At worst each invocation
      // reads the access rules. Pages that ask, and each arrival, also read a shard.
      quantity:
        HOURS * 60 +
        SHARDS.length * (HOURS * AUDITS_PER_HOUR + environments) +
        sumOf(invocations) +
        (waits + forgotten + ways / ASSUMED.requestsPerSession),
      price: PRICES.s3Reads,
    },
    {
      what: 'Sign-in: writes of access rules and of the truth behind fresh routes',
      // The access rules are written with each write of the store, each hour, and by each new environment. The truth of a hostname is
      // written twice at most (docs/inside/fresh-routes.md).
      quantity: usage.changesPerDay * DAYS * ASSUMED.writesPerChange * (1 + 2) + HOURS + environments,
      price: PRICES.s3Writes,
    },
  ];
}

/** The updater reads both versions of the secret of sessions every four minutes (docs/decisions/0415). */
const READS_OF_UPDATER = (HOURS * 60 * 2) / 4;

/** An environment of the concierge reads both versions and the client secret every five minutes while it is used. */
const READS_PER_ENVIRONMENT_HOUR = 12 * 3;
