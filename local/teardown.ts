/** Ends what was started, the last first: what came later may still need what came before. */
export class Teardown {
  readonly #steps: (() => unknown)[] = [];

  /** Notes how to end something that has just been started. */
  add(step: () => unknown): void {
    this.#steps.push(step);
  }

  /** Takes every step, each once, also when one of them fails; then throws what the first of those threw. */
  async run(): Promise<void> {
    const failures: unknown[] = [];
    for (let step = this.#steps.pop(); step; step = this.#steps.pop()) {
      try {
        await step();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }
}
