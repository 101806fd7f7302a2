import { parseReservations } from '../../core/ec2/described-instance.ts';
import type { Entry } from '../../core/entry/entry.ts';
import type { Instance } from '../../core/instance.ts';
import { parseClaimRules } from '../../core/settings/claim-rules.ts';
import { completeSettings, type Settings } from '../../core/settings/settings.ts';
import { toSeconds } from '../../core/time.ts';
import { readStore, type StoreFacts } from '../../local/cloud-client.ts';
import { REGION } from '../../local/ec2/addresses.ts';
import type { CloudFile } from '../../local/state/state-folder.ts';
import { callEc2 } from '../cloud/ec2.ts';
import { findRunningCloud, STATE } from '../cloud/running-cloud.ts';
import type { Command, Terminal } from '../command.ts';
import { wrap } from '../wrap.ts';
import { type Difference, type Differences, findDifferences } from './differences.ts';

/** Shows what a reconcile of the local cloud would change, and changes nothing. */
export const planCommand: Command = {
  name: 'plan',
  summary: 'Show which names a reconcile of the local cloud would change, with reasons. Changes nothing.',
  options: { json: { text: 'print JSON' }, ...STATE },
  async run(given, terminal) {
    const cloud = await findRunningCloud(given.text('state'));
    const [store, fleet] = await Promise.all([readStore(cloud.api), describeFleet(cloud)]);
    const settings = settingsOf(store);
    const found = findDifferences({ settings, current: store.values, fleet, now: toSeconds(Date.now()) });
    if (given.flag('json')) printJson(found, terminal);
    else printDifferences(found, terminal);
    return 0;
  },
};

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

/** Prints a line for each change: `+` a new name, `~` a changed one, `-` one that goes; then its reasons. */
export function printDifferences(found: Differences, { out }: Terminal): void {
  for (const difference of found.changes) {
    for (const line of wrap(`${signOf(difference)} `, describe(difference))) out(line);
    for (const reason of difference.reasons) for (const line of wrap('    ', reason)) out(line);
  }
  for (const hostname of found.occupied)
    for (const line of wrap('! ', `${hostname} belongs to another deployment or a person in the same store`))
      out(line);
  const isWaiting = found.doubt !== undefined && found.changes.some(({ after }) => after === undefined);
  if (isWaiting) out(`! removals would wait: ${found.doubt}`);
  const { length } = found.changes;
  out(
    `${length === 0 ? 'no change' : length === 1 ? '1 change' : `${length} changes`}, ${found.unchanged} unchanged`,
  );
}

function signOf({ before, after }: Difference): string {
  if (before === undefined) return after === undefined ? '-' : '+';
  return after === undefined ? '-' : '~';
}

function describe({ hostname, before, after }: Difference): string {
  const states = [before, after].flatMap((entry) => (entry === undefined ? [] : [entry.state]));
  const [first, second = first] = states;
  const state = first === undefined ? 'unreadable' : first === second ? first : `${first} → ${second}`;
  return `${hostname}  ${state}  ${idsOf(after ?? before)}`.trim();
}

const idsOf = (entry: Entry | undefined) => entry?.instances.map(({ id }) => id).join(' ') ?? '';

/** Without addresses and tokens. */
function printJson({ changes, ...rest }: Differences, { out }: Terminal): void {
  const summary = (entry: Entry | undefined) =>
    entry && { state: entry.state, instances: entry.instances.map(({ id }) => id) };
  const shown = changes.map(({ hostname, before, after, reasons }) => ({
    ...{ hostname, before: summary(before), after: summary(after), reasons },
  }));
  out(JSON.stringify({ changes: shown, ...rest }, null, 2));
}
