import { ownerOf } from '../../core/journal/instance-summary.ts';
import { Fault } from '../../core/schema.ts';
import { LAST_REQUESTS, type LastRequests, parseLastRequests } from '../../core/traffic/last-requests.ts';
import { listInstances, readPublishedDocument } from '../../local/cloud-client.ts';
import { readPublished } from '../cloud/published.ts';
import { describeEnding, describeSilence } from '../cloud/reasons.ts';
import { findRunningCloud, resolveState, waitForUpdater } from '../cloud/running-cloud.ts';
import type { ParsedArguments, Terminal } from '../command.ts';
import type { ListedFleet } from './listed-fleet.ts';

/** All instances of the local cloud. */
export async function listLocal(given: ParsedArguments, terminal: Terminal): Promise<ListedFleet> {
  const cloud = await findRunningCloud(given.text('state'));
  await waitForUpdater(cloud, terminal);
  const found = await listInstances(cloud.api);
  const { instances: known, ...published } = await readPublished(cloud);
  const state = resolveState(given);
  const instances = found.map(async (instance) => ({
    ...{ id: instance.id, state: instance.state },
    owner: ownerOf([{ tags: Object.fromEntries(instance.tags) }]),
    reasons: [...describeEnding(instance, state), ...(await describeSilence(instance, state))],
  }));
  return {
    ...published,
    known,
    instances: await Promise.all(instances),
    lastRequests: await readLastRequests(cloud.api),
    nothing: 'no instances; launch one: dynamic-edge-proxy launch --host hello --image ami-hello',
    notes: [],
  };
}

/** The last request of each app. None without access logs; another version's document tells nothing either. */
async function readLastRequests(api: string): Promise<LastRequests> {
  const text = await readPublishedDocument(api, LAST_REQUESTS);
  const times = text === undefined ? undefined : parseLastRequests(text);
  return times === undefined || times instanceof Fault ? new Map() : times;
}
