import { PRICES } from '../../infra/monitoring/prices.ts';
import type { Item } from './bill.ts';
import { ASSUMED, AUDITS_PER_HOUR, DAYS, HOURS, type Usage } from './usage.ts';

/**
 * Invocations of the concierge in a month. A session lasts for an hour, so a person takes the way through start, sign-in and arrive
 * once an hour for each app in use, and once a day through the callback. Waiting pages ask each second.
 */
export function countInvocations({ people, changesPerDay }: Usage): { ways: number; polls: number } {
  const perDay = ASSUMED.appsInUse * ASSUMED.hoursInUse * ASSUMED.requestsPerSession + 1;
  return {
    ways: people * ASSUMED.workdays * perDay,
    polls: changesPerDay * DAYS * ASSUMED.pollsPerChange,
  };
}

/** GB of logs that the copies of the concierge write, all regions together. */
export function signInLogGb(usage: Usage): number {
  const { ways, polls } = countInvocations(usage);
  return ((ways + polls) * ASSUMED.logKbPerInvocation) / 1e6;
}

/** Lines that only a deployment with sign-in has. Reads of the store, alarms and logs are in lines that each deployment has. */
export function signInItems(usage: Usage): Item[] {
  const { ways, polls } = countInvocations(usage);
  return [
    { what: 'Sign-in: invocations of Lambda@Edge', quantity: ways + polls, price: PRICES.edgeCalls },
    {
      what: 'Sign-in: time of Lambda@Edge, 1,024 MB',
      quantity: ways * ASSUMED.waySeconds + polls * ASSUMED.pollSeconds,
      price: PRICES.edgeTime,
    },
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
      // The updater reads the orders each minute, and the sixteen shards of the truth in each audit. At worst each invocation reads
      // the access rules or a shard.
      quantity: HOURS * (60 + 16 * AUDITS_PER_HOUR) + ways + polls,
      price: PRICES.s3Reads,
    },
    {
      what: 'Sign-in: writes of access rules and of the truth behind fresh routes',
      quantity: usage.changesPerDay * DAYS * ASSUMED.writesPerChange * WRITES_OF_ACCESS,
      price: PRICES.s3Writes,
    },
  ];
}

/** A write of the store writes the access rules once, and at worst the truth of its hostname twice (docs/inside/fresh-routes.md). */
const WRITES_OF_ACCESS = 3;

/** The updater reads both versions of the secret of sessions every four minutes (docs/decisions/0415). */
const READS_OF_UPDATER = (HOURS * 60 * 2) / 4;

/** An environment of the concierge reads both versions and the client secret every five minutes while it is used. */
const READS_PER_ENVIRONMENT_HOUR = 12 * 3;
