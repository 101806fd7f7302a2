import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isOriginPort } from '../../core/wire/limits.ts';
import type { ListedInstance } from '../../local/ec2/listed-instance.ts';
import { lastLines } from '../../local/last-lines.ts';
import { describeClosed, isOpen } from '../../local/ports.ts';
import type { Terminal } from '../command.ts';
import { readPublished } from './published.ts';

/** The log file with the output of an instance's command. */
function instanceLog(state: string, id: string): string {
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
export function describeEnding({ id, state, stateReason }: ListedInstance, folder: string): string[] {
  const { code = '', message = '' } = stateReason ?? {};
  const isOwn = code === 'Client.InstanceInitiatedShutdown' || code === 'Server.InternalError';
  const ending = state === 'stopped' && isOwn ? /\((.*)\)$/s.exec(message)?.[1] : undefined;
  return ending === undefined ? [] : [ending, ...readLastLines(instanceLog(folder, id))];
}

/** Why an instance's command does not answer while it runs, with its last lines. Empty if it listens. */
export async function describeSilence(
  { id, state, isIpv6Only, tags }: ListedInstance,
  folder: string,
): Promise<string[]> {
  const port = Number(tags.get('proxy:port'));
  const mayListen = state === 'running' && existsSync(instanceLog(folder, id)) && isOriginPort(port);
  const host = isIpv6Only ? '::1' : '127.0.0.1';
  if (!mayListen || (await isOpen(port, host))) return [];
  return [await describeClosed(port, host), ...describeOutput(folder, id)];
}

/** The facts for a person whose command led to no route. */
export interface Failure {
  api: string;
  /** The cloud's folder. */
  state: string;
  instances: readonly ListedInstance[];
  /** A command line that works from any folder. */
  undo: string;
}

/** Prints why there is no route, where the logs are and how to undo the command. */
export async function printReasons(
  { api, state, instances, undo }: Failure,
  { err }: Terminal,
): Promise<void> {
  const { problems } = await readPublished({ api });
  for (const instance of instances) {
    const own = problems.filter((problem) => problem.instance === instance.id);
    for (const { message } of own) err(`! ${message}`);
    for (const line of describeEnding(instance, state)) err(`  ${line}`);
  }
  err(`  updater log: ${join(state, 'logs/updater.log')}`);
  err(`  to undo: ${undo}`);
}
