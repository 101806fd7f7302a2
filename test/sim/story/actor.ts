import { sharedIpv6 } from '../cloud/cards.ts';
import type { Ec2Model } from '../cloud/ec2-model.ts';
import { RefusedCall } from '../cloud/ec2-model.ts';
import type { Events } from '../cloud/events.ts';
import type { Lambda } from '../cloud/lambda.ts';
import { HOME, type Machine } from '../cloud/machine.ts';
import type { Network, Service } from '../cloud/network.ts';
import type { Timeline } from '../cloud/timeline.ts';
import { BASE_DOMAIN } from '../judge/expected.ts';
import type { People } from '../sign-in/people.ts';
import { type Action, REGIONS } from './action.ts';
import type { Hand } from './hand.ts';

/** The objects on which steps act. */
export interface Stage {
  timeline: Timeline;
  network: Network;
  ec2: Ec2Model;
  lambda: Lambda;
  events: Events;
  hand: Hand;
  /** Absent in a history without sign-in. */
  people: People | undefined;
  /** Sends an event, with a delay between two bounds in milliseconds. */
  emit(event: object, fastest: number, slowest: number): void;
  /** Puts a message into the queue as it is. */
  send(body: string): void;
  trace(line: () => string): void;
}

type Step<Kind extends Action['do']> = Extract<Action, { do: Kind }>;

/** Actions that change instances and their addresses. */
type FleetAction = Extract<Action, { n: number }>['do'] | 'disassociate' | 'detach';

const CALLS = { stop: 'StopInstances', start: 'StartInstances', terminate: 'TerminateInstances' } as const;

/** Delay of CloudTrail in milliseconds. */
const TRAIL = [1_000, 40_000] as const;

/** Milliseconds between a spot warning and the end (EC2 User Guide, "Spot Instance interruption notices"). */
const NOTICE = 120_000;

