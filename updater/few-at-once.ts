/** Asks for all items, at most `few` at a time. Answers come in the order of their arrival. */
export async function fewAtOnce<Item, Answer>(
  items: Iterable<Item>,
  few: number,
  ask: (item: Item) => Promise<Answer>,
): Promise<Answer[]> {
  const answers: Answer[] = [];
  const waiting = items[Symbol.iterator]();
  const askOn = async () => {
    for (let next = waiting.next(); !next.done; next = waiting.next()) answers.push(await ask(next.value));
  };
  await Promise.all(Array.from({ length: few }, askOn));
  return answers;
}
