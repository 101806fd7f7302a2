import { type DescribedReservation, instancesOf } from '../core/described-instance.ts';
import { encodeEntry } from '../core/entry.ts';
import { isJsonObject, type JsonObject } from '../core/json.ts';
import { routesOf } from '../core/route.ts';
import { settingsOf } from '../core/settings.ts';
import { argumentsOf, type Command, UsageError } from './command.ts';
import { InputError, readJson } from './input.ts';

/** The dry run: what the store would hold for a fleet, without any network. */
export const entries: Command = {
  name: 'entries',
  usage: '--from instances.json [--base-domain NAME] [--owner ID] [--depth N] [--now ISO-TIME]',
  summary: "Turn the JSON of `aws ec2 describe-instances` into the store's entries and the problems found.",
  async run(args, terminal) {
    const given = argumentsOf(args, {
      from: { type: 'string' },
      'base-domain': { type: 'string' },
      owner: { type: 'string' },
      depth: { type: 'string' },
      region: { type: 'string' },
      now: { type: 'string' },
    });
    const from = given.text('from');
    if (from === undefined) throw new UsageError('say which fleet: --from instances.json');
    const fleet = instancesOf(
      reservationsOf(await readJson(from), from),
      given.text('region') ?? 'us-east-1',
    );
    const settings = settingsOf({
      owner: given.text('owner') ?? 'main',
      baseDomain: (given.text('base-domain') ?? '').toLowerCase(),
      ...(given.text('depth') === undefined ? {} : { depth: depthOf(given.text('depth')) }),
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

function depthOf(text: string | undefined): number {
  const depth = Number(text);
  if (Number.isInteger(depth) && depth >= 1 && depth <= 10) return depth;
  throw new UsageError(
    `--depth is "${text}"; expected 1–10, the labels that a name may have below the base domain`,
  );
}

function nowOf(text: string | undefined): number {
  const milliseconds = text === undefined ? Date.now() : Date.parse(text);
  if (Number.isFinite(milliseconds)) return Math.floor(milliseconds / 1000);
  throw new UsageError(`--now is "${text}"; expected a time such as 2026-11-23T14:03Z`);
}
