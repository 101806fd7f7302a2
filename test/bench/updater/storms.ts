import { type DeploymentFigures, simulateDeployment } from '../../sim/deployment.ts';
import { burst, launchStorm, type StormFigures } from '../../sim/storm.ts';
import { thousands } from '../report.ts';

/** Storms and a deployment, on virtual time. */
export interface StormsFigures {
  launches: StormFigures;
  burst: StormFigures;
  /** A deployment whose canaries differ, and the same minute without it. */
  deployment: DeploymentFigures;
  quiet: DeploymentFigures;
}

/** Names that fit a store. */
const FULL = 36_000;

/** Lives through all of them; deterministic, so once is enough. */
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
  ['names that are live in the end', 'routed'],
  ['runs that listed the fleet', 'listings'],
  ['DescribeInstances, in two regions', 'describeCalls'],
  ['KeyValueStore writes', 'storeWrites'],
  ['other KeyValueStore calls', 'storeReads'],
  ['S3 calls', 's3Calls'],
  ['ms from the last event to a store that is right', 'converged'],
  ['its floor', 'floor'],
  ['ms from the last event to an empty queue', 'drained'],
];

export function stormsPart({ launches, burst, deployment, quiet }: StormsFigures): string {
  return [
    'The updater in the [simulated cloud](simulator.md): virtual time, 50 ms for each remote call, nothing goes wrong, batches of ten.',
    '',
    '| | 1,000 launches within a minute | 5,000 events at once |',
    '| --- | ---: | ---: |',
    ...ROWS.map(([name, key]) => `| ${name} | ${thousands(launches[key])} | ${thousands(burst[key])} |`),
    '',
    'Launches: three events or more for each instance, the last after 100 s when the slowest has booted. The floor is a listing and a write for that event. Above it',
    'are the run that is under way when it comes and, if the listing lags behind it, the half second after which EC2 is asked again. The burst: five events for',
    'each of 1,000 instances of which the store knows nothing. Its floor is a listing and the twenty writes of 50 keys. An event that waits in the queue after that is',
    'answered by that listing: it goes to the journal and causes no call to EC2.',
    '',
    `A deployment of the edge stack whose canaries differ, into a store of ${thousands(deployment.names)} names, while every two seconds an instance stops or is launched: the canaries are`,
    `in the store after ${seconds(deployment.put)} s, the updater reads ${thousands(deployment.pages)} pages once, and the address of an instance that stops is gone after ${seconds(deployment.removal)} s at the latest`,
    `(${seconds(quiet.removal)} s without the deployment). ${deployment.wrong.length === 0 ? 'In the end every name is as its instance is.' : `Wrong in the end: ${deployment.wrong.join(', ')}.`}`,
  ].join('\n');
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(1);
}
