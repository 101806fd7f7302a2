import type { Run } from '../run.ts';
import type { Probe } from './probe.ts';

/** The Lambda function, as it was deployed. */
export const UPDATER_PROBES: readonly Probe[] = [
  {
    question: "Does the CRT's arm64 library load in Lambda?",
    expected: '{"batchItemFailures":[]} for an empty batch',
    how: 'lambda Invoke of the updater with {"Records":[]}',
    async run({ world, options, deployment }) {
      const seen = await world.invoke(options.region, deployment.updaterName);
      return { seen, agrees: seen.replace(/\s/g, '') === '{"batchItemFailures":[]}' };
    },
  },
];

/** Asked at the end, after events have had time to arrive. */
export const LATE_PROBES: readonly Probe[] = [
  {
    question: "How late are CloudTrail's events?",
    expected: 'less than 5 min after the call (EventBridge promises no time)',
    how: "the journal's RunInstances: time of the object less time of the call, which its key holds",
    async run(run) {
      const late = await lateness(run, /\/(\d{6})_RunInstances_/);
      if (late.length === 0) return { seen: 'none came: no trail reports API calls', agrees: false };
      return {
        seen: `${late.map((seconds) => seconds.toFixed(0)).join(', ')} s`,
        agrees: late.every((s) => s < 300),
      };
    },
  },
  {
    question: 'How late are state changes?',
    expected: 'less than 10 s',
    how: "the journal's state changes: time of the object less time of the event",
    async run(run) {
      const late = await lateness(run, /\/(\d{6})_state-change_/);
      if (late.length === 0) return { seen: 'none came', agrees: false };
      return {
        seen: `${late.length} events, the slowest ${Math.max(...late).toFixed(0)} s`,
        agrees: late.every((seconds) => seconds < 10),
      };
    },
  },
];

/** Seconds between events and their objects in the journal; keys are `raw/…/dt=2026-11-23/161859_NAME_id.json`. */
async function lateness({ world, deployment }: Run, name: RegExp): Promise<number[]> {
  const bucket = deployment.updater.environment['JOURNAL_BUCKET'] ?? '';
  const objects = await world.objects(bucket, 'raw/');
  return objects.flatMap(({ key, at }) => {
    const day = /dt=(\d{4}-\d{2}-\d{2})/.exec(key)?.[1];
    const time = name.exec(key)?.[1];
    if (day === undefined || time === undefined) return [];
    return [(at - Date.parse(`${day}T${time.replace(/(..)(..)(..)/, '$1:$2:$3')}Z`)) / 1000];
  });
}
