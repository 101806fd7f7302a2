/** The level of a finding. */
export type Level = 'ok' | 'warning' | 'failure';

/** One result of a check. */
export interface Finding {
  level: Level;
  /** The observation, with names and values. */
  message: string;
  /** A sentence or a command. Present for warnings and failures. */
  remedy?: string;
}

export const ok = (message: string): Finding => ({ level: 'ok', message });
export const warning = (message: string, remedy: string): Finding => ({ level: 'warning', message, remedy });
export const failure = (message: string, remedy: string): Finding => ({ level: 'failure', message, remedy });

/** The findings of one check. */
export interface CheckResult {
  check: string;
  findings: readonly Finding[];
}

/** The number of findings of each level. */
export function countLevels(examined: readonly CheckResult[]): Record<Level, number> {
  const counts = { ok: 0, warning: 0, failure: 0 };
  for (const { level } of examined.flatMap(({ findings }) => findings)) counts[level] += 1;
  return counts;
}

/** Lines with level, check and message, and the remedy below. */
export function formatFindings(examined: readonly CheckResult[]): string[] {
  return examined.flatMap(({ check, findings }) =>
    findings.flatMap(({ level, message, remedy }) => [
      `${level.padEnd(8)} ${check.padEnd(16)} ${message}`,
      ...(remedy === undefined ? [] : [`${' '.repeat(26)}→ ${remedy}`]),
    ]),
  );
}
