/** The function with a memory of its last result: equal arguments give the same object again. */
export function remember<Arguments extends readonly unknown[], Result>(
  compute: (...given: Arguments) => Result,
): (...given: Arguments) => Result {
  let last: { given: Arguments; result: Result } | undefined;
  return (...given) => {
    const isSame = last?.given.every((argument, at) => Object.is(argument, given[at]));
    if (last === undefined || !isSame) last = { given, result: compute(...given) };
    return last.result;
  };
}
