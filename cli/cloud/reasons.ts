import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DescribeInstancesCommand, type EC2Client } from '@aws-sdk/client-ec2';
import type { Instance } from '../../core/instance.ts';
import { isOriginPort } from '../../core/wire/limits.ts';
import { lastLines } from '../../local/last-lines.ts';
import { describeClosed, isOpen } from '../../local/ports.ts';
import type { Terminal } from '../command.ts';
import { readPublished } from './published.ts';

/** The log file with the output of an instance's command. */
export function instanceLog(state: string, id: string): string {
  return join(state, 'logs', `${id}.log`);
}

/** The last lines that an instance's command printed, and the path of its log. Empty without a command. */
export function describeOutput(state: string, id: string): string[] {
  const log = instanceLog(state, id);
  return existsSync(log) ? [...readLastLines(log), `full log: ${log}`] : [];
}

function readLastLines(log: string): string[] {
  return existsSync(log) ? lastLines(readFileSync(log, 'utf8')).map((line) => `  ${line}`) : [];
}

/** How an instance's command ended by itself, with its last lines. Empty if it did not. */
export async function describeEnding(
  ec2: EC2Client,
  { id, state }: Instance,
  folder: string,
): Promise<string[]> {
  const ended = state === 'stopped' ? await readEnding(ec2, id) : undefined;
  return ended === undefined ? [] : [ended, ...readLastLines(instanceLog(folder, id))];
}

/** Why an instance's command does not answer while it runs, with its last lines. Empty if it listens. */
export async function describeSilence({ id, state, tags }: Instance, folder: string): Promise<string[]> {
  const port = Number(tags['proxy:port']);
  const mayListen = state === 'running' && existsSync(instanceLog(folder, id)) && isOriginPort(port);
  if (!mayListen || (await isOpen(port))) return [];
  return [await describeClosed(port), ...describeOutput(folder, id)];
}

/** Reads how an instance's command ended by itself. */
async function readEnding(ec2: EC2Client, id: string): Promise<string | undefined> {
  const { Reservations: [reservation] = [] } = await ec2.send(
    new DescribeInstancesCommand({ InstanceIds: [id] }),
  );
  const reason = reservation?.Instances?.[0]?.StateReason;
  const isOwn =
    reason?.Code === 'Client.InstanceInitiatedShutdown' || reason?.Code === 'Server.InternalError';
  return isOwn ? /\((.*)\)$/s.exec(reason.Message ?? '')?.[1] : undefined;
}

/** The facts for a person whose command led to no route. */
export interface Failure {
  ec2: EC2Client;
  portal: string;
  /** The cloud's folder. */
  state: string;
  instances: readonly Instance[];
  /** A command line that works from any folder. */
  undo: string;
}

/** Prints why there is no route, where the logs are and how to undo the command. */
export async function printReasons(
  { ec2, portal, state, instances, undo }: Failure,
  { err }: Terminal,
): Promise<void> {
  const { problems } = await readPublished(portal);
  for (const instance of instances) {
    const own = problems.filter((problem) => problem.instance === instance.id);
    for (const { message } of own) err(`! ${message}`);
    for (const line of await describeEnding(ec2, instance, state)) err(`  ${line}`);
  }
  err(`  updater log: ${join(state, 'logs/updater.log')}`);
  err(`  to undo: ${undo}`);
}