/** Performs the steps of a history: people's calls, and faults of services. */
export class Actor {
  readonly #stage: Stage;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  act(action: Action): void {
    this.#stage.trace(() => `step ${JSON.stringify(action)}`);
    try {
      this.#perform(action);
    } catch (error) {
      if (!(error instanceof RefusedCall)) throw error;
      this.#emitRefusal(action, error.code);
    }
  }

  #perform(action: Action): void {
    const { ec2 } = this.#stage;
    switch (action.do) {
      case 'launch':
        this.#launch(action);
        break;
      case 'tag':
        this.#tag(action.n, action.tags, []);
        break;
      case 'untag':
        this.#tag(action.n, {}, action.keys);
        break;
      case 'stop':
      case 'start':
      case 'terminate': {
        const machine = ec2[action.do](action.n);
        if (!action.isQuiet) this.#emitCall(CALLS[action.do], machine);
        break;
      }
      case 'reboot':
        this.#emitCall('RebootInstances', ec2.machines.get(action.n));
        break;
      case 'evict':
        this.#evict(action);
        break;
      case 'associate':
        this.#associate(action);
        break;
      case 'disassociate':
        ec2.disassociate(elasticName(action.address));
        // Its record never names an instance.
        this.#emitRecord('DisassociateAddress', REGIONS[0], { associationId: 'eipassoc-0abc1230000000008' });
        break;
      case 'assign':
        this.#assign(action);
        break;
      case 'flap':
        action.tags.forEach((tags, second) => {
          this.#stage.timeline.in(1_000 * second, () => this.act({ do: 'tag', n: action.n, tags }));
        });
        break;
      case 'unassign':
        this.#unassign(action);
        break;
      case 'attach':
        this.#attach(action);
        break;
      case 'detach':
        this.#detach(action.card);
        break;
      default:
        this.#performOnServices(action);
    }
  }

  #performOnServices(action: Exclude<Action, { do: FleetAction }>): void {
    const { network, ec2, lambda, events, hand, timeline } = this.#stage;
    switch (action.do) {
      case 'edit':
        hand.edit(`${action.label}.${BASE_DOMAIN}`, action.how);
        break;
      case 'stray':
        this.#stage.send(events.stray(action.which, timeline.now));
        break;
      case 'outage':
        network.outage(serviceOf(action.service), action.seconds * 1000);
        break;
      case 'blind':
        ec2.blind(action.region, action.seconds * 1000);
        break;
      case 'fill':
        hand.fill(action.spare);
        timeline.in(action.seconds * 1000, () => hand.release());
        break;
      case 'recycle':
        lambda.recycle();
        break;
      default:
        this.#stage.people?.act(action);
    }
  }

  #launch({ n, region, isPublic, family, tags, late }: Step<'launch'>): void {
    const { ec2, timeline, network } = this.#stage;
    this.#emitCall('RunInstances', ec2.launch(n, region, isPublic, tags, family));
    if (late === undefined) return;
    timeline.in(network.random('late').between(500, 90_000), () => this.act({ do: 'tag', n, tags: late }));
  }

  #tag(n: number, set: Readonly<Record<string, string>>, removed: readonly string[]): void {
    const { id, region } = this.#stage.ec2.tag(n, set, removed);
    const name = removed.length > 0 ? 'DeleteTags' : 'CreateTags';
    this.#emitRecord(name, region, { resourcesSet: { items: [{ resourceId: id }] } });
  }

  #evict({ n }: Step<'evict'>): void {
    const { ec2, events, timeline } = this.#stage;
    const machine = ec2.machines.get(n);
    if (machine === undefined) return;
    this.#stage.emit(events.spotWarning(machine, timeline.now), 100, 2_000);
    timeline.in(NOTICE, () => this.act({ do: 'terminate', n, isQuiet: true }));
  }

  #associate({ n, address }: Step<'associate'>): void {
    const { ec2 } = this.#stage;
    // An elastic address belongs to a region of an account.
    if (ec2.machines.get(n)?.source !== REGIONS[0]) throw new RefusedCall('InvalidAllocationID.NotFound');
    const machine = ec2.associate(n, elasticName(address));
    // A call by network interface names no instance.
    const whose =
      address % 2 === 1 ? { networkInterfaceId: machine.interfaceId } : { instanceId: machine.id };
    this.#emitRecord('AssociateAddress', machine.region, {
      ...whose,
      allocationId: 'eipalloc-0abc1230000000007',
    });
  }

  #assign({ n, address }: Step<'assign'>): void {
    const { ec2 } = this.#stage;
    const { region = '', account } = ec2.machines.get(n) ?? {};
    // An address belongs to the subnet of one account.
    if (account !== HOME) throw new RefusedCall('InvalidParameterValue');
    const ipv6 = sharedIpv6(region, address);
    const holder = ec2.holderOf(ipv6);
    if (holder?.n === n) throw new RefusedCall('InvalidParameterValue');
    if (holder !== undefined) this.#takeAway(holder, ipv6);
    const machine = ec2.assign(n, ipv6);
    this.#emitFor(machine, 'AssignIpv6Addresses', { networkInterfaceId: machine.interfaceId });
  }

  #unassign({ n }: Step<'unassign'>): void {
    const machine = this.#stage.ec2.machines.get(n);
    const [lowest] = [...(machine?.ipv6 ?? [])].sort();
    if (machine === undefined || lowest === undefined) throw new RefusedCall('InvalidParameterValue');
    this.#takeAway(machine, lowest);
  }

  #takeAway(machine: Machine, ipv6: string): void {
    this.#stage.ec2.unassign(machine.n, ipv6);
    const parameters = { networkInterfaceId: machine.interfaceId, ipv6Addresses: { items: [ipv6] } };
    this.#emitFor(machine, 'UnassignIpv6Addresses', parameters);
  }

  #attach({ n, card }: Step<'attach'>): void {
    const { ec2 } = this.#stage;
    this.#requireHome(n);
    if (ec2.holderOfCard(card) !== undefined) this.#detach(card);
    const { id, attachment } = ec2.attach(n, card);
    const machine = ec2.holderOfCard(card);
    if (machine === undefined) return;
    const request = { networkInterfaceId: id, instanceId: machine.id, deviceIndex: 1 + card };
    this.#emitFor(machine, 'AttachNetworkInterface', request, { attachmentId: attachment });
  }

  #detach(k: number): void {
    const { machine, card } = this.#stage.ec2.detach(k);
    this.#emitFor(machine, 'DetachNetworkInterface', { attachmentId: card.attachment, force: false });
  }

  /** An interface belongs to one subnet. */
  #requireHome(n: number): void {
    if (this.#stage.ec2.machines.get(n)?.source !== REGIONS[0])
      throw new RefusedCall('InvalidParameterValue');
  }

  /** A call in the account and region of an instance. */
  #emitFor(
    { region, account }: Machine,
    name: string,
    requestParameters: object,
    response: object = {},
  ): void {
    const { events, timeline } = this.#stage;
    const members = { requestParameters, responseElements: { _return: true, ...response } };
    this.#stage.emit(events.trail(name, region, timeline.now, members, account), ...TRAIL);
  }

  #emitCall(name: string, machine: Machine | undefined, errorCode?: string): void {
    if (machine === undefined) return;
    const { events, timeline } = this.#stage;
    this.#stage.emit(events.call(name, machine.region, [machine.id], timeline.now, errorCode), ...TRAIL);
  }

  #emitRecord(name: string, region: string, requestParameters: object): void {
    const { events, timeline } = this.#stage;
    const members = { requestParameters, responseElements: { _return: true } };
    this.#stage.emit(events.trail(name, region, timeline.now, members), ...TRAIL);
  }

  #emitRefusal(action: Action, code: string): void {
    this.#stage.trace(() => `refused: ${code}`);
    if (action.do !== 'stop' && action.do !== 'start' && action.do !== 'terminate') return;
    this.#emitCall(CALLS[action.do], this.#stage.ec2.machines.get(action.n), code);
  }
}

function serviceOf(service: Step<'outage'>['service']): Service {
  return REGIONS.some((region) => region === service) ? `ec2 ${service}` : (service as Service);
}

function elasticName(address: number): string {
  return `ec2-198-51-100-${address + 1}.compute-1.amazonaws.com`;
}
