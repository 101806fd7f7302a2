import { METRICS } from '../../core/metrics.ts';
import { ALARMS } from '../../infra/monitoring/alarm-table.ts';

/** What a team does in a month; the parameters of `npm run cost`. */
export interface Usage {
  /** Running instances, each behind a name of its own. */
  apps: number;
  /** By viewers. */
  requests: number;
  gbPerRequest: number;
  /** Launches, starts, stops and terminations a day. */
  changesPerDay: number;
}

/** The team of docs/operate/cost.md: every app is started in the morning and stopped at night. */
export const TEAM: Usage = { apps: 20, requests: 10_000_000, gbPerRequest: 0.000_05, changesPerDay: 40 };

/** Schedules of infra/fleet/fleet-rules.ts, an hour. */
export const SWEEPS_PER_HOUR = 60;
export const AUDITS_PER_HOUR = 1;

/** Hours and days of a month, as AWS's own calculators count. */
export const HOURS = 730;
export const DAYS = HOURS / 24;

/** What the stacks of a deployment of one region have, by their own tables; a test counts the templates. */
export const MADE = {
  alarms: Object.keys(ALARMS).length,
  /** As if each were sent in every hour of the month. */
  metrics: Object.keys(METRICS).length,
} as const;

/** What cannot be computed: each is a guess on the dear side, with its reason. */
export const ASSUMED = {
  /** A start is one API call and two state changes; no change of ours is more. */
  eventsPerChange: 3,
  /** A start writes `starting`, then `live`. */
  writesPerChange: 2,
  /** Environments of the updater that Lambda starts a day; each describes the store once. */
  environmentsPerDay: 12,
  /** Seconds that a run is billed for. Measured on one machine it is a tenth of it (docs/inside/benchmarks.md). */
  runSeconds: 0.5,
  /** Rules of the web ACL: IPv4 and IPv6. */
  webAclRules: 2,
  /** One run writes a few lines of JSON. */
  logKbPerRun: 4,
  /** GB of journal, trail and pages that lie in S3. */
  storedGb: 5,
  /** Long polls of 20 s that Lambda keeps open, five of them (Lambda DG, "Configuring scaling behavior for SQS"). */
  pollsPerHour: 5 * 180,
  /** Runs that read the secret: one an environment, one an hour to notice a rotation. */
  secretReadsPerDay: 36,
  /** Minutes of skilled work that one change of a hand-kept proxy costs: what started this project. */
  minutesByHand: 5,
  /** Days of a month on which somebody works. */
  workdays: 22,
} as const;
