import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type Entry, isServing } from '../../../core/entry/entry.ts';
import type { Backend, Rule } from '../../../core/entry/rule.ts';
import { INSTANCE_STATES, type Instance, type Ipv6Reach } from '../../../core/instance.ts';
import type { RouteContext } from '../../../core/routes/route.ts';
import type { Settings } from '../../../core/settings/settings.ts';
import { heldBy, instance, ipv6Of, type Routed, routed, SETTINGS, type Sketch } from './instances.ts';

const FOLDER = new URL('../../golden/routes/', import.meta.url);

/** A line of dashes separates input and output. */
const DASHES = `\n${'-'.repeat(40)}\n`;

/** A golden file: the description of a fleet, and below it the approved entries and problems. */
export interface Golden {
  /** A sentence about the content of the file. */
  name: string;
  given: string;
  approved: string;
  approve(outcome: string): void;
}

/** All golden files about routes. */
export function goldens(): Golden[] {
  return readdirSync(FOLDER).map((file) => {
    const url = new URL(file, FOLDER);
    const [given = '', approved = ''] = readFileSync(url, 'utf8').split(DASHES);
    const approve = (outcome: string) => writeFileSync(url, `${given}${DASHES}${outcome}`);
    return { name: file.replace(/\.txt$/, '').replaceAll('-', ' '), given, approved, approve };
  });
}

interface Scene {
  fleet: Instance[];
  around: Partial<RouteContext>;
}

/**
 * Reads the description of a fleet. Tags are indented below their instance, and `#` begins a comment.
 *
 *     instance 2 stopped launched 1800000000 account 444455556666 ipv6 public
 *       proxy:host  shop
 *     incumbent shop 2
 *     setting depth 2
 */
export function sceneOf(given: string): Scene {
  const sketches: (Sketch & { tags: Record<string, string> })[] = [];
  const holders: Record<string, number[]> = {};
  const settings: Record<string, unknown> = { ...SETTINGS };
  for (const line of given.split('\n').filter((each) => each.trim() !== '' && !each.startsWith('#'))) {
    const [word = '', name = '', ...rest] = line.trim().split(/\s+/);
    const tags = sketches.at(-1)?.tags;
    if (line.startsWith(' ') && tags) tags[word] = [name, ...rest].join(' ');
    else if (word === 'instance') sketches.push(sketchOf(Number(name), rest));
    else if (word === 'incumbent') holders[name] = rest.map(Number);
    else if (word === 'setting') settings[name] = JSON.parse(rest.join(' '));
    else throw new Error(`golden file: "${line}" is no instance, incumbent, setting or tag`);
  }
  const around = { incumbents: heldBy(holders), settings: settings as unknown as Settings };
  return { fleet: sketches.map(instance), around };
}

function sketchOf(id: number, words: readonly string[]) {
  const state = INSTANCE_STATES.find((each) => each === words[0]);
  if (state === undefined) throw new Error(`golden file: instance ${id} is "${words[0]}", no EC2 state`);
  const after = (word: string) => words[words.indexOf(word) + 1] ?? '';
  return {
    id,
    state,
    tags: {},
    ...(words.includes('launched') ? { launchedAt: Number(after('launched')) } : {}),
    ...(words.includes('account') ? { account: after('account') } : {}),
    ...(words.includes('nameless') ? { publicName: null } : {}),
    ...(words.includes('ipv6') ? { ipv6: reachOf(id, after('ipv6')) } : {}),
  };
}

/** The IPv6 address of instance number `id`, or why it has none that CloudFront can use. */
function reachOf(id: number, word: string): Ipv6Reach {
  if (word === 'not-public' || word === 'other-interface') return word;
  return ipv6Of(id);
}

/** The result of a fleet: each name with its rules, then the problems. */
export function outcomeOf(given: string): string {
  const { fleet, around } = sceneOf(given);
  const { entries, problems }: Routed = routed(fleet, around);
  const names = [...entries].map(([hostname, entry]) => printEntry(hostname, entry));
  const told = problems.map(({ message }) => `! ${message}\n`);
  return [...(names.length > 0 ? names : ['no entries\n']), ...told].join('\n');
}

/** Prints instances by number, in their order in the input. */
function printEntry(hostname: string, entry: Entry): string {
  const numbers = entry.instances.map(({ id }) => numberOf(id));
  const lease =
    entry.expiresAt === undefined ? '' : ` until ${new Date(entry.expiresAt * 1000).toISOString()}`;
  const head = `${hostname} is ${entry.state}${lease}`;
  if (!isServing(entry)) return `${head}: instance ${numbers.join(', ')}\n`;
  const rules = entry.rules.map((rule) => `  ${rule.path.padEnd(8)}  ${printRule(rule, numbers)}\n`);
  const six = entry.instances.filter(({ address }) => address.via === 'ipv6');
  const numbered = six.map(({ id }) => numberOf(id)).join(', ');
  const over = six.length === 0 ? '' : `  over IPv6: instance ${numbered}\n`;
  return `${head}\n${rules.join('')}${over}`;
}

const numberOf = (id: string) => Number.parseInt(id.slice(2), 16);

function printRule(rule: Rule, numbers: readonly number[]): string {
  const { to, strip, certName, sticky, conditions } = rule;
  const backend = ({ instance: at, port, weight }: Backend) =>
    `instance ${numbers[at]} port ${port}${weight === 1 ? '' : ` weight ${weight}`}`;
  const asks = conditions.map((each) =>
    each.on === 'method' ? `method=${each.value}` : `${each.on}:${each.name}=${each.value}`,
  );
  return [
    typeof to === 'string' ? to : to.map(backend).join(', '),
    ...(conditions.length === 0 ? [] : [`when ${asks.join(' ')}`]),
    ...(strip ? ['stripped'] : []),
    ...(certName === undefined ? [] : [`https as ${certName}`]),
    ...(sticky === undefined ? [] : [`sticky by ${sticky}`]),
  ].join('; ');
}
