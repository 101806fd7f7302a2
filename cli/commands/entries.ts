import { parseReservations } from '../../core/ec2/described-instance.ts';
import { numbered } from '../../core/entry/access.ts';
import { encodeEntry } from '../../core/entry/entry.ts';
import type { Instance } from '../../core/instance.ts';
import { buildRoutes } from '../../core/routes/route.ts';
import { listProblems } from '../../core/routes/route-problems.ts';
import { Fault } from '../../core/schema.ts';
import { isShortName } from '../../core/session/fields.ts';
import { ClaimRulesError, parseClaimRules } from '../../core/settings/claim-rules.ts';
import { certificateNamesOf, completeSettings, type Settings } from '../../core/settings/settings.ts';
import { type Command, UsageError } from '../command.ts';
import { parseDescribedFleet } from '../described-fleet.ts';
import { InputError, readJson, readText } from '../input.ts';
import { parseTime } from '../journal/times.ts';

/** A dry run without a network: the entries that the updater would write for a fleet. */
export const entries: Command = {
  name: 'entries',
  summary: 'Show the store entries and problems for the output of `aws ec2 describe-instances` (a dry run).',
  options: {
    from: { value: 'FILE', text: 'the output of `aws ec2 describe-instances`' },
    'base-domain': { value: 'NAME', text: 'base domain of the deployment; bare mode without it' },
    deployment: { value: 'ID', text: 'id of the deployment', fallback: 'main' },
    claims: {
      value: 'FILE',
      text: 'the `claims` setting of the deployment as JSON; by default any instance may claim any name',
    },
    'sign-in': {
      value: 'GROUPS',
      text: 'the deployment has sign-in, with these names in its setting `groups`, separated by commas, or `none`',
    },
    region: { value: 'REGION', text: 'where the instances are', fallback: 'us-east-1' },
    now: { value: 'TIME', text: 'the time to assume, such as 2026-11-23T14:03Z; default now' },
  },
  async run(given, terminal) {
    const from = given.text('from');
    if (from === undefined)
      throw new UsageError('--from is missing; name a file, for example --from instances.json');
    const fleet = await readFleet(from, given.value('region'));
    const baseDomain = (given.text('base-domain') ?? '').toLowerCase();
    const settings = completeSettings({
      deployment: given.value('deployment'),
      baseDomain,
      ...certificateFor(baseDomain),
      ...(await readClaims(given.text('claims'))),
      ...readSignIn(given.text('sign-in')),
    });
    const time = given.text('now');
    const now = Math.floor((time === undefined ? Date.now() : parseTime('now', time)) / 1000);
    const desired = buildRoutes(fleet, { settings, incumbents: new Map(), now, tokenOf: () => '' });
    const printed = [...desired.entries].map(([hostname, entry]) => [
      hostname,
      encodeEntry({ ...entry, access: numbered(entry.access, 1), sequence: 1 }),
    ]);
    terminal.out(
      JSON.stringify(
        { entries: Object.fromEntries(printed), problems: listProblems(desired.problems) },
        null,
        2,
      ),
    );
    return 0;
  },
};

async function readFleet(file: string, region: string): Promise<Instance[]> {
  const reservations = parseDescribedFleet(await readJson(file));
  if (!(reservations instanceof Fault)) return parseReservations(reservations, region);
  throw new InputError(
    `${file} is not the output of \`aws ec2 describe-instances\`: ${reservations}; save that output and try again`,
  );
}

/** The names that a deployment's certificate covers. Bare mode has no certificate of its own. */
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

function readSignIn(text: string | undefined): Pick<Settings, 'signIn'> {
  if (text === undefined) return {};
  const groups = text === 'none' ? [] : text.split(',');
  const wrong = groups.find((name) => !isShortName(name));
  if (wrong === undefined) return { signIn: { groups } };
  throw new UsageError(
    `--sign-in has "${wrong}", expected names of 1–32 lower-case letters, digits and inner hyphens, such as devs,ops, or none`,
  );
}
