import type { InstanceState } from '../../../core/instance.ts';
import type { Milliseconds } from '../../../core/wire/brands.ts';
import { isOriginPort } from '../../../core/wire/limits.ts';
import { describeClosed, isOpen, type Loopback, waitUntilOpen } from '../../ports.ts';
import type { Scheduler } from '../../scheduler.ts';
import type { LocalInstance, StateReason } from '../local-instance.ts';
import { type Program, type RunningProgram, startProgram } from './instance-process.ts';
import type { LocalDns } from './local-dns.ts';

/** The transitional states. */
export type PassingState = 'pending' | 'stopping' | 'shutting-down';

/** The minimum duration of each transitional state, which also lasts until the program has started or ended. */
export type Delays = Record<PassingState, Milliseconds>;

/** The parts that a machine uses. */
export interface MachineParts {
  scheduler: Scheduler;
  delays: Delays;
  dns: LocalDns;
  /** Folder for the output of scripts. */
  logFolder: string;
  /** Called for a program that ended by itself or does not listen. */
  onTrouble(id: string, what: string): void;
  /** Called at each new state with the current facts. */
  onStateChange(facts: Readonly<LocalInstance>): void;
}

const END_OF = { stopping: 'stopped', 'shutting-down': 'terminated' } as const;

/** The tag that names the port of a script's server. */
const PORT_TAG = 'proxy:port';

/** One instance with its states, its public address and its program. */
export class Machine {
  readonly facts: LocalInstance;
  /** When it was terminated. */
  endedAt: Milliseconds | undefined;
  /** The number of changes of its tags. */
  tagVersion = 0;
  readonly #program: Program;
  readonly #parts: MachineParts;
  #running: RunningProgram | undefined;
  /** The problem of the program, with the last lines of its output. */
  #trouble: string | undefined;
  /** The current or last boot or shutdown. */
  #bootOrShutdown: Promise<void> = Promise.resolve();
  /** Increases with every new state, so that an action of an earlier state finds that it is obsolete. */
  #turn = 0;
  #cancelTimer: () => void = () => {};

  constructor(facts: LocalInstance, program: Program, around: MachineParts) {
    this.facts = facts;
    this.#program = program;
    this.#parts = around;
  }

  /** Explains why the instance does not answer, as far as this machine knows. */
  async findTrouble(): Promise<string | undefined> {
    const running = this.#running;
    const port = servicePort(this.facts);
    const host = this.#loopback;
    if (running?.printed === undefined || port === undefined || (await isOpen(port, host)))
      return this.#trouble;
    return withLines(await describeClosed(port, host), running.printed());
  }

  /** Enters the state directly after a call. A transitional state ends by itself. */
  moveTo(state: InstanceState, reason?: StateReason): void {
    if (state === 'pending') this.#start();
    else if (state === 'stopping' || state === 'shutting-down') this.#end(state, reason);
    else this.#enter(state, reason);
  }

  /** Replaces the IPv6 addresses, whose names follow at once. */
  setIpv6(addresses: readonly string[]): void {
    const { dns } = this.#parts;
    for (const address of this.facts.ipv6) dns.releaseIpv6(address);
    this.facts.ipv6 = addresses;
    const running = this.#running;
    if (running) for (const address of addresses) dns.serveIpv6(address, running);
  }

  /** Ends the program and cancels further states, without events. */
  async dispose(): Promise<void> {
    this.#turn += 1;
    this.#cancelTimer();
    this.#halt();
    await this.#bootOrShutdown;
  }

