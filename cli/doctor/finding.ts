/** What one look at a deployment came to. */
export type Level = 'ok' | 'warning' | 'failure';

/** One thing that was looked at: as it should be, or what to do about it. */
export interface Finding {
  level: Level;
  /** What was found, with the names and values that it was found in. */
  message: string;
  /** What mends it: a sentence or a command. Absent only when all is well. */
  remedy?: string;
}

export const ok = (message: string): Finding => ({ level: 'ok', message });
export const warning = (message: string, remedy: string): Finding => ({ level: 'warning', message, remedy });
export const failure = (message: string, remedy: string): Finding => ({ level: 'failure', message, remedy });

/** A check's findings under its name. */
export interface CheckResult {
  check: string;
  findings: readonly Finding[];
}

/** How many findings of each level there are. */
export function countLevels(examined: readonly CheckResult[]): Record<Level, number> {
  const counts = { ok: 0, warning: 0, failure: 0 };
  for (const { level } of examined.flatMap(({ findings }) => findings)) counts[level] += 1;
  return counts;
}

/** Lines for people: level, check, message, and the remedy below it. */
export function formatFindings(examined: readonly CheckResult[]): string[] {
  return examined.flatMap(({ check, findings }) =>
    findings.flatMap(({ level, message, remedy }) => [
      `${level.padEnd(8)} ${check.padEnd(16)} ${message}`,
      ...(remedy === undefined ? [] : [`${' '.repeat(26)}→ ${remedy}`]),
    ]),
  );
}
