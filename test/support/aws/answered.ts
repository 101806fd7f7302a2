/** What a client of the SDK was asked for: `DescribeInstances`, with its input. */
export type Answer = (command: string, input: Readonly<Record<string, unknown>>) => object;

interface Client {
  middlewareStack: { add(middleware: never, options: { step: 'initialize' }): void };
}

/** A real client of the SDK whose calls are answered, by whatever `answer` returns or throws, before they leave. */
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
