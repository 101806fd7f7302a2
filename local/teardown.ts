/** Ends parts in reverse order of their start, because later parts may need earlier ones. */
export class Teardown {
  readonly #steps: (() => unknown)[] = [];

  /** Adds the step that ends a part. */
  add(step: () => unknown): void {
    this.#steps.push(step);
  }

  /** Runs every step once, even after a failure, then throws the first error. */
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