  /** The loopback address that stands for the instance. */
  get #loopback(): Loopback {
    return this.facts.isIpv6Only ? '::1' : '127.0.0.1';
  }

  #start(): void {
    this.#trouble = undefined;
    if (this.#turn > 0) this.facts.launchedAt = this.#laterLaunch();
    this.#enter('pending');
    this.#after('pending', () => {
      this.#bootOrShutdown = this.#boot(this.#turn);
    });
  }

  /** Whole seconds that always increase, because id and launch time together identify a launch. */
  #laterLaunch(): number {
    const now = this.#parts.scheduler.now();
    return Math.max(now - (now % 1_000), this.facts.launchedAt + 1_000);
  }

  async #boot(turn: number): Promise<void> {
    const running = await this.#tryProgram();
    if (turn !== this.#turn) return running instanceof Error ? undefined : await running.stop();
    if (running instanceof Error) this.#end('stopping', bootFailed(running));
    else this.#run(running);
  }

  #tryProgram(): Promise<RunningProgram | Error> {
    const { id, tags } = this.facts;
    const context = { instanceId: id, port: tags.get(PORT_TAG), logFolder: this.#parts.logFolder };
    return startProgram(this.#program, context).catch(toError);
  }

  #run(running: RunningProgram): void {
    this.#running = running;
    const { dns } = this.#parts;
    if (this.facts.hasPublicIpv4) this.facts.publicAddress = dns.assign(running);
    for (const address of this.facts.ipv6) dns.serveIpv6(address, running);
    void running.exited.then((how) => {
      if (this.#running !== running) return;
      this.#trouble = how;
      this.#end('stopping', instanceInitiated(how));
      // Its last lines may arrive after its end.
      void this.#bootOrShutdown.then(() => this.#reportTrouble(withLines(how, running.printed?.() ?? [])));
    });
    this.#enter('running');
    void this.#watchPort(running);
  }

  /** Reports a command that does not listen after a while. Before that it may still be starting. */
  async #watchPort(running: RunningProgram): Promise<void> {
    const port = servicePort(this.facts);
    if (running.printed === undefined || port === undefined) return;
    const isOver = () => this.#running !== running;
    const host = this.#loopback;
    const wait = { patienceMs: PATIENCE_MS, scheduler: this.#parts.scheduler, isOver, host };
    if ((await waitUntilOpen(port, wait)) || isOver()) return;
    const what = `after ${PATIENCE_MS / 1000} s ${await describeClosed(port, host)}`;
    this.#parts.onTrouble(this.facts.id, withLines(what, running.printed()));
  }

  #reportTrouble(trouble: string): void {
    if (this.#running === undefined) this.#trouble = trouble;
    this.#parts.onTrouble(this.facts.id, trouble);
  }

  /** Frees the address first, because on AWS another customer could receive it from now on. */
  #end(via: 'stopping' | 'shutting-down', reason: StateReason | undefined): void {
    this.#halt();
    this.#enter(via, reason);
    const turn = this.#turn;
    this.#after(via, () => {
      void this.#bootOrShutdown.then(() => {
        if (turn === this.#turn) this.#enter(END_OF[via], reason);
      });
    });
  }

  #halt(): void {
    const running = this.#running;
    if (running === undefined) return;
    this.#running = undefined;
    if (this.facts.publicAddress !== undefined) this.#parts.dns.release(this.facts.publicAddress);
    this.facts.publicAddress = undefined;
    for (const address of this.facts.ipv6) this.#parts.dns.releaseIpv6(address);
    this.#bootOrShutdown = running.stop();
  }

  #enter(state: InstanceState, reason?: StateReason): void {
    this.#cancelTimer();
    this.#turn += 1;
    this.facts.state = state;
    this.facts.stateReason = reason;
    if (state === 'terminated') {
      this.endedAt = this.#parts.scheduler.now();
      this.facts.ipv6 = [];
    }
    this.#parts.onStateChange(this.facts);
  }

  #after(state: PassingState, action: () => void): void {
    this.#cancelTimer = this.#parts.scheduler.after(this.#parts.delays[state], action);
  }
}

/** Milliseconds until a command that does not listen is reported. */
const PATIENCE_MS = 30_000;

/** The port that a script's server should listen on. */
function servicePort({ tags }: LocalInstance): number | undefined {
  const port = Number(tags.get(PORT_TAG));
  return isOriginPort(port) ? port : undefined;
}

function withLines(what: string, lines: readonly string[]): string {
  return lines.length === 0
    ? what
    : `${what}; its last lines:\n${lines.map((line) => `    ${line}`).join('\n')}`;
}

/** The reason of an operating system that shuts down: EC2's message, with the cause in parentheses. */
function instanceInitiated(how: string): StateReason {
  const code = 'Client.InstanceInitiatedShutdown';
  return { code, message: `${code}: Instance initiated shutdown (${how})` };
}

/** EC2 drops a failed launch. Here it stays as stopped, so that people can read the reason. */
function bootFailed(error: Error): StateReason {
  const code = 'Server.InternalError';
  return { code, message: `${code}: Internal error on launch (${error.message})` };
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
