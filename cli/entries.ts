import { type DescribedReservation, instancesOf } from '../core/described-instance.ts';
import { encodeEntry } from '../core/entry.ts';
import { isJsonObject, type JsonObject } from '../core/json.ts';
import { routesOf } from '../core/route.ts';
import { settingsOf } from '../core/settings.ts';
import { type Command, UsageError, wholeNumber } from './command.ts';
import { InputError, readJson } from './input.ts';

/** The dry run: what the store would hold for a fleet, without any network. */
export const entries: Command = {
  name: 'entries',
  summary: "Turn the JSON of `aws ec2 describe-instances` into the store's entries and the problems found.",
  options: {
    from: { value: 'FILE', text: 'what `aws ec2 describe-instances` printed' },
    'base-domain': { value: 'NAME', text: 'base domain of the deployment; none is the bare mode' },
    owner: { value: 'ID', text: 'owner of the deployment; main unless told' },
    depth: { value: 'N', text: 'labels that a name may have below the base domain, 1–10; 1 unless told' },
    region: { value: 'REGION', text: 'where the instances are; us-east-1 unless told' },
    now: { value: 'TIME', text: 'the time to decide for, such as 2026-11-23T14:03Z; now unless told' },
  },
  async run(given, terminal) {
    const from = given.text('from');
    if (from === undefined) throw new UsageError('say which fleet: --from instances.json');
    const fleet = instancesOf(
      reservationsOf(await readJson(from), from),
      given.text('region') ?? 'us-east-1',
    );
    const settings = settingsOf({
      owner: given.text('owner') ?? 'main',
      baseDomain: (given.text('base-domain') ?? '').toLowerCase(),
      depth: wholeNumber(given, 'depth', { fallback: 1, least: 1, most: 10 }),
    });
    const now = nowOf(given.text('now'));
    const desired = routesOf(fleet, { settings, incumbents: new Map(), now, tokenOf: () => '' });
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

/** `aws ec2 describe-instances` prints `{"Reservations": […]}`; a bare list of reservations or instances will do. */
function reservationsOf(json: unknown, file: string): DescribedReservation[] {
  const list = isJsonObject(json) ? json['Reservations'] : json;
  if (!isListOf(list, isJsonObject)) throw noFleet(file);
  const reservations = list.map((each) => ('InstanceId' in each ? { Instances: [each] } : each));
  if (!reservations.every(isReservation)) throw noFleet(file);
  return reservations;
}

function noFleet(file: string): InputError {
  return new InputError(`${file} holds no Reservations; give it what \`aws ec2 describe-instances\` prints`);
}

function isListOf<T>(json: unknown, isOne: (item: unknown) => item is T): json is T[] {
  return Array.isArray(json) && json.every(isOne);
}

function isReservation(json: JsonObject): json is JsonObject & DescribedReservation {
  const { Instances = [] } = json;
  return isListOf(Instances, isJsonObject) && Instances.every(isInstance);
}

/** Whatever is read of an instance is absent or of its type; what it says is judged later. */
function isInstance({ Tags = [], PublicDnsName = '' }: JsonObject): boolean {
  return isListOf(Tags, isJsonObject) && typeof PublicDnsName === 'string';
}

function nowOf(text: string | undefined): number {
  const milliseconds = text === undefined ? Date.now() : Date.parse(text);
  if (Number.isFinite(milliseconds)) return Math.floor(milliseconds / 1000);
  throw new UsageError(`--now is "${text}"; expected a time such as 2026-11-23T14:03Z`);
}
