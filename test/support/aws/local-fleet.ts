import { onTestFinished } from 'vitest';
import { LocalFleet } from '../../../local/ec2/fleet.ts';
import type { LaunchRequest } from '../../../local/ec2/local-instance.ts';
import { ManualScheduler } from '../manual-scheduler.ts';
import { EventLog } from '../stands/event-log.ts';

/** Longer than any transitional state, in milliseconds. */
export const SETTLED = 1_000;

/**
 * A fleet with its events. The test controls the time, and the fleet is disposed after it. Scripts need a folder for their
 * logs.
 */
export function testFleet(logFolder = '/dev/null/no-folder') {
  const log = new EventLog();
  const scheduler = new ManualScheduler();
  const { troubles, onTrouble } = listener();
  const fleet = new LocalFleet({ publish: log.publish, logFolder, scheduler, onTrouble });
  onTestFinished(() => fleet.dispose());
  return { fleet, log, scheduler, troubles };
}

/** A fleet in real time with short delays, for programs that cannot use the test's time; it is disposed after the test. */
export function realFleet(logFolder: string) {
  const log = new EventLog();
  const delays = { pending: 1, stopping: 1, 'shutting-down': 1 };
  const { troubles, onTrouble } = listener();
  const fleet = new LocalFleet({ publish: log.publish, logFolder, delays, onTrouble });
  onTestFinished(() => fleet.dispose());
  return { fleet, log, troubles };
}

/** Collects a fleet's messages about its programs. */
function listener() {
  const troubles: string[] = [];
  return { troubles, onTrouble: (id: string, what: string) => void troubles.push(`${id}: ${what}`) };
}

/** Launches one instance of an external server by default. */
export function launchOne(fleet: LocalFleet, launch: Partial<LaunchRequest> = {}): string {
  const [instance] = fleet.runInstances({ imageId: 'ami-external', minCount: 1, maxCount: 1, ...launch });
  if (instance === undefined) throw new Error('The launch made no instance.');
  return instance.id;
}

/** The instance in the listing of the fleet. */
export function instanceOf(fleet: LocalFleet, id: string) {
  const instance = fleet.list().find((other) => other.id === id);
  if (instance === undefined) throw new Error(`The fleet does not list ${id}.`);
  return instance;
}

/** A shell script as user data of EC2. */
export function userData(script: string): string {
  return Buffer.from(script).toString('base64');
}
