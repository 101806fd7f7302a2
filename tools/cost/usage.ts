import { METRICS, type MetricDefinition } from '../../core/metrics.ts';
import { ALARMS, type AlarmDefinition } from '../../infra/monitoring/alarm-table.ts';

/** The monthly usage of a team; the parameters of `npm run cost`. */
export interface Usage {
  /** Instances, each with a hostname of its own. */
  apps: number;
  /** Requests of viewers. */
  requests: number;
  gbPerRequest: number;
  /** Launches, starts, stops and terminations per day. */
  changesPerDay: number;
  /** Hours per day in which an app runs. */
  hoursPerDay: number;
  /** People who sign in, where a deployment has sign-in. */
  people: number;
}

/** The team of docs/operate/cost.md: every app is started in the morning and stopped at night. */
export const TEAM: Usage = {
  apps: 20,
  requests: 10_000_000,
  gbPerRequest: 0.000_05,
  changesPerDay: 40,
  hoursPerDay: 10,
  people: 20,
};

/** Schedules of infra/fleet/fleet-rules.ts, per hour. */
export const SWEEPS_PER_HOUR = 60;
export const AUDITS_PER_HOUR = 1;

/** Hours and days of a month, as in AWS's own calculators. */
export const HOURS = 730;
export const DAYS = HOURS / 24;

/** Resources of a deployment in one region, with basic monitoring, from its own tables; a test counts them in the templates. */
export const MADE = {
  /** Without sign-in. */
  alarms: countBasic(
    Object.fromEntries(Object.entries<AlarmDefinition>(ALARMS).filter(([, { signIn }]) => !signIn)),
  ),
  alarmsWithSignIn: countBasic(ALARMS),
  /** Counted as if each is sent in every hour of the month. */
  metrics: countBasic(METRICS),
} as const;

function countBasic(table: Readonly<Record<string, AlarmDefinition | MetricDefinition>>): number {
  return Object.values(table).filter(({ otherwise }) => otherwise === undefined).length;
}

/** Assumptions where nothing can be computed. Each is rather too expensive, with its reason. */
export const ASSUMED = {
  /** A start is one API call and two state changes; no other change has more. */
  eventsPerChange: 3,
  /** A start writes `starting`, then `live`; a stop writes `asleep` (test/updater/bundle.test.ts). Starts together share a write. */
  writesPerChange: 1.5,
  /** A quiet updater writes its status twelve times an hour (core/journal/status-file.ts). */
  statusesPerHour: 12,
  /** After a quiet week the updater asks the store once a day; in a restless one each hour, for $0.70 more a month. */
  auditsPerDay: 1,
  /** Environments of the updater that Lambda starts per day; each describes the store once. */
  environmentsPerDay: 12,
  /** Billed seconds of a run. Measured on one machine, it is a tenth of that (docs/inside/benchmarks.md). */
  runSeconds: 0.5,
  /** KB that a request sends to its app: headers, cookies and an occasional form. */
  requestKb: 1,
  /** Rules of the web ACL that admit networks: IPv4 and IPv6. */
  networkRules: 2,
  /** Rules of the web ACL that sign-in has: the rate of its endpoints. */
  rateRules: 1,
  /** Apps that a person uses in the same hour, and hours of use on a working day. */
  appsInUse: 5,
  hoursInUse: 8,
  /** Requests of one session to the concierge: start, sign-in and arrive. The first one of a browser at an app takes start twice. */
  requestsPerSession: 3,
  /** Half of all changes are starts, and two people wait for each. */
  waitsPerChange: 1,
  /** Seconds until EC2 has the address, which is the whole wait: the store has it a moment later, and the page goes through `arrive`. */
  waitSeconds: 60,
  /** Seconds that the app then takes until it listens. They see the page for 502. */
  bootSeconds: 60,
  /** Pages of closed apps that a person leaves in a visible tab each working day. Each asks until it gives up. */
  forgottenTabsPerDay: 0.2,
  /** Billed seconds of an answer from memory, or after one read of S3: it takes 24 ms where S3 takes 20 (docs/inside/benchmarks.md). */
  answerSeconds: 0.05,
  /** The same from a far continent, where a read of S3 takes 200 ms. */
  farAnswerSeconds: 0.25,
  /** Billed seconds of a sign-in at the provider, which a person needs once a day. */
  callbackSeconds: 1,
  /** A line of ours, and the three of Lambda. */
  logKbPerInvocation: 1,
  /** Hours a day in which an environment of the concierge is used, all environments of all regions together. */
  edgeEnvironmentHours: 24,
  /** A run writes a few lines of JSON. */
  logKbPerRun: 4,
  /** GB of journal, trail and pages in S3. */
  storedGb: 5,
  /** Log files that CloudFront delivers: "up to several times an hour", each time one or more (Developer Guide, "Standard logging reference"). */
  logFilesPerHour: 60,
  /** A log line has about 450 bytes, which gzip reduces to a quarter or less. */
  logBytesPerRequest: 150,
  /** Billed seconds to count a log file. */
  countSeconds: 0.5,
  /** The last requests are written every five minutes at most, and for each new app. */
  publicationsPerHour: 13,
  /** Long polls of 20 s that Lambda keeps open, five of them (Lambda DG, "Configuring scaling behavior for SQS"). */
  pollsPerHour: 5 * 180,
  /** Runs that read the secret: one per environment, and one per hour to notice a rotation. */
  secretReadsPerDay: 36,
  /** Minutes of skilled work for one change of a proxy that is edited by hand. */
  minutesByHand: 5,
  /** Working days of a month. */
  workdays: 22,
} as const;
