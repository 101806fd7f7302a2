import { decodeEntry, isServing } from '../../../core/entry/entry.ts';
import { CloudFrontCanaryStore } from '../../../infra/custom-resources/publisher/canary-store.ts';
import { putCanaries } from '../../../infra/custom-resources/publisher/put-canaries.ts';
import { UntilAllowed } from '../../../infra/custom-resources/until-allowed.ts';
import { buildCanaries } from '../../../infra/edge/canaries/canaries.ts';
import { Cloud, ENVIRONMENT, MINUTE, START } from '../cloud/cloud.ts';
import { BASE_DOMAIN } from '../judge/expected.ts';
import { REGIONS } from '../story/action.ts';
import { CALM } from '../story/weather.ts';
import { LATENCY } from './storm.ts';

/** Effects of deploying the edge stack on a full store while its fleet changes, in virtual time. */
export interface DeploymentFigures {
  names: number;
  /** Changes of the fleet: half of them stop an instance, the others launch one. */
  changes: number;
  /** Names that are missing at the end, serve a stopped instance, or do not serve a running one. */
  wrong: readonly string[];
  /** Values under the keys of the canaries at the end. */
  canaries: Readonly<Record<string, string | undefined>>;
  /** Runs that failed. */
  failedRuns: number;
  /** Milliseconds from the start of the deployment until the canaries were in the store. */
  put: number;
  /** Longest time in milliseconds from the stop of an instance until no entry had its address. */
  removal: number;
  /** Pages of the store that the updater read. */
  pages: number;
  /** Duration of the longest run in milliseconds. */
  longestRun: number;
}

/** Milliseconds between two changes of the fleet, of all changes, and before the deployment. */
const EVERY = 2_000;
const CHANGING = MINUTE;
const BEFORE = MINUTE / 4;
const CHANGES = CHANGING / EVERY;

const CANARIES = buildCanaries(BASE_DOMAIN).store;

/**
 * Fills a store with this many names, and stops or launches an instance every two seconds for a minute. After a quarter of
 * that time the publisher writes its canaries.
 *
 * @param deployment of a release with other canaries, of one with the same canaries, or none
 */
export async function simulateDeployment(
  names: number,
  deployment: 'other canaries' | 'the same canaries' | 'none' = 'other canaries',
): Promise<DeploymentFigures> {
  const seen = { failedRuns: 0, pages: 0, longestRun: 0 };
  const cloud = await filled(names, deployment === 'other canaries' ? {} : CANARIES, seen);
  const { timeline, kvs } = cloud;
  Object.assign(seen, { failedRuns: 0, pages: 0, longestRun: 0 });
  const stops = new Map<string, number>();
  let removal = 0;
  kvs.onWrite(({ changed }) => {
    for (const [key, value] of changed) {
      const since = stops.get(key);
      if (since === undefined || serves(value)) continue;
      removal = Math.max(removal, timeline.now - since);
      stops.delete(key);
    }
  });
  cloud.startSchedule();
  scheduleChanges(cloud, names, stops);
  let put = Number.NaN;
  const begun = timeline.now + BEFORE;
  if (deployment !== 'none') {
    timeline.in(BEFORE, () => {
      void publish(cloud).then(() => {
        put = timeline.now - begun;
      });
    });
  }
  await timeline.until(begun + CHANGING + 3 * MINUTE);
  const canaries = Object.fromEntries(Object.keys(CANARIES).map((key) => [key, kvs.get(key)]));
  // An address that is still there was never removed.
  if (stops.size > 0) removal = Number.POSITIVE_INFINITY;
  return { ...{ names, changes: CHANGES, put, removal, canaries }, ...seen, wrong: wrongIn(cloud) };
}

/** Launches and stops instances in turn; `stops` gets the names of the stopped ones and when they stopped. */
function scheduleChanges(cloud: Cloud, names: number, stops: Map<string, number>): void {
  const { timeline, ec2 } = cloud;
  for (let n = 1; n <= CHANGES; n++) {
    timeline.in(n * EVERY, () => {
      if (n % 2 === 1) return launch(cloud, names + n);
      stops.set(nameOf(n), timeline.now);
      ec2.stop(n);
    });
  }
}

/** A cloud without faults, whose store has these values and a name for each of this many running instances. */
async function filled(
  names: number,
  values: Readonly<Record<string, string>>,
  seen: { failedRuns: number; pages: number; longestRun: number },
) {
  const cloud = await Cloud.open(0, CALM, {
    trace: () => {},
    stateChanged: () => {},
    beforeWrite: () => {},
    afterRun: (run, { kind }) => {
      if (kind !== 'done') seen.failedRuns += 1;
      seen.pages += run.count('ListKeys');
      seen.longestRun = Math.max(seen.longestRun, cloud.timeline.now - run.startedAt);
    },
  });
  cloud.network.latency = LATENCY;
  const puts = Object.entries({ _seed: 'dynamic-edge-proxy', ...values }).map(([key, value]) => ({
    key,
    value,
  }));
  cloud.kvs.update({ puts }, cloud.kvs.describe().etag);
  // No event reports these launches, so only a sweep finds them.
  cloud.network.heal({ ...CALM, dropped: 1 });
  for (let n = 1; n <= names; n++) launch(cloud, n);
  await cloud.timeline.until(START + 2 * MINUTE);
  cloud.network.heal(CALM);
  cloud.sweep();
  await cloud.timeline.until(START + 5 * MINUTE);
  return cloud;
}

function nameOf(n: number): string {
  return `app-${n}.${BASE_DOMAIN}`;
}

function launch(cloud: Cloud, n: number): void {
  cloud.ec2.launch(n, REGIONS[n % REGIONS.length] ?? REGIONS[0], true, { 'proxy:host': `app-${n}` });
}

/** The publisher's own code, in the network of the cloud. */
async function publish(cloud: Cloud): Promise<void> {
  const { timeline } = cloud;
  const clock = timeline.clock(
    () => 0,
    () => true,
  );
  const { keyValueStore } = cloud.clientsOf({ isAlive: true, run: undefined, end: () => {} });
  const store = new CloudFrontCanaryStore(
    keyValueStore,
    ENVIRONMENT.keyValueStoreArn,
    new UntilAllowed(clock),
  );
  timeline.busy += 1;
  await putCanaries(store, CANARIES, (ms) => clock.sleep(ms));
  timeline.busy -= 1;
}

function serves(value: string | undefined): boolean {
  const entry = decodeEntry(value ?? '');
  return entry !== undefined && isServing(entry);
}

function wrongIn({ ec2, kvs }: Cloud): string[] {
  return [...ec2.machines.values()]
    .map(({ n, state }) => [nameOf(n), state] as const)
    .flatMap(([name, state]) =>
      serves(kvs.get(name)) === (state === 'running') ? [] : [`${name} of one that is ${state}`],
    );
}
