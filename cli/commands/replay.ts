import { type FleetEvent, parseFleetEvent, unpackEvents } from '../../core/events/fleet-event.ts';
import { sendEvent } from '../../local/cloud-client.ts';
import { readCloud } from '../../local/state/state-folder.ts';
import { STATE, waitForUpdater } from '../cloud/running-cloud.ts';
import type { Command } from '../command.ts';
import { readJson, requireShallow } from '../input.ts';
import { formatDecision, readDecisionsSince } from '../journal/decisions.ts';

/** Feeds recorded events to the updater and tells what it made of each. */
export const replay: Command = {
  name: 'replay',
  summary:
    'Feed recorded events (envelopes, CloudTrail records, log files, .json.gz too, or what `aws cloudtrail lookup-events` prints) to the updater and see what it makes of each.',
  words: { usage: 'FILE…', missing: 'say which files to replay' },
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
      terminal.out('no local cloud runs here, so nothing was sent (`npm start` starts one)');
      return 0;
    }
    await waitForUpdater(cloud, terminal);
    terminal.out(`the updater of ${cloud.portal}, which reads the fleet for itself, made of it`);
    for (const record of await readDecisionsSince(state, since)) terminal.out(`  ${formatDecision(record)}`);
    return 0;
  },
};

/** `hint: state-change running → look at i-0abc`. */
function describeEvent(event: FleetEvent): string {
  const subject = `${event.verdict}: ${event.kind} ${event.name}`;
  if (event.verdict !== 'hint') return `${subject} – ${event.reason}`;
  const look = event.scope === 'fleet' ? 'look at the whole fleet' : `look at ${event.ids.join(', ')}`;
  return `${subject} → ${look}${event.reason === undefined ? '' : ` (${event.reason})`}`;
}
