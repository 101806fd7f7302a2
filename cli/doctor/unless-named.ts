/** Returns `otherwise` for an error with one of the names, which the service gives for an absent resource. */
export async function unlessNamed<T, U>(
  asked: Promise<T>,
  { names, otherwise }: { names: readonly string[]; otherwise: U },
): Promise<T | U> {
  try {
    return await asked;
  } catch (error) {
    const { name, code } = error as { name?: string; code?: string };
    if (names.includes(code ?? '') || names.includes(name ?? '')) return otherwise;
    throw error;
  }
}
