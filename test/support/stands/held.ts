/** A promise that a test keeps or breaks when it likes. */
export function held() {
  const hold = { goOn: () => {}, fail: (_: Error) => {} };
  const promise = new Promise<void>((resolve, reject) =>
    Object.assign(hold, { goOn: resolve, fail: reject }),
  );
  return { ...hold, promise };
}
