/** Something that a run made on AWS and has to take away again. */
export interface Made {
  /** `instance i-0abc in eu-west-1`. */
  what: string;
  /** The command that takes it away by hand. */
  byHand: string;
  remove(): Promise<void>;
}

/** What a run made, in order, so that it can be undone backwards whatever happened in between. */
export class Ledger {
  readonly #made: Made[] = [];

  /** Call it before making: what fails half-way has to be taken away, too. */
  add(made: Made): void {
    this.#made.push(made);
  }

  /** Takes everything away, the last first; what cannot be is kept, and the rest goes on. */
  async clear(say: (line: string) => void): Promise<void> {
    for (const made of [...this.#made].reverse()) {
      try {
        say(`removing ${made.what}`);
        await made.remove();
        this.#made.splice(this.#made.indexOf(made), 1);
      } catch (error) {
        say(`  not removed: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  }

  /** What is still there, with the commands that remove it; none when all is gone. */
  left(): string[] {
    return [...this.#made].reverse().map(({ what, byHand }) => `${what}: ${byHand}`);
  }
}
