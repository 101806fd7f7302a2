import { decodeIpAwsName } from '../../core/ec2/ip-aws.ts';
import { printIpv6 } from '../../core/ec2/ipv6.ts';
import type { Endpoint } from '../ports.ts';
import { type Scheduler, systemScheduler } from '../scheduler.ts';
import { REGION } from './addresses.ts';
import { type Caller, inProcess } from './api/caller.ts';
import { Ec2Error, invalidValue, missingParameter } from './api/ec2-error.ts';
import { LaunchTokens } from './api/launch-tokens.ts';
import {
  type ApiRequest,
  type CallResult,
  changeElements,
  changeRequest,
  ipv6Elements,
  ipv6Request,
  refusedResult,
  runElements,
  runRequest,
  type TrailObject,
  tagsRequest,
  trailRecord,
} from './cloudtrail.ts';
import { apiCallEvent, type Ec2Event, stateChangeEvent, tagChangeEvent, wholeSeconds } from './ec2-events.ts';
import { changedKeys, withoutTags, withTags } from './instance-tags.ts';
import { Ipv6Pool, type WantedIpv6 } from './interfaces.ts';
import { createInstances } from './launch.ts';
import type {
  InstanceTag,
  LaunchRequest,
  LocalInstance,
  StateChange,
  StateReason,
  TagSelector,
} from './local-instance.ts';
import { selectProgram } from './machines/instance-process.ts';
import { LocalDns } from './machines/local-dns.ts';
import { type Delays, Machine, type MachineParts } from './machines/machine.ts';
import { MachineList } from './machines/machine-list.ts';
import { type LifecycleCall, planStateChange } from './transitions.ts';

/** The settings of a fleet. */
export interface FleetOptions {
  /** Receives every event in order, during the action that caused it. Must not throw. */
  publish(event: Ec2Event): void;
  /** Folder for the output of scripts: `<instance id>.log`. */
  logFolder: string;
  /** Called for a program that ended by itself or does not listen. */
  onTrouble?(id: string, what: string): void;
  scheduler?: Scheduler;
  delays?: Partial<Delays>;
}

const DELAYS: Delays = { pending: 250, stopping: 150, 'shutting-down': 150 };

const API_NAMES = {
  start: 'StartInstances',
  stop: 'StopInstances',
  terminate: 'TerminateInstances',
} as const satisfies Record<LifecycleCall, string>;

const USER_INITIATED = {
  code: 'Client.UserInitiatedShutdown',
  message: 'Client.UserInitiatedShutdown: User initiated shutdown',
};

const STATE_REASONS = {
  start: undefined,
  stop: USER_INITIATED,
  terminate: USER_INITIATED,
} as const satisfies Record<LifecycleCall, StateReason | undefined>;

type TagMap = LocalInstance['tags'];

/** A call that is decided but not performed yet, so that a refusal or a dry run changes nothing. */
interface DecidedCall<Answer> {
  answer: Answer;
  responseElements: TrailObject;
  perform(): void;
}

/**
 * EC2 of one account and region on this machine. Calls throw an `Ec2Error` where EC2 returns an error. Every call and change is
 * published as the event that EC2 or a trail sends.
 */
export class LocalFleet {
  readonly #publish: (event: Ec2Event) => void;
  readonly #parts: MachineParts;
  readonly #machines = new MachineList();
  readonly #tokens = new LaunchTokens();
  readonly #ipv6 = new Ipv6Pool();
  #launches = 0;

