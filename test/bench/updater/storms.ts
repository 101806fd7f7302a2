import { type DeploymentFigures, simulateDeployment } from '../../sim/scenes/deployment.ts';
import { burst, launchStorm, type StormFigures } from '../../sim/scenes/storm.ts';
import { thousands } from '../report.ts';

/** Storms and a deployment, on virtual time. */
export interface StormsFigures {
  launches: StormFigures;
  burst: StormFigures;
  /** A deployment whose canaries differ, and the same minute without it. */
  deployment: DeploymentFigures;
  quiet: DeploymentFigures;
}

/** Names that fit into one store. */
const FULL = 36_000;

/** Runs all of them once; that is enough, because they are deterministic. */
export async function benchStorms(): Promise<StormsFigures> {
  return {
    launches: await launchStorm(1_000),
    burst: await burst(5_000),
    deployment: await simulateDeployment(FULL),
    quiet: await simulateDeployment(FULL, 'none'),
  };
}

const ROWS: readonly [string, keyof StormFigures][] = [
  ['events', 'events'],
  ['batches', 'batches'],
  ['live names at the end', 'routed'],
  ['runs that listed the fleet', 'listings'],
  ['DescribeInstances, in two regions', 'describeCalls'],
  ['KeyValueStore writes', 'storeWrites'],
  ['other KeyValueStore calls', 'storeReads'],
  ['S3 calls', 's3Calls'],
  ['ms from the last event to a correct store', 'converged'],
  ['the minimum for that', 'floor'],
  ['ms from the last event to an empty queue', 'drained'],
];

export function stormsPart({ launches, burst, deployment, quiet }: StormsFigures): string {
  return [
    'The updater in the [simulated cloud](simulator.md): virtual time, 50 ms for each remote call, no failures, batches of ten.',
    '',
    '| | 1,000 launches within a minute | 5,000 events at once |',
    '| --- | ---: | ---: |',
    ...ROWS.map(([name, key]) => `| ${name} | ${thousands(launches[key])} | ${thousands(burst[key])} |`),
    '',
    'Launches: three or more events for each instance; the last comes after 100 s, when the slowest instance has booted. The minimum is a listing and a write for that',
    'event. The rest is the run that is active when the event comes and, if the listing lags behind the event, the half second before the next listing. The burst: five',
    'events for each of 1,000 instances that are not in the store. The minimum is a listing and the twenty writes of 50 keys. That listing also answers the events that',
    'still wait in the queue: they go to the journal and cause no call to EC2.',
    '',
    `An edge stack with changed canaries is deployed to a store of ${thousands(deployment.names)} names, while every two seconds an instance stops or is launched. The canaries are in the`,
    `store after ${seconds(deployment.put)} s, and the updater reads ${thousands(deployment.pages)} pages once. The address of an instance that stops is gone after ${seconds(deployment.removal)} s at the latest`,
    `(${seconds(quiet.removal)} s without the deployment). ${deployment.wrong.length === 0 ? 'At the end every name matches its instance.' : `Wrong at the end: ${deployment.wrong.join(', ')}.`}`,
  ].join('\n');
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(1);
}
