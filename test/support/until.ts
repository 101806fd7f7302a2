/** Time limit of a wait in milliseconds. It is shorter than that of a test, so that the error names the missing condition. */
const PATIENCE_MS = 15_000;

/** Calls `look` every few milliseconds and resolves with its first truthy answer. Rejects after the time limit. */
export async function until<T>(what: string, look: () => T | Promise<T>): Promise<NonNullable<T>> {
  for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline; ) {
    const answer = await look();
    if (answer) return answer;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error(`Waited ${PATIENCE_MS / 1000} s for ${what}.`);
}
