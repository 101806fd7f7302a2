/** Answers a command of the SDK, such as `DescribeInstances`, by its name and its input. */
export type Answer = (command: string, input: Readonly<Record<string, unknown>>) => object;

interface Client {
  middlewareStack: { add(middleware: never, options: { step: 'initialize' }): void };
}

/** A real SDK client. `answer` returns or throws the result of each call, and no call leaves the process. */
export function answered<T extends Client>(client: T, answer: Answer): T {
  const middleware =
    (_next: unknown, { commandName = '' }: { commandName?: string }) =>
    async ({ input }: { input: Readonly<Record<string, unknown>> }) => {
      const output = answer(commandName.replace(/Command$/, ''), input);
      return { output: { ...output, $metadata: {} }, response: {} };
    };
  client.middlewareStack.add(middleware as never, { step: 'initialize' });
  return client;
}
