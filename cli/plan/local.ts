import { parseReservations } from '../../core/ec2/described-instance.ts';
import type { Instance } from '../../core/instance.ts';
import { parseClaimRules } from '../../core/settings/claim-rules.ts';
import { completeSettings, type Settings } from '../../core/settings/settings.ts';
import { readStore, type StoreFacts } from '../../local/cloud-client.ts';
import { REGION } from '../../local/ec2/addresses.ts';
import type { CloudFile } from '../../local/state/state-folder.ts';
import { callEc2 } from '../cloud/ec2.ts';
import { findRunningCloud } from '../cloud/running-cloud.ts';
import type { ParsedArguments } from '../command.ts';
import type { PlanFacts } from './plan-facts.ts';

/** The store and the fleet of the local cloud. */
export async function readLocal(given: ParsedArguments): Promise<PlanFacts> {
  const cloud = await findRunningCloud(given.text('state'));
  const [store, fleet] = await Promise.all([readStore(cloud.api), describeFleet(cloud)]);
  return { settings: settingsOf(store), mode: 'sync', current: store.values, fleet };
}

function settingsOf({ deployment, baseDomain, claims, groups }: StoreFacts): Settings {
  return completeSettings({
    ...{ deployment, baseDomain },
    ...(claims === undefined ? {} : { claims: parseClaimRules(claims) }),
    ...(groups === undefined ? {} : { signIn: { groups } }),
  });
}

function describeFleet(cloud: CloudFile): Promise<Instance[]> {
  return callEc2(cloud, async (client, { paginateDescribeInstances }) => {
    const instances: Instance[] = [];
    for await (const { Reservations = [] } of paginateDescribeInstances({ client, pageSize: 1_000 }, {}))
      instances.push(...parseReservations(Reservations, REGION));
    return instances;
  });
}
