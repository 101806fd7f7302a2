/** A promise that the test resolves or rejects. */
export function held() {
  const hold = { goOn: () => {}, fail: (_: Error) => {} };
  const promise = new Promise<void>((resolve, reject) =>
    Object.assign(hold, { goOn: resolve, fail: reject }),
  );
  return { ...hold, promise };
}
