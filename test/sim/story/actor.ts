import type { Ec2Model } from '../cloud/ec2-model.ts';
import { RefusedCall } from '../cloud/ec2-model.ts';
import type { Events } from '../cloud/events.ts';
import type { Lambda } from '../cloud/lambda.ts';
import type { Machine } from '../cloud/machine.ts';
import type { Network, Service } from '../cloud/network.ts';
import type { Timeline } from '../cloud/timeline.ts';
import { BASE_DOMAIN } from '../judge/expected.ts';
import type { Hand } from './hand.ts';
import { type Action, REGIONS } from './story.ts';

/** The objects on which steps act. */
export interface Stage {
  timeline: Timeline;
  network: Network;
  ec2: Ec2Model;
  lambda: Lambda;
  events: Events;
  hand: Hand;
  /** Sends an event, with a delay between two bounds in milliseconds. */
  emit(event: object, fastest: number, slowest: number): void;
  /** Puts a message into the queue as it is. */
  send(body: string): void;
  trace(line: () => string): void;
}

type Step<Kind extends Action['do']> = Extract<Action, { do: Kind }>;

/** Actions that change instances and their addresses. */
type FleetAction = Extract<Action, { n: number }>['do'] | 'disassociate';

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
        action satisfies never;
    }
  }

  #launch({ n, region, isPublic, tags, late }: Step<'launch'>): void {
    const { ec2, timeline, network } = this.#stage;
    this.#emitCall('RunInstances', ec2.launch(n, region, isPublic, tags));
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
      address % 2 === 1 ? { networkInterfaceId: 'eni-0abc12300000011' } : { instanceId: machine.id };
    this.#emitRecord('AssociateAddress', machine.region, {
      ...whose,
      allocationId: 'eipalloc-0abc1230000000007',
    });
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
  return service === 'kvs' || service === 's3' ? service : `ec2 ${service}`;
}

function elasticName(address: number): string {
  return `ec2-198-51-100-${address + 1}.compute-1.amazonaws.com`;
}
