import type { InstanceState } from '../../../core/instance.ts';
import type { Shown } from '../judge/run-record.ts';
import { type Card, cardIpv6, type Family, localIpv6, nameOfIpv6, ownIpv6 } from './cards.ts';
import { HOME, Machine } from './machine.ts';
import type { Network } from './network.ts';
import type { Timeline } from './timeline.ts';

/** Gets the changes of the fleet and makes events of them. */
export interface FleetListener {
  stateChanged(machine: Machine): void;
  tagsChanged(machine: Machine, keys: readonly string[]): void;
  /** An interface got an IPv6 address, whose name DNS will know. */
  named(name: string, address: string): void;
}

export interface Filter {
  Name?: string | undefined;
  Values?: readonly string[] | undefined;
}

export interface DescribeRequest {
  Filters?: readonly Filter[] | undefined;
  MaxResults?: number | undefined;
  NextToken?: string | undefined;
}

/** One page of an answer, and the instances on it. */
export interface Described {
  shown: readonly Shown[];
  Reservations: { OwnerId: string; Instances: ReturnType<typeof describe>[] }[];
  NextToken?: string;
}

/** Thrown for a call that EC2 would refuse. */
export class RefusedCall extends Error {
  readonly code: string;

  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

const MINUTE = 60_000;

/** States in which people may change addresses. */
const UP = ['pending', 'running', 'stopping', 'stopped'] as const;

/**
 * The instances of all regions. The true state changes at once; DescribeInstances shows each change later, after its own delay.
 * A released address goes to another customer, at times to another instance of ours.
 */
export class Ec2Model {
  readonly machines = new Map<number, Machine>();
  /** Elastic address → its instance. */
  readonly elastic = new Map<string, Machine>();
  /** Address → epoch milliseconds since when its instance no longer has it. */
  readonly released = new Map<string, { by: string; at: number }[]>();
  readonly #byId = new Map<string, Machine>();
  readonly #timeline: Timeline;
  readonly #network: Network;
  readonly #listener: FleetListener;
  readonly #accounts: readonly string[];
  /** Region → released addresses. */
  readonly #free = new Map<string, string[]>();
  #names = 0;
  #attachments = 0;
  /** Region → epoch milliseconds until which the tag filter finds nothing there. */
  readonly #blind = new Map<string, number>();

  /** @param accounts every fourth instance is launched in the last of them */
  constructor(timeline: Timeline, network: Network, listener: FleetListener, accounts: readonly string[]) {
    this.#accounts = accounts;
    this.#timeline = timeline;
    this.#network = network;
    this.#listener = listener;
  }

  machineOf(id: string): Machine | undefined {
    return this.#byId.get(id);
  }

  launch(
    n: number,
    region: string,
    isPublic: boolean,
    tags: Readonly<Record<string, string>>,
    family: Family = 'ipv4',
  ): Machine {
    const account = this.#accounts.at(n % 4 === 0 ? -1 : 0) ?? HOME;
    const machine = new Machine(n, region, account, isPublic, family);
    for (const [key, value] of Object.entries(tags)) machine.tags.set(key, value);
    if (family !== 'ipv4') this.#addIpv6(machine, ownIpv6(region, n));
    if (family !== 'ipv4' && n % 5 === 0) machine.ipv6.add(localIpv6(n));
    this.machines.set(n, machine);
    this.#byId.set(machine.id, machine);
    this.#boot(machine);
    return machine;
  }

  start(n: number): Machine {
    const machine = this.#need(n, ['stopped']);
    this.#boot(machine);
    return machine;
  }

