import { parseReservations } from '../../core/described-instance.ts';
import { encodeEntry } from '../../core/entry/entry.ts';
import type { Instance } from '../../core/instance.ts';
import { buildRoutes } from '../../core/routes/route.ts';
import { Fault } from '../../core/schema.ts';
import { ClaimRulesError, parseClaimRules } from '../../core/settings/claim-rules.ts';
import { certificateNamesOf, completeSettings, type Settings } from '../../core/settings/settings.ts';
import { type Command, UsageError } from '../command.ts';
import { parseDescribedFleet } from '../described-fleet.ts';
import { InputError, readJson, readText } from '../input.ts';
import { parseTime } from '../journal/times.ts';

/** The dry run: what the store would hold for a fleet, without any network. */
export const entries: Command = {
  name: 'entries',
  summary: "Turn the JSON of `aws ec2 describe-instances` into the store's entries and the problems found.",
  options: {
    from: { value: 'FILE', text: 'what `aws ec2 describe-instances` printed' },
    'base-domain': { value: 'NAME', text: 'base domain of the deployment; none is the bare mode' },
    deployment: { value: 'ID', text: 'id of the deployment', fallback: 'main' },
    claims: {
      value: 'FILE',
      text: 'the setting `claims` of the deployment, as JSON; everybody every name unless told',
    },
    region: { value: 'REGION', text: 'where the instances are', fallback: 'us-east-1' },
    now: { value: 'TIME', text: 'the time to decide for, such as 2026-11-23T14:03Z; now unless told' },
  },
  async run(given, terminal) {
    const from = given.text('from');
    if (from === undefined) throw new UsageError('say which fleet: --from instances.json');
    const fleet = await readFleet(from, given.value('region'));
    const baseDomain = (given.text('base-domain') ?? '').toLowerCase();
    const settings = completeSettings({
      deployment: given.value('deployment'),
      baseDomain,
      ...certificateFor(baseDomain),
      ...(await readClaims(given.text('claims'))),
    });
    const time = given.text('now');
    const now = Math.floor((time === undefined ? Date.now() : parseTime('now', time)) / 1000);
    const desired = buildRoutes(fleet, { settings, incumbents: new Map(), now, tokenOf: () => '' });
    const printed = [...desired.entries].map(([hostname, entry]) => [
      hostname,
      encodeEntry({ ...entry, sequence: 1 }),
    ]);
    terminal.out(
      JSON.stringify({ entries: Object.fromEntries(printed), problems: desired.problems }, null, 2),
    );
    return 0;
  },
};

async function readFleet(file: string, region: string): Promise<Instance[]> {
  const reservations = parseDescribedFleet(await readJson(file));
  if (!(reservations instanceof Fault)) return parseReservations(reservations, region);
  throw new InputError(
    `${file} is not a fleet: ${reservations}; give it what \`aws ec2 describe-instances\` prints`,
  );
}

/** The names that the certificate of such a deployment covers; the bare mode has none of its own. */
function certificateFor(baseDomain: string): Pick<Settings, 'certificateNames'> {
  return baseDomain === '' ? {} : { certificateNames: certificateNamesOf(baseDomain) };
}

async function readClaims(file: string | undefined): Promise<Pick<Settings, 'claims'>> {
  if (file === undefined) return {};
  try {
    return { claims: parseClaimRules(await readText(file)) };
  } catch (error) {
    if (error instanceof ClaimRulesError) throw new InputError(`${file}: ${error.message}`, { cause: error });
    throw error;
  }
}
