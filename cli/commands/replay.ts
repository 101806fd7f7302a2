import { type FleetEvent, parseFleetEvent, unpackEvents } from '../../core/events/fleet-event.ts';
import { sendEvent } from '../../local/cloud-client.ts';
import { readCloud } from '../../local/state/state-folder.ts';
import { STATE, waitForUpdater } from '../cloud/running-cloud.ts';
import type { Command } from '../command.ts';
import { readJson, requireShallow } from '../input.ts';
import { formatDecision, readDecisionsSince } from '../journal/decisions.ts';

/** Sends recorded events to the updater and shows its decisions. */
export const replay: Command = {
  name: 'replay',
  summary:
    'Send recorded events to the updater of the local cloud and show what it decides. Files hold EventBridge events, CloudTrail records or log files (also .json.gz), or the output of `aws cloudtrail lookup-events`.',
  words: { usage: 'FILE…', missing: 'no file given; name the files to replay' },
  options: STATE,
  async run(given, terminal) {
    const state = given.value('state');
    const cloud = await readCloud(state);
    const since = Date.now();
    for (const file of given.words) {
      for (const each of unpackEvents(await readJson(file))) {
        const event = requireShallow(each, file);
        terminal.out(`${file}\n  ${describeEvent(parseFleetEvent(event, {}))}`);
        if (cloud) await sendEvent(cloud.api, event);
      }
    }
    if (!cloud) {
      terminal.out(
        'no local cloud is running, so no event was sent (`npx dynamic-edge-proxy local` starts one)',
      );
      return 0;
    }
    await waitForUpdater(cloud, terminal);
    terminal.out(`decisions of the updater at ${cloud.portal}, which reads the fleet itself:`);
    for (const record of await readDecisionsSince(state, since)) terminal.out(`  ${formatDecision(record)}`);
    return 0;
  },
};

/** `hint: state-change running → read i-0abc`. */
function describeEvent(event: FleetEvent): string {
  const subject = `${event.verdict}: ${event.kind} ${event.name}`;
  if (event.verdict !== 'hint') return `${subject} – ${event.reason}`;
  const { ids, interfaces = [] } = event;
  const behind = interfaces.map((id) => `the instance behind ${id}`);
  const effect = event.scope === 'fleet' ? 'read the whole fleet' : `read ${[...ids, ...behind].join(', ')}`;
  return `${subject} → ${effect}${event.reason === undefined ? '' : ` (${event.reason})`}`;
}