  constructor({ publish, logFolder, onTrouble, scheduler = systemScheduler, delays }: FleetOptions) {
    this.#publish = publish;
    this.#parts = {
      scheduler,
      logFolder,
      delays: { ...DELAYS, ...delays },
      dns: new LocalDns(),
      onTrouble: (id, what) => onTrouble?.(id, what),
      onStateChange: ({ id, state }) => publish(stateChangeEvent(id, state, scheduler.now())),
    };
  }

  /** Launches `maxCount` instances. A repeated request with the same client token returns the same instances. */
  runInstances(launch: LaunchRequest, caller = inProcess()): Readonly<LocalInstance>[] {
    return this.#call(runRequest(launch), caller, () => {
      const made = this.#tokens.findLaunched(launch).flatMap((id) => this.#machines.get(id) ?? []);
      const machines = made.length > 0 ? made : this.#decideLaunch(launch);
      const answer = machines.map(({ facts }) => ({ ...facts }));
      const perform = () => {
        if (made.length === 0) this.#launch(launch, machines);
      };
      return { answer, responseElements: runElements(answer), perform };
    });
  }

  startInstances(ids: readonly string[], caller = inProcess()): StateChange[] {
    return this.#change('start', ids, caller);
  }

  stopInstances(ids: readonly string[], caller = inProcess()): StateChange[] {
    return this.#change('stop', ids, caller);
  }

  terminateInstances(ids: readonly string[], caller = inProcess()): StateChange[] {
    return this.#change('terminate', ids, caller);
  }

  /** Adds tags, or replaces their values. */
  createTags(ids: readonly string[], tags: readonly InstanceTag[], caller = inProcess()): void {
    const request = tagsRequest('CreateTags', ids, tags);
    this.#retag(request, ids, caller, (before) => {
      if (tags.length === 0) throw missingParameter('Tag');
      return withTags(before, tags);
    });
  }

  /** Removes the matching tags, or all tags if none is named. */
  deleteTags(ids: readonly string[], tags: readonly TagSelector[], caller = inProcess()): void {
    const request = tagsRequest('DeleteTags', ids, tags);
    this.#retag(request, ids, caller, (before) => withoutTags(before, tags));
  }

  /** Gives addresses to the interface of an instance. Returns them. */
  assignIpv6Addresses(interfaceId: string, wanted: WantedIpv6, caller = inProcess()): string[] {
    return this.#call(ipv6Request('AssignIpv6Addresses', interfaceId, wanted), caller, () => {
      const machine = this.#machines.findBehind(interfaceId);
      const answer = this.#chooseIpv6(wanted);
      const responseElements = ipv6Elements('assignedIpv6Addresses', interfaceId, answer);
      return { answer, responseElements, perform: () => machine.setIpv6([...machine.facts.ipv6, ...answer]) };
    });
  }

  /** Takes addresses away from the interface of an instance. Returns them. */
  unassignIpv6Addresses(
    interfaceId: string,
    addresses: readonly string[],
    caller = inProcess(),
  ): readonly string[] {
    return this.#call(ipv6Request('UnassignIpv6Addresses', interfaceId, { addresses }), caller, () => {
      const machine = this.#machines.findBehind(interfaceId);
      if (addresses.length === 0) throw missingParameter('ipv6Addresses');
      const { ipv6 } = machine.facts;
      const strange = addresses.find((address) => !ipv6.includes(address));
      if (strange !== undefined)
        throw invalidValue('ipv6Addresses', strange, `It is not assigned to ${interfaceId}.`);
      const responseElements = ipv6Elements('unassignedIpv6Addresses', interfaceId, addresses);
      const perform = () => machine.setIpv6(ipv6.filter((address) => !addresses.includes(address)));
      return { answer: addresses, responseElements, perform };
    });
  }

  /** Lists all instances, oldest first. Terminated ones stay for an hour. */
  list(): Readonly<LocalInstance>[] {
    this.#forget();
    return this.#machines.instancesAt(this.#parts.scheduler.now());
  }

  /** The IPv6 addresses that public DNS has for a name. Undefined for a name that does not exist. */
  lookUp(name: string): readonly bigint[] | undefined {
    const ipv6 = decodeIpAwsName(name)?.ipv6;
    const isAssigned =
      ipv6 !== undefined && this.#machines.hasIpv6(printIpv6(ipv6)) && name.endsWith(`.${REGION}.ip.aws`);
    return isAssigned ? [ipv6] : undefined;
  }

  /** Resolves a public name and port to a local address. Undefined for a name that no running instance has. */
  resolve(domainName: string, port: number): Endpoint | undefined {
    return this.#parts.dns.resolve(domainName, port);
  }

  /** Explains why an instance does not answer, as far as this machine knows. */
  async findTrouble(id: string): Promise<string | undefined> {
    return this.#machines.get(id)?.findTrouble();
  }

  /** Ends every program without events. Resolves when no process, server or timer is left. */
  async dispose(): Promise<void> {
    await Promise.all(this.#machines.all().map((machine) => machine.dispose()));
  }

  /** Decides the call, reports it as a trail does, then performs it, so that its events follow the report. */
  #call<Answer>(request: ApiRequest, caller: Caller, decide: () => DecidedCall<Answer>): Answer {
    const report = (result: CallResult) => {
      const time = wholeSeconds(this.#parts.scheduler.now());
      this.#publish(apiCallEvent(trailRecord(request, result, caller, time)));
    };
    try {
      this.#forget();
      const decision = decide();
      if (caller.dryRun) throw dryRun();
      report({ responseElements: decision.responseElements });
      decision.perform();
      return decision.answer;
    } catch (error) {
      if (error instanceof Ec2Error) report(refusedResult(error));
      throw error;
    }
  }

  #decideLaunch(launch: LaunchRequest): Machine[] {
    const program = selectProgram(launch.imageId, launch.userData);
    const now = this.#parts.scheduler.now();
    const launched = createInstances(launch, this.#launches, now, (count) => this.#chooseIpv6({ count }));
    return launched.map((facts) => new Machine(facts, program, this.#parts));
  }

  #launch(launch: LaunchRequest, machines: readonly Machine[]): void {
    this.#launches += machines.length;
    this.#tokens.remember(
      launch,
      machines.map(({ facts }) => facts.id),
    );
    for (const machine of machines) this.#machines.add(machine);
    for (const machine of machines) machine.moveTo('pending');
    for (const machine of machines) this.#publishTagChange(machine, [...machine.facts.tags.keys()].sort());
  }

  #change(verb: LifecycleCall, ids: readonly string[], caller: Caller): StateChange[] {
    return this.#call(changeRequest(API_NAMES[verb], ids), caller, () => {
      const steps = this.#machines.find(ids).map((machine) => ({
        machine,
        change: planStateChange(verb, machine.facts),
      }));
      const answer = steps.map(({ change }) => change);
      const perform = () => {
        for (const { machine, change } of steps) {
          if (change.current !== change.previous) machine.moveTo(change.current, STATE_REASONS[verb]);
        }
      };
      return { answer, responseElements: changeElements(answer), perform };
    });
  }

  #retag(
    request: ApiRequest,
    ids: readonly string[],
    caller: Caller,
    change: (before: TagMap) => TagMap,
  ): void {
    this.#call(request, caller, () => {
      const steps = this.#machines
        .find(ids)
        .map((machine) => ({ machine, after: change(machine.facts.tags) }));
      const perform = () => {
        for (const { machine, after } of steps) {
          const changed = changedKeys(machine.facts.tags, after);
          machine.facts.tags = after;
          this.#publishTagChange(machine, changed);
        }
      };
      return { answer: undefined, responseElements: { _return: true }, perform };
    });
  }

  #publishTagChange(machine: Machine, changed: string[]): void {
    if (changed.length === 0) return;
    machine.tagVersion += 1;
    const { id, tags } = machine.facts;
    const change = { instanceId: id, changedKeys: changed, version: machine.tagVersion, tags };
    this.#publish(tagChangeEvent(change, this.#parts.scheduler.now()));
  }

  #chooseIpv6(wanted: WantedIpv6): string[] {
    return this.#ipv6.choose(wanted, (address) => this.#machines.hasIpv6(address));
  }

  #forget(): void {
    this.#machines.forget(this.#parts.scheduler.now());
    this.#tokens.retain((id) => this.#machines.get(id) !== undefined);
  }
}

function dryRun(): Ec2Error {
  return new Ec2Error('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.', 412);
}
