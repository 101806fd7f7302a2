import type { Family } from '../cloud/cards.ts';
import { mixed, Random } from './random.ts';

export const REGIONS = ['us-east-1', 'eu-west-1'] as const;
export const LABELS = ['shop', 'chat', 'wiki', 'api', 'docs', 'blog'] as const;

const MINUTE = 60_000;

type Tags = Readonly<Record<string, string>>;

/** An action or a fault. Instances have numbers, so that any step may be left out. */
export type Action =
  | { do: 'launch'; n: number; region: string; isPublic: boolean; family: Family; tags: Tags; late?: Tags }
  | { do: 'tag'; n: number; tags: Tags }
  | { do: 'untag'; n: number; keys: readonly string[] }
  | { do: 'stop' | 'start' | 'terminate' | 'reboot'; n: number; isQuiet: boolean }
  /** A spot warning, and the end two minutes later. */
  | { do: 'evict'; n: number }
  | { do: 'associate'; n: number; address: number }
  | { do: 'disassociate'; address: number }
  /** Moves an IPv6 address to an instance, from another one if it has it. */
  | { do: 'assign'; n: number; address: number }
  /** Takes away the lowest public IPv6 address. */
  | { do: 'unassign'; n: number }
  /** Moves an interface to an instance, from another one if it has it. */
  | { do: 'attach'; n: number; card: number }
  | { do: 'detach'; card: number }
  | { do: 'edit'; label: string; how: Edit }
  | { do: 'stray'; which: number }
  | { do: 'outage'; service: 'kvs' | 's3' | 'dns' | 'us-east-1' | 'eu-west-1'; seconds: number }
  | { do: 'blind'; region: string; seconds: number }
  /** Another deployment fills the store except for some bytes, for a while. */
  | { do: 'fill'; spare: number; seconds: number }
  | { do: 'recycle' };

/** A change of one key by a person or another deployment. */
export type Edit = 'write text' | 'spoil' | 'delete' | 'claim for another' | 'release by another';

export interface Step {
  /** Milliseconds since the history began. */
  at: number;
  action: Action;
}

const KINDS = {
  launch: 12,
  tag: 10,
  untag: 3,
  stop: 5,
  start: 4,
  terminate: 6,
  reboot: 1,
  evict: 1.5,
  associate: 3,
  disassociate: 1.5,
  assign: 6,
  unassign: 3,
  attach: 0.8,
  detach: 0.5,
  edit: 6,
  stray: 2,
  outage: 1.5,
  blind: 0.7,
  fill: 0.15,
  recycle: 1,
} as const satisfies Record<Action['do'], number>;

/**
 * What happens how often in a history. In every fourth one most instances have IPv6 and share names, and their addresses move, so
 * that an address often moves from one serving instance to another.
 */
interface Taste {
  kinds: Readonly<Record<Action['do'], number>>;
  families: Readonly<Record<Family, number>>;
  /** Probability that an instance is in a group. */
  grouped: number;
  groups: readonly string[];
  /** The names that instances ask for. */
  labels: readonly string[];
}

const USUAL: Taste = {
  kinds: KINDS,
  families: { ipv4: 4, dual: 3, ipv6: 3 },
  grouped: 0.4,
  groups: ['blue', 'green'],
  labels: LABELS,
};

const MOVING: Taste = {
  kinds: { ...KINDS, assign: 25, unassign: 3, terminate: 2, stop: 2, tag: 3, untag: 0.5, edit: 2 },
  families: { ipv4: 1, dual: 1, ipv6: 8 },
  grouped: 1,
  groups: ['blue'],
  // No rule limits these names.
  labels: ['shop', 'api'],
};

/** Builds the history of a seed. */
export function buildStory(seed: number, events: number): Step[] {
  const random = new Random(mixed(seed, 0x570e));
  const teller = new StepPicker(random, seed % 4 === 1 ? MOVING : USUAL);
  const steps: Step[] = [];
  let at = 0;
  for (let i = 0; i < events; i++) {
    at += Math.round(pickWait(random));
    steps.push({ at, action: i < 2 ? teller.launch() : teller.next() });
  }
  return steps;
}

/** Bursts, human pauses, and now and then an hour. */
function pickWait(random: Random): number {
  const kind = random.weighed({ burst: 7, soon: 8, later: 1.2, muchLater: 0.06 });
  switch (kind) {
    case 'burst':
      return random.between(0, 300);
    case 'soon':
      return random.between(1_000, 20_000);
    case 'later':
      return random.between(30_000, 120_000);
    case 'muchLater':
      return random.between(10 * MINUTE, 70 * MINUTE);
    default:
      return kind satisfies never;
  }
}

/** Kinds of steps that name no instance. */
type ServiceStep = Exclude<Action, { n: number }>['do'];

/** Picks steps that fit the earlier ones. */
class StepPicker {
  readonly #random: Random;
  readonly #taste: Taste;
  #launched = 0;
  #alive: number[] = [];

  constructor(random: Random, taste: Taste) {
    this.#random = random;
    this.#taste = taste;
  }