  stop(n: number): Machine {
    const machine = this.#need(n, ['running']);
    this.#enter(machine, 'stopping');
    const { life } = machine;
    this.#timeline.in(this.#random('stop').between(2_000, 40_000), () => {
      if (machine.state !== 'stopping' || machine.life !== life) return;
      this.#release(machine);
      this.#enter(machine, 'stopped');
    });
    return machine;
  }

  terminate(n: number): Machine {
    const machine = this.#need(n, ['pending', 'running', 'stopping', 'stopped']);
    machine.life += 1;
    const wasUp = machine.state !== 'stopped';
    if (wasUp) this.#enter(machine, 'shutting-down');
    this.#timeline.in(wasUp ? this.#random('terminate').between(2_000, 30_000) : 0, () => this.#end(machine));
    return machine;
  }

  tag(n: number, set: Readonly<Record<string, string>>, removed: readonly string[]): Machine {
    const machine = this.#need(n, ['pending', 'running', 'stopping', 'stopped']);
    const keys = Object.keys(set).filter((key) => machine.tags.get(key) !== set[key]);
    for (const key of keys) machine.tags.set(key, set[key] ?? '');
    const gone = removed.filter((key) => machine.tags.delete(key));
    machine.tagVersion += 1;
    this.#show(machine);
    if (keys.length + gone.length > 0) this.#listener.tagsChanged(machine, [...keys, ...gone]);
    return machine;
  }

  /** Moves an elastic address to an instance, from another one if it has it. */
  associate(n: number, name: string): Machine {
    const machine = this.#need(n, ['running', 'stopped']);
    if (machine.family === 'ipv6') throw new RefusedCall('InvalidParameterCombination');
    this.#letGo(name);
    const before = machine.elasticName;
    if (before !== undefined) this.#letGo(before);
    this.#release(machine);
    machine.elasticName = name;
    this.elastic.set(name, machine);
    this.#show(machine);
    return machine;
  }

  disassociate(name: string): void {
    if (!this.elastic.has(name)) throw new RefusedCall('InvalidAssociationID.NotFound');
    this.#letGo(name);
  }

  /** The instance with this IPv6 address on its primary interface. */
  holderOf(ipv6: string): Machine | undefined {
    return [...this.machines.values()].find((machine) => machine.ipv6.has(ipv6));
  }

  assign(n: number, ipv6: string): Machine {
    const machine = this.#need(n, UP);
    if (this.holderOf(ipv6)) throw new RefusedCall('InvalidParameterValue');
    this.#addIpv6(machine, ipv6);
    this.#show(machine);
    return machine;
  }

  /** Another instance may get the address at once. */
  unassign(n: number, ipv6: string): Machine {
    const machine = this.#need(n, UP);
    if (!machine.ipv6.delete(ipv6)) throw new RefusedCall('InvalidParameterValue');
    this.#noteRelease(nameOfIpv6(ipv6, machine.region), machine);
    this.#show(machine);
    return machine;
  }

  /** The instance that has this further interface. */
  holderOfCard(k: number): Machine | undefined {
    return [...this.machines.values()].find((machine) => machine.cards.has(k));
  }

  attach(n: number, k: number): Card {
    const machine = this.#need(n, ['running', 'stopped']);
    if (this.holderOfCard(k)) throw new RefusedCall('InvalidNetworkInterface.InUse');
    const digits = `${(++this.#attachments).toString(16).padStart(16, '0')}`;
    const card = {
      id: `eni-0c${k}0000000000000f`,
      attachment: `eni-attach-0${digits}`,
      index: 1 + k,
      ipv6: [cardIpv6(k)],
    };
    machine.cards.set(k, card);
    this.#show(machine);
    return card;
  }

  detach(k: number): { machine: Machine; card: Card } {
    const machine = this.holderOfCard(k);
    const card = machine?.cards.get(k);
    if (machine === undefined || card === undefined) throw new RefusedCall('InvalidAttachmentID.NotFound');
    machine.cards.delete(k);
    this.#show(machine);
    return { machine, card };
  }

  /** The tag filter finds nothing in the region for a while, as after a mistake in a permission or a filter. */
  blind(region: string, milliseconds: number): void {
    this.#blind.set(region, this.#timeline.now + milliseconds);
  }

  heal(): void {
    this.#blind.clear();
  }

  /** DescribeInstances in one region of one account. */
  describe(source: string, request: DescribeRequest): Described {
    const region = source.replace(/^.*\//, '');
    const [filter] = request.Filters ?? [];
    const isTagFilter = filter?.Name === 'tag-key';
    const isBlind = isTagFilter && (this.#blind.get(region) ?? 0) > this.#timeline.now;
    const all = isBlind ? [] : this.#shownIn(source).filter((shown) => matches(shown, filter));
    const start = Number(request.NextToken ?? 0);
    const size = Math.min(request.MaxResults ?? 1000, this.#network.weather.page);
    const page = all.slice(start, start + size);
    const next = start + size;
    return {
      shown: page,
      Reservations: page.map((shown) => ({ OwnerId: shown.account, Instances: [describedAs(shown)] })),
      ...(next < all.length ? { NextToken: String(next) } : {}),
    };
  }

  #shownIn(source: string): Shown[] {
    const { now } = this.#timeline;
    const found: Shown[] = [];
    for (const machine of this.machines.values()) {
      const shown = machine.source === source ? machine.shown(now) : undefined;
      if (shown) found.push(shown);
    }
    return found;
  }

  #need(n: number, states: readonly InstanceState[]): Machine {
    const machine = this.machines.get(n);
    if (machine === undefined || machine.shown(this.#timeline.now) === undefined) {
      throw new RefusedCall('InvalidInstanceID.NotFound');
    }
    if (!states.includes(machine.state)) throw new RefusedCall('IncorrectInstanceState');
    return machine;
  }

  #boot(machine: Machine): void {
    machine.life += 1;
    machine.launchedAt = Math.floor(this.#timeline.now / 1000);
    this.#enter(machine, 'pending');
    const { life } = machine;
    const random = this.#random('boot');
    const isCurrent = () => machine.life === life;
    this.#timeline.in(random.between(3_000, 40_000), () => {
      if (!isCurrent() || machine.state !== 'pending') return;
      this.#enter(machine, 'running');
      const lag = random.chance(0.3) ? random.between(0, 2_500 + this.#network.weather.lag) : 0;
      this.#timeline.in(lag, () => isCurrent() && machine.state === 'running' && this.#giveName(machine));
    });
  }

  #addIpv6(machine: Machine, ipv6: string): void {
    machine.ipv6.add(ipv6);
    this.#listener.named(nameOfIpv6(ipv6, machine.region), ipv6);
  }

  #end(machine: Machine): void {
    this.#release(machine);
    for (const ipv6 of machine.ipv6) this.#noteRelease(nameOfIpv6(ipv6, machine.region), machine);
    machine.ipv6.clear();
    machine.cards.clear();
    const { elasticName } = machine;
    if (elasticName !== undefined) this.#letGo(elasticName);
    this.#enter(machine, 'terminated');
    const random = this.#random('end');
    this.#timeline.in(random.between(2 * MINUTE, 20 * MINUTE), () => {
      machine.tags.clear();
      this.#show(machine);
    });
    machine.vanish(this.#timeline.now + random.between(40 * MINUTE, 60 * MINUTE));
  }

  #giveName(machine: Machine): void {
    if (!machine.isPublic || machine.elasticName !== undefined || machine.ownName !== undefined) return;
    const random = this.#random('name');
    const reused = random.chance(0.5) ? this.#free.get(machine.region)?.shift() : undefined;
    machine.ownName = reused ?? nameOf(machine.region, ++this.#names);
    this.#show(machine);
  }

  /** The address that EC2 assigned is released to another customer. */
  #release(machine: Machine): void {
    const name = machine.ownName;
    if (name === undefined) return;
    machine.ownName = undefined;
    this.#noteRelease(name, machine);
    this.#free.set(machine.region, [...(this.#free.get(machine.region) ?? []), name]);
    this.#show(machine);
  }

  #letGo(elasticName: string): void {
    const machine = this.elastic.get(elasticName);
    this.elastic.delete(elasticName);
    if (machine === undefined) return;
    machine.elasticName = undefined;
    this.#noteRelease(elasticName, machine);
    this.#show(machine);
    const { life } = machine;
    this.#timeline.in(this.#random('renamed').between(0, 3_000), () => {
      if (machine.life === life && machine.state === 'running') this.#giveName(machine);
    });
  }

  #noteRelease(name: string, machine: Machine): void {
    const releases = this.released.get(name) ?? [];
    releases.push({ by: machine.id, at: this.#timeline.now });
    this.released.set(name, releases);
  }

  #enter(machine: Machine, state: InstanceState): void {
    machine.state = state;
    this.#show(machine);
    this.#listener.stateChanged(machine);
  }

  #show(machine: Machine): void {
    const { lag } = this.#network.weather;
    const random = this.#random('lag');
    const delay = lag === 0 || random.chance(0.5) ? 0 : random.between(0, random.chance(0.9) ? lag / 4 : lag);
    machine.show(this.#timeline.now + delay);
  }

  #random(what: string) {
    return this.#network.random(what);
  }
}

