import { commandPath } from '../../../build/gate/njs.ts';

/** Thrown in CI for a missing tool; on a laptop the tool is optional. */
export class ToolMissingError extends Error {
  override name = 'ToolMissingError';
}

/**
 * The path of the first of `commands` on PATH. If there is none, CI fails, because it must run every check. On a laptop the
 * answer is `undefined` and the reason is printed, so that tests can be skipped.
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
