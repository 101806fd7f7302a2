import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DescribeInstancesCommand, type EC2Client } from '@aws-sdk/client-ec2';
import type { Instance } from '../../core/instance.ts';
import { isOriginPort } from '../../core/wire/limits.ts';
import { lastLines } from '../../local/last-lines.ts';
import { describeClosed, isOpen } from '../../local/ports.ts';
import type { Terminal } from '../command.ts';
import { readPublished } from './published.ts';

/** Where the local cloud writes what the command of an instance prints. */
export function instanceLog(state: string, id: string): string {
  return join(state, 'logs', `${id}.log`);
}

/** The last lines that the command of an instance printed, indented, and where the rest is; none where there is no command. */
export function describeOutput(state: string, id: string): string[] {
  const log = instanceLog(state, id);
  return existsSync(log) ? [...readLastLines(log), `all of it: ${log}`] : [];
}

function readLastLines(log: string): string[] {
  return existsSync(log) ? lastLines(readFileSync(log, 'utf8')).map((line) => `  ${line}`) : [];
}

/** How the command of an instance ended by itself, with its last lines; none for any other instance. */
export async function describeEnding(
  ec2: EC2Client,
  { id, state }: Instance,
  folder: string,
): Promise<string[]> {
  const ended = state === 'stopped' ? await readEnding(ec2, id) : undefined;
  return ended === undefined ? [] : [ended, ...readLastLines(instanceLog(folder, id))];
}

/** Why a command that runs does not answer, with its last lines; none for one that listens, and for any other instance. */
export async function describeSilence({ id, state, tags }: Instance, folder: string): Promise<string[]> {
  const port = Number(tags['proxy:port']);
  const mayListen = state === 'running' && existsSync(instanceLog(folder, id)) && isOriginPort(port);
  if (!mayListen || (await isOpen(port))) return [];
  return [await describeClosed(port), ...describeOutput(folder, id)];
}

/** How the command of an instance ended by itself. */
async function readEnding(ec2: EC2Client, id: string): Promise<string | undefined> {
  const { Reservations: [reservation] = [] } = await ec2.send(
    new DescribeInstancesCommand({ InstanceIds: [id] }),
  );
  const reason = reservation?.Instances?.[0]?.StateReason;
  const isOwn =
    reason?.Code === 'Client.InstanceInitiatedShutdown' || reason?.Code === 'Server.InternalError';
  return isOwn ? /\((.*)\)$/s.exec(reason.Message ?? '')?.[1] : undefined;
}

/** What a person needs when no route came of a command: the problem, the logs, the way back. */
export interface Failure {
  ec2: EC2Client;
  portal: string;
  /** The cloud's folder. */
  state: string;
  instances: readonly Instance[];
  /** As a person can run it from any folder. */
  undo: string;
}

/** Tells why there is no route. */
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
  err(`  log of the updater: ${join(state, 'logs/updater.log')}`);
  err(`  to undo: ${undo}`);
}
