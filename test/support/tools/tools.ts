import { commandPath } from '../../../build/gate/njs.ts';

/** Thrown in CI for a tool that a laptop may do without. */
export class ToolMissingError extends Error {
  override name = 'ToolMissingError';
}

/**
 * The path of the first of `commands` on PATH. Where none is, CI fails, for there every check has to run; on
 * a laptop the answer is `undefined` and the reason is printed, so that the tests that need it can be skipped.
 *
 * @example const njs = tool(['njs'], 'apt-get install njs'); test.skipIf(njs === undefined)('…', …)
 */
export function tool(commands: readonly string[], install: string): string | undefined {
  for (const command of commands) {
    const path = commandPath(command);
    if (path !== undefined) return path;
  }
  const reason = `${commands.join(' or ')} is not installed (${install})`;
  if (process.env['CI'] === 'true') throw new ToolMissingError(`${reason}; CI runs every check`);
  console.warn(`skipped: ${reason}`);
  return undefined;
}
