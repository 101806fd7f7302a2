import type { InstanceState } from '../../../core/instance.ts';
import type { Milliseconds } from '../../../core/wire/brands.ts';
import { isOriginPort } from '../../../core/wire/limits.ts';
import { describeClosed, isOpen, waitUntilOpen } from '../../ports.ts';
import type { Scheduler } from '../../scheduler.ts';
import type { LocalInstance, StateReason } from '../local-instance.ts';
import { type Program, type RunningProgram, startProgram } from './instance-process.ts';
import type { LocalDns } from './local-dns.ts';

/** The states that an instance only passes through. */
export type PassingState = 'pending' | 'stopping' | 'shutting-down';

/** How long each passing state lasts at least; it also lasts until the program has started or ended. */
export type Delays = Record<PassingState, Milliseconds>;

/** What a machine needs of the world. */
export interface MachineParts {
  scheduler: Scheduler;
  delays: Delays;
  dns: LocalDns;
  /** Folder for what scripts print. */
  logFolder: string;
  /** Hears of a program that ended by itself or listens nowhere. */
  onTrouble(id: string, what: string): void;
  /** Called at each state entered, with the facts as they are then. */
  onStateChange(facts: Readonly<LocalInstance>): void;
}

const END_OF = { stopping: 'stopped', 'shutting-down': 'terminated' } as const;

/** The tag that names the port of a script's server. */
const PORT_TAG = 'proxy:port';

/** One instance's life: its states, its public address and the program on it. */
export class Machine {
  readonly facts: LocalInstance;
  /** When it was terminated. */
  endedAt: Milliseconds | undefined;
  /** How often its tags changed. */
  tagVersion = 0;
  readonly #program: Program;
  readonly #parts: MachineParts;
  #running: RunningProgram | undefined;
  /** What is wrong with the program, with the last lines that it printed. */
  #trouble: string | undefined;
  /** The boot or shutdown under way, or the last one. */
  #bootOrShutdown: Promise<void> = Promise.resolve();
  /** Rises with every state entered: what was begun in an earlier state sees that it is late. */
  #turn = 0;
  #cancelTimer: () => void = () => {};

  constructor(facts: LocalInstance, program: Program, around: MachineParts) {
    this.facts = facts;
    this.#program = program;
    this.#parts = around;
  }

  /** Why it does not answer, as far as this machine knows. */
  async findTrouble(): Promise<string | undefined> {
    const running = this.#running;
    const port = servicePort(this.facts);
    if (running?.printed === undefined || port === undefined || (await isOpen(port))) return this.#trouble;
    return withLines(await describeClosed(port), running.printed());
  }

  /** Into `state`, and from a passing one onwards by itself. The next state of a call, never a jump. */
  moveTo(state: InstanceState, reason?: StateReason): void {
    if (state === 'pending') this.#start();
    else if (state === 'stopping' || state === 'shutting-down') this.#end(state, reason);
    else this.#enter(state, reason);
  }

  /** Ends the program and all that was to come, without a word. */
  async dispose(): Promise<void> {
    this.#turn += 1;
    this.#cancelTimer();
    this.#halt();
    await this.#bootOrShutdown;
  }

  #start(): void {
    this.#trouble = undefined;
    if (this.#turn > 0) this.facts.launchedAt = this.#laterLaunch();
    this.#enter('pending');
    this.#after('pending', () => {
      this.#bootOrShutdown = this.#boot(this.#turn);
    });
  }

  /** Whole seconds that rise even when a stop and a start take less than one: id and time name a generation. */
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
    this.facts.publicAddress = this.#parts.dns.assign(running);
    void running.exited.then((how) => {
      if (this.#running !== running) return;
      this.#trouble = how;
      this.#end('stopping', instanceInitiated(how));
      // Its last lines may still be on their way when it has ended.
      void this.#bootOrShutdown.then(() => this.#reportTrouble(withLines(how, running.printed?.() ?? [])));
    });
    this.#enter('running');
    void this.#watchPort(running);
  }

  /** A command that never listens looks like one that boots: after a while it is said. */
  async #watchPort(running: RunningProgram): Promise<void> {
    const port = servicePort(this.facts);
    if (running.printed === undefined || port === undefined) return;
    const isOver = () => this.#running !== running;
    const wait = { patienceMs: PATIENCE_MS, scheduler: this.#parts.scheduler, isOver };
    if ((await waitUntilOpen(port, wait)) || isOver()) return;
    const what = `after ${PATIENCE_MS / 1000} s ${await describeClosed(port)}`;
    this.#parts.onTrouble(this.facts.id, withLines(what, running.printed()));
  }

  #reportTrouble(trouble: string): void {
    if (this.#running === undefined) this.#trouble = trouble;
    this.#parts.onTrouble(this.facts.id, trouble);
  }

  /** The address goes first: from here on it may be another customer's. */
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
    this.#bootOrShutdown = running.stop();
  }

  #enter(state: InstanceState, reason?: StateReason): void {
    this.#cancelTimer();
    this.#turn += 1;
    this.facts.state = state;
    this.facts.stateReason = reason;
    if (state === 'terminated') this.endedAt = this.#parts.scheduler.now();
    this.#parts.onStateChange(this.facts);
  }

  #after(state: PassingState, action: () => void): void {
    this.#cancelTimer = this.#parts.scheduler.after(this.#parts.delays[state], action);
  }
}

/** Milliseconds that a command has to listen on its port before people are told. */
const PATIENCE_MS = 30_000;

/** The port that a script's server is to listen on. */
function servicePort({ tags }: LocalInstance): number | undefined {
  const port = Number(tags.get(PORT_TAG));
  return isOriginPort(port) ? port : undefined;
}

function withLines(what: string, lines: readonly string[]): string {
  return lines.length === 0
    ? what
    : `${what}; it last printed:\n${lines.map((line) => `    ${line}`).join('\n')}`;
}

/** As an operating system that shuts itself down; EC2's message, and ours so that a person can fix it. */
function instanceInitiated(how: string): StateReason {
  const code = 'Client.InstanceInitiatedShutdown';
  return { code, message: `${code}: Instance initiated shutdown (${how})` };
}

/** EC2 would drop a failed launch; here it stays, stopped, with the reason for all to read. */
function bootFailed(error: Error): StateReason {
  const code = 'Server.InternalError';
  return { code, message: `${code}: Internal error on launch (${error.message})` };
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
