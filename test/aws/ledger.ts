/** A resource that a run created on AWS and must delete. */
export interface Made {
  /** `instance i-0abc in eu-west-1`. */
  what: string;
  /** The command that deletes it by hand. */
  byHand: string;
  remove(): Promise<void>;
}

/** Resources that a run created, in order, so that they can be deleted in reverse, even after a failure. */
export class Ledger {
  readonly #made: Made[] = [];

  /** Call it before the creation: a half-created resource must be deleted too. */
  add(made: Made): void {
    this.#made.push(made);
  }

  /** For a resource that can be deleted only after all others. */
  addFirst(made: Made): void {
    this.#made.unshift(made);
  }

  /** Deletes everything, the last first. A resource that cannot be deleted stays in the ledger, and the others are deleted. */
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

  /** The remaining resources, with the commands that delete them. */
  left(): string[] {
    return [...this.#made].reverse().map(({ what, byHand }) => `${what}: ${byHand}`);
  }
}