function matches(shown: Shown, filter: Filter | undefined): boolean {
  const values = filter?.Values ?? [];
  if (filter?.Name === 'instance-id') return values.includes(shown.id);
  if (filter?.Name === 'network-interface.network-interface-id')
    return shown.cards.some(({ id }) => values.includes(id));
  if (filter?.Name === 'tag-key') {
    return [...shown.tags.keys()].some((key) =>
      values.some((value) => key.startsWith(value.replace('*', ''))),
    );
  }
  throw new Error(`The model of EC2 knows no filter ${String(filter?.Name)}.`);
}

/** A shown state never changes and is shown often, so its description is cached. */
const described = new WeakMap<Shown, ReturnType<typeof describe>>();

function describedAs(shown: Shown) {
  const known = described.get(shown) ?? describe(shown);
  described.set(shown, known);
  return known;
}

function describe(shown: Shown) {
  return {
    InstanceId: shown.id,
    State: { Name: shown.state },
    LaunchTime: new Date(shown.launchedAt * 1000),
    PublicDnsName: shown.publicIpv4Name,
    ...(shown.isIpv6Only ? {} : { PrivateIpAddress: '10.0.12.7' }),
    NetworkInterfaces: shown.cards.map((card) => ({
      NetworkInterfaceId: card.id,
      Status: 'in-use',
      Attachment: { AttachmentId: card.attachment, DeviceIndex: card.index },
      Ipv6Addresses: card.ipv6.map((Ipv6Address) => ({ Ipv6Address })),
    })),
    VpcId: 'vpc-0abc1230000000003',
    Placement: { AvailabilityZone: `${shown.region}a` },
    Tags: [...shown.tags].map(([Key, Value]) => ({ Key, Value })),
  };
}

function nameOf(region: string, n: number): string {
  const address = `ec2-203-0-113-${n}`;
  return region === 'us-east-1'
    ? `${address}.compute-1.amazonaws.com`
    : `${address}.${region}.compute.amazonaws.com`;
}
