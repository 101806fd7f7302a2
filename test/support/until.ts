/** Milliseconds after which what a test waits for is not coming; less than a test may take, so that it says for what. */
const PATIENCE_MS = 15_000;

/** Resolves with the first truthy answer of `look`, asked every few milliseconds; rejects when none comes. */
export async function until<T>(what: string, look: () => T | Promise<T>): Promise<NonNullable<T>> {
  for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline; ) {
    const answer = await look();
    if (answer) return answer;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error(`Waited ${PATIENCE_MS / 1000} s for ${what}.`);
}