  next(): Action {
    const random = this.#random;
    const kind = random.weighed(this.#taste.kinds);
    if (kind === 'launch' || this.#alive.length === 0) return this.launch();
    const n = random.pick(this.#alive);
    switch (kind) {
      case 'tag':
        return { do: 'tag', n, tags: this.#change() };
      case 'untag':
        return {
          do: 'untag',
          n,
          keys: random.chance(0.5) ? ['proxy:host'] : ['proxy:group', 'proxy:ttl', 'proxy:address'],
        };
      case 'terminate':
        this.#alive = this.#alive.filter((other) => other !== n);
        return { do: kind, n, isQuiet: random.chance(0.4) };
      case 'stop':
      case 'start':
      case 'reboot':
        return { do: kind, n, isQuiet: random.chance(0.4) };
      case 'evict':
        this.#alive = this.#alive.filter((other) => other !== n);
        return { do: kind, n };
      case 'associate':
        return { do: kind, n, address: random.below(2) };
      case 'assign':
        return { do: kind, n, address: random.below(2) };
      case 'unassign':
        return { do: kind, n };
      case 'attach':
        return { do: kind, n, card: random.below(2) };
      default:
        return this.#nextForServices(kind);
    }
  }

  /** A step that names no instance. */
  #nextForServices(kind: ServiceStep): Action {
    const random = this.#random;
    switch (kind) {
      case 'disassociate':
        return { do: kind, address: random.below(2) };
      case 'detach':
        return { do: kind, card: random.below(2) };
      case 'edit':
        return { do: kind, label: random.pick(LABELS), how: this.#edit() };
      case 'stray':
        return { do: kind, which: random.below(100) };
      case 'outage': {
        const service = random.pick(['kvs', 's3', 'dns', ...REGIONS] as const);
        return { do: kind, service, seconds: random.below(150) };
      }
      case 'blind':
        return { do: kind, region: random.pick(REGIONS), seconds: random.below(150) };
      case 'fill':
        return { do: kind, spare: random.pick([40, 400, 50_300]), seconds: 60 + random.below(240) };
      case 'recycle':
        return { do: kind };
      default:
        return kind satisfies never;
    }
  }

  launch(): Action {
    const random = this.#random;
    const n = ++this.#launched;
    this.#alive.push(n);
    const family = random.weighed(this.#taste.families);
    const facts = { n, region: random.pick(REGIONS), isPublic: random.chance(0.9), family };
    const tags = random.chance(0.9) ? this.#tags() : {};
    if (random.chance(0.2)) return { do: 'launch', ...facts, tags: { Name: `n${n}` }, late: tags };
    return { do: 'launch', ...facts, tags };
  }

  #edit(): Edit {
    const weights = {
      'write text': 1,
      spoil: 2,
      delete: 2,
      'claim for another': 1.5,
      'release by another': 1.5,
    };
    return this.#random.weighed<Edit>(weights);
  }

  #tags(): Tags {
    const random = this.#random;
    const isGrouped = random.chance(this.#taste.grouped);
    const group = isGrouped ? { 'proxy:group': random.pick(this.#taste.groups) } : {};
    const port = random.chance(0.5) ? { 'proxy:port': random.pick(['3000', '8080', '443']) } : {};
    const ttl = random.chance(0.1) ? { 'proxy:ttl': random.pick(['5m', '30m', '2h']) } : {};
    const address = random.chance(0.25) ? this.#address() : {};
    const bad = random.chance(0.12) ? this.#bad() : {};
    return { 'proxy:host': this.#hosts(), ...group, ...port, ...ttl, ...address, ...bad };
  }

  #address(): Tags {
    return { 'proxy:address': this.#random.pick(['ipv6', 'ipv6', 'ipv4']) };
  }

  #hosts(): string {
    const random = this.#random;
    const first = random.pick(this.#taste.labels);
    return random.chance(0.2) ? `${first} ${random.pick(this.#taste.labels)}` : first;
  }

  #bad(): Tags {
    return this.#random.pick<Tags>([
      { 'proxy:host': 'Not_A_Name' },
      { 'proxy:host': '*' },
      { 'proxy:host': '' },
      { 'proxy:host': 'www shop' },
      { 'proxy:port': '22' },
      { 'proxy:address': 'ipv5' },
      { 'proxy:hots': 'shop' },
      { 'proxy:weight': 'heavy' },
      { 'proxy:access': 'public' },
    ]);
  }

  #change(): Tags {
    const random = this.#random;
    return random.pick<() => Tags>([
      () => this.#tags(),
      () => ({ 'proxy:host': this.#hosts() }),
      () => ({ 'proxy:maintenance': random.pick(['on', 'off']) }),
      () => ({ 'proxy:weight': String(random.below(4)) }),
      () => ({ 'proxy:group': random.pick(this.#taste.groups) }),
      () => ({ 'proxy:ttl': random.pick(['5m', '30m', '2h']) }),
      () => this.#address(),
      () => this.#bad(),
      () => ({ Name: `renamed-${random.below(9)}` }),
    ])();
  }
}
