import type { InstanceState } from '../../core/instance.ts';
import { type Program, type RunningProgram, startProgram } from './instance-process.ts';
import type { LocalDns } from './local-dns.ts';
import type { LocalInstance, StateReason } from './local-instance.ts';
import type { Scheduler } from './scheduler.ts';

/** The states that an instance only passes through. */
export type PassingState = 'pending' | 'stopping' | 'shutting-down';

/** Milliseconds that each passing state lasts at least; it also lasts until the program has started or ended. */
export type Delays = Record<PassingState, number>;

/** What a machine needs of the world. */
export interface Surroundings {
  scheduler: Scheduler;
  delays: Delays;
  dns: LocalDns;
  /** Folder for what scripts print. */
  logFolder: string;
  /** Called at each state entered, with the facts as they are then. */
  entered(facts: Readonly<LocalInstance>): void;
}

const END_OF = { stopping: 'stopped', 'shutting-down': 'terminated' } as const;

/** The tag that names the port of a script's server. */
const PORT_TAG = 'proxy:port';

/** One instance's life: its states, its public address and the program on it. */
export class Machine {
  readonly facts: LocalInstance;
  /** Epoch milliseconds at which it was terminated. */
  endedAt: number | undefined;
  /** How often its tags changed. */
  tagVersion = 0;
  readonly #program: Program;
  readonly #around: Surroundings;
  #running: RunningProgram | undefined;
  /** The boot or shutdown under way, or the last one. */
  #work: Promise<void> = Promise.resolve();
  /** Rises with every state entered: what was begun in an earlier state sees that it is late. */
  #turn = 0;
  #callOff: () => void = () => {};

  constructor(facts: LocalInstance, program: Program, around: Surroundings) {
    this.facts = facts;
    this.#program = program;
    this.#around = around;
  }

  /** Into `state`, and from a passing one onwards by itself. The next state of a call, never a jump. */
  go(state: InstanceState, reason?: StateReason): void {
    if (state === 'pending') this.#start();
    else if (state === 'stopping' || state === 'shutting-down') this.#end(state, reason);
    else this.#enter(state, reason);
  }

  /** Ends the program and all that was to come, without a word. */
  async dispose(): Promise<void> {
    this.#turn += 1;
    this.#callOff();
    this.#halt();
    await this.#work;
  }

  #start(): void {
    if (this.#turn > 0) this.facts.launchedAt = this.#laterLaunch();
    this.#enter('pending');
    this.#after('pending', () => {
      this.#work = this.#boot(this.#turn);
    });
  }

  /** Whole seconds that rise even when a stop and a start take less than one: id and time name a generation. */
  #laterLaunch(): number {
    const now = this.#around.scheduler.now();
    return Math.max(now - (now % 1_000), this.facts.launchedAt + 1_000);
  }

  async #boot(turn: number): Promise<void> {
    const running = await this.#tryProgram();
    if (turn !== this.#turn) return running instanceof Error ? undefined : await running.stop();
    if (running instanceof Error) this.#end('stopping', bootFailure(running));
    else this.#run(running);
  }

  #tryProgram(): Promise<RunningProgram | Error> {
    const { id, tags } = this.facts;
    const context = { instanceId: id, port: tags.get(PORT_TAG), logFolder: this.#around.logFolder };
    return startProgram(this.#program, context).catch(toError);
  }

  #run(running: RunningProgram): void {
    this.#running = running;
    this.facts.publicAddress = this.#around.dns.assign(running);
    void running.exited.then((how) => {
      if (this.#running === running) this.#end('stopping', instanceInitiated(how));
    });
    this.#enter('running');
  }

  /** The address goes first: from here on it may be another customer's. */
  #end(via: 'stopping' | 'shutting-down', reason: StateReason | undefined): void {
    this.#halt();
    this.#enter(via, reason);
    const turn = this.#turn;
    this.#after(via, () => {
      void this.#work.then(() => {
        if (turn === this.#turn) this.#enter(END_OF[via], reason);
      });
    });
  }

  #halt(): void {
    const running = this.#running;
    if (running === undefined) return;
    this.#running = undefined;
    if (this.facts.publicAddress !== undefined) this.#around.dns.release(this.facts.publicAddress);
    this.facts.publicAddress = undefined;
    this.#work = running.stop();
  }

  #enter(state: InstanceState, reason?: StateReason): void {
    this.#callOff();
    this.#turn += 1;
    this.facts.state = state;
    this.facts.stateReason = reason;
    if (state === 'terminated') this.endedAt = this.#around.scheduler.now();
    this.#around.entered(this.facts);
  }

  #after(state: PassingState, action: () => void): void {
    this.#callOff = this.#around.scheduler.after(this.#around.delays[state], action);
  }
}

/** As an operating system that shuts itself down; EC2's message, and ours so that a person can fix it. */
function instanceInitiated(how: string): StateReason {
  const code = 'Client.InstanceInitiatedShutdown';
  return { code, message: `${code}: Instance initiated shutdown (${how})` };
}

/** EC2 would drop a failed launch; here it stays, stopped, with the reason for all to read. */
function bootFailure(error: Error): StateReason {
  const code = 'Server.InternalError';
  return { code, message: `${code}: Internal error on launch (${error.message})` };
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
