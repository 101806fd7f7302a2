import { ACCESS_TAGS, BAD_ACCESS_TAGS } from '../judge/access.ts';
import {
  type Action,
  type Edit,
  LABELS,
  type OutageService,
  REGIONS,
  type Step,
  type Tags,
  WILDCARD,
} from './action.ts';
import { mixed, Random } from './random.ts';
import { type Taste, tasteOf } from './taste.ts';

const MINUTE = 60_000;

/** Builds the history of a seed. */
export function buildStory(seed: number, events: number): Step[] {
  const random = new Random(mixed(seed, 0x570e));
  const taste = tasteOf(seed);
  const teller = new StepPicker(random, taste);
  const steps: Step[] = [];
  let at = 0;
  for (let i = 0; i < events; i++) {
    at += Math.round(pickWait(random, taste.muchLater));
    steps.push({ at, action: i < 2 ? teller.launch() : teller.next() });
  }
  return steps;
}

/** Bursts, human pauses, and now and then an hour. */
function pickWait(random: Random, muchLater: number): number {
  const kind = random.weighed({ burst: 7, soon: 8, later: 1.2, muchLater });
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

/** Seconds of the longest outages, where a permission may be lost for long. */
const LONGEST_OUTAGES: Partial<Record<OutageService, number>> = { secrets: 7_200, truth: 1_800 };

/** Kinds of steps that name no instance. */
type ServiceStep = Exclude<Action, { n: number }>['do'];

type SignInStep = Exclude<
  ServiceStep,
  'disassociate' | 'detach' | 'edit' | 'stray' | 'outage' | 'blind' | 'fill' | 'recycle'
>;

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
      case 'flap':
        return { do: kind, n, tags: Array.from({ length: 14 + random.below(10) }, () => this.#access()) };
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
        const service = random.pick(this.#taste.services);
        return { do: kind, service, seconds: random.below(LONGEST_OUTAGES[service] ?? 150) };
      }
      case 'blind':
        return { do: kind, region: random.pick(REGIONS), seconds: random.below(150) };
      case 'fill':
        return { do: kind, spare: random.pick([40, 400, 50_300]), seconds: 60 + random.below(240) };
      case 'recycle':
        return { do: kind };
      default:
        return this.#nextOfSignIn(kind);
    }
  }

  /** A step of viewers and operators. */
  #nextOfSignIn(kind: SignInStep): Action {
    const random = this.#random;
    const label = random.pick(this.#taste.labels).replace('*', random.pick(['a', 'b']));
    const which = random.below(1_000);
    switch (kind) {
      case 'sign in':
        return { do: kind, person: which, label };
      case 'renew':
      case 'revoke':
        return { do: kind, which };
      case 'visit':
        return { do: kind, label, which, isLate: random.chance(0.5) };
      case 'rotate':
        return { do: kind };
      case 'pass':
        return { do: kind, label, days: random.pick([1, 30]) };
      case 'sign out':
        return { do: kind, person: which, everybody: random.chance(0.3) };
      case 'rules':
        return {
          do: kind,
          openNames: LABELS.filter((each) => each !== 'wiki' && each !== 'blog' && random.chance(0.5)),
        };
      case 'edit keys':
        return { do: kind, how: random.pick(['delete', 'spoil'] as const) };
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
    const hosts = this.#hosts();
    // Most claims of the wildcard obey the rule about it.
    const ports = hosts.includes(WILDCARD) ? ['8080'] : ['3000', '8080', '443'];
    const port = random.chance(0.5) || ports.length === 1 ? { 'proxy:port': random.pick(ports) } : {};
    const ttl = random.chance(0.1) ? { 'proxy:ttl': random.pick(['5m', '30m', '2h']) } : {};
    const address = random.chance(0.25) ? this.#address() : {};
    const bad = random.chance(0.12) ? this.#bad() : {};
    const access = this.#taste.hasSignIn && random.chance(0.6) ? this.#access() : {};
    return { 'proxy:host': hosts, ...group, ...port, ...ttl, ...address, ...access, ...bad };
  }

  #access(): Tags {
    const random = this.#random;
    return { 'proxy:access': random.pick(random.chance(0.1) ? BAD_ACCESS_TAGS : ACCESS_TAGS) };
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
      ...(this.#taste.hasSignIn ? [() => this.#access(), () => this.#access(), () => this.#access()] : []),
      () => ({ Name: `renamed-${random.below(9)}` }),
    ])();
  }
}
